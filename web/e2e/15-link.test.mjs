// A colleague without an account opens a link: what is it, listen, download, until when. Its owner sees and revokes links.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { everywhere } from './axe.mjs';
import { choose, clip, action, finish, mp3Of, openServer, reaches, row, sha256, visit, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** A video of 30 s with two chapters. */
function chaptered() {
  const notes = join(work, 'chapters.txt');
  const chapter = (from, to, title) => `[CHAPTER]\nTIMEBASE=1/1\nSTART=${from}\nEND=${to}\ntitle=${title}\n`;
  writeFileSync(notes, `;FFMETADATA1\n${chapter(0, 12, 'Überblick')}${chapter(12, 30, 'Questions & answers')}`);
  const path = join(work, 'lecture.mp4');
  const made = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', clip('plain.mp4', 30, '-r', '2'), '-i', notes, '-map_metadata', '1', '-c', 'copy', path], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return path;
}

/** A visitor with an MP3 whose links are shown. */
async function owner(path = chaptered()) {
  const seen = await visitor(server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await choose(seen.page, path);
  await action(row(seen.page, basename(path)), 'upload').click();
  await reaches(seen.page, basename(path), 'ready');
  await action(row(seen.page, basename(path)), 'link').click();
  await seen.page.getByRole('dialog', { name: 'Links' }).waitFor();
  return seen;
}

async function newLink(page, time) {
  const dialog = page.getByRole('dialog', { name: 'Links' });
  if (time) {
    await dialog.getByLabel('Works for').selectOption(time);
  }
  const made = dialog.locator('[data-action=revoke]');
  const count = await made.count();
  await dialog.locator('[data-action=copyNew]').click();
  await made.nth(count).waitFor();
  await dialog.getByText(/Link copied. It works until/).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

test('a link opens a small page: name, length, player with chapters, download, and until when', async () => {
  const { context, page, email } = await owner();
  const link = await newLink(page, '7 days');
  assert.match(link, /\/l\/lnk_[\w-]{22}\.[\w-]{22}$/);
  const mp3 = await mp3Of(page, 'lecture.mp4');

  const other = await visit(link);
  await other.page.getByRole('heading', { level: 1, name: 'lecture.mp3' }).waitFor();
  await other.page.getByText(/Length 0:30 · Size/).waitFor();
  await other.page.getByText(/This link works until/).waitFor();
  assert.ok(!(await other.page.content()).includes(email), 'nothing of the owner');
  await other.page.getByRole('button', { name: /0:12 Questions & answers/ }).click();
  await other.page.waitForFunction(() => Math.abs(document.querySelector('audio').currentTime - 12) < 0.5);
  assert.equal(await other.page.locator('[aria-current=true]').innerText().then((text) => text.includes('Questions')), true);
  await other.page.locator('[data-action=toggle]').click();
  await other.page.waitForFunction(() => document.querySelector('audio').currentTime > 12.3);
  await other.page.locator('.wave[aria-busy=false] path.rest').waitFor({ state: 'attached' });
  const download = other.page.waitForEvent('download');
  await other.page.locator('[data-action=download]').click();
  assert.equal((await download).suggestedFilename(), 'lecture.mp3');
  assert.deepEqual(other.faults, []);

  // Programs get the MP3, by the link of the page too.
  const byProgram = await fetch(link);
  assert.equal(byProgram.headers.get('content-type'), 'audio/mpeg');
  assert.equal(sha256(Buffer.from(await byProgram.arrayBuffer())), sha256(mp3));
  const bare = await fetch(link, { headers: { Accept: 'text/html' } });
  assert.equal(bare.headers.get('referrer-policy'), 'no-referrer');
  assert.match(bare.headers.get('content-security-policy'), /default-src 'none'/);
  assert.equal(bare.headers.get('x-robots-tag'), 'noindex');
  await other.context.close();
  await context.close();
});

test('its owner sees the links and revokes one; then it is a kind page for people and a problem for programs', async () => {
  const { context, page } = await owner();
  const first = await newLink(page);
  const second = await newLink(page, '1 hour');
  const dialog = page.getByRole('dialog', { name: 'Links' });
  assert.equal(await dialog.locator('[data-action=revoke]').count(), 2);
  const other = await visit(second);
  await other.page.getByRole('heading', { level: 1, name: 'lecture.mp3' }).waitFor();
  const mp3 = await other.page.locator('[data-action=download]').getAttribute('href');

  await dialog.locator('[data-action=revoke]').first().click();
  await dialog.getByText('The link no longer works.').waitFor();
  assert.equal(await dialog.locator('[data-action=revoke]').count(), 1);

  await other.page.reload();
  await other.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  for (const url of [second, mp3]) {
    const refused = await fetch(url);
    assert.equal(refused.status, 403, url);
    assert.equal((await refused.json()).code, 'link-expired');
  }
  assert.equal((await fetch(first)).status, 200, 'the other one still works');
  // One who makes up a signature gets no further.
  assert.equal((await fetch(first.replace(/.$/, first.endsWith('A') ? 'B' : 'A'))).status, 403);

  // After a reload the list is the server's.
  await page.reload();
  await action(row(page, 'lecture.mp4'), 'link').click();
  await page.getByRole('dialog', { name: 'Links' }).locator('[data-action=revoke]').waitFor();
  await other.context.close();
  await context.close();
});

test('a link whose MP3 was deleted while its page was open says so when it is asked again', async () => {
  const { context, page } = await owner();
  const link = await newLink(page);
  await page.evaluate(async () => {
    const token = /tapedeck_csrf=([^;]+)/.exec(document.cookie)[1];
    const { conversions } = await (await fetch('v1/conversions')).json();
    await fetch(`v1/conversions/${conversions[0].id}`, { method: 'DELETE', headers: { 'X-CSRF-Token': token } });
  });
  const other = await visit(link);
  await other.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await other.page.getByText('has been deleted').waitFor();
  await other.context.close();
  await context.close();
});

test('no fault of accessibility in the dialog and on the page of a link, in both themes and on every size', async () => {
  const { context, page } = await owner();
  const link = await newLink(page);
  await everywhere(page, '9-links');
  const other = await visit(link);
  await other.page.getByRole('button', { name: /Questions/ }).waitFor();
  await other.page.locator('.wave[aria-busy=false] path.rest').waitFor({ state: 'attached' });
  await everywhere(other.page, '10-link');
  await other.context.close();
  const italian = await visit(link, { locale: 'it-IT' });
  await italian.page.getByText(/Questo link funziona fino al/).waitFor();
  // With the keyboard alone: to the player, and it plays.
  for (let steps = 0; !(await italian.page.evaluate(() => document.activeElement?.dataset.action === 'toggle')); steps++) {
    assert.ok(steps < 10, 'the button is reached by Tab');
    await italian.page.keyboard.press('Tab');
  }
  await italian.page.keyboard.press('Enter');
  await italian.page.waitForFunction(() => document.querySelector('audio').currentTime > 0.1);
  await italian.context.close();
  await context.close();
});
