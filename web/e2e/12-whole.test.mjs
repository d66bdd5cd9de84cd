// What is missing is said before the download, and a part that cannot be is not uploaded.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, cut, action, erase, finish, guest, kinds, mp3Of, openServer, reaches, row, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** A video with noise in the midst of it. */
function damaged() {
  const path = join(work, 'damaged.mp4');
  const bytes = readFileSync(kinds.fastStart());
  bytes.fill(0xff, Math.round(bytes.length * 0.5), Math.round(bytes.length * 0.6));
  writeFileSync(path, bytes);
  return path;
}

for (const [what, locale, says, about] of [
  ['audio', 'en-GB', /^\s*Ready, but \d+ secs? are missing · 0:\d\d of 0:20 · /, /^$/],
  ['whole', 'en-GB', /^\s*Ready, but \d+ secs? are missing · 0:\d\d of 0:20 · /, /The file ends early: its audio stops at 0:\d\d/],
  ['whole', 'it-IT', /^\s*Pronto, ma mancano \d+\ss · 0:\d\d di 0:20 · /, /Il file finisce prima del previsto: l’audio si ferma a 0:\d\d/],
]) {
  test(`a file that was cut is not plainly ready: amber, and how much is missing (${what}, ${locale})`, async () => {
    const { context, page, faults } = await visitor(server.url, { locale });
    await choose(page, cut());
    const line = row(page, 'cut.mp4');
    await reaches(page, 'cut.mp4', 'choosing');
    await line.locator('select').selectOption(what);
    await action(line, 'upload').click();
    await reaches(page, 'cut.mp4', 'ready');
    assert.match(await line.locator('.line').innerText(), says);
    assert.match(await line.locator('.line').getAttribute('class'), /warn/);
    assert.match((await line.locator('.warnings li').allInnerTexts()).join(' '), about);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test('damage in the midst is said in the row, and still after a reload', async () => {
  const { context, page } = await visitor(server.url);
  await choose(page, damaged());
  const line = row(page, 'damaged.mp4');
  await reaches(page, 'damaged.mp4', 'choosing');
  await line.locator('select').selectOption('whole');
  await action(line, 'upload').click();
  for (const how of ['at once', 'after a reload']) {
    await reaches(page, 'damaged.mp4', 'ready');
    assert.match(await line.locator('.line').innerText(), /^\s*Ready, but /, how);
    assert.match(await line.locator('.line').getAttribute('class'), /warn/, how);
    assert.match((await line.locator('.warnings').innerText()), /^(The audio is damaged from 0:\d\d to 0:\d\d|Parts of the audio are damaged)/, how);
    await page.reload();
  }
  await reaches(page, 'damaged.mp4', 'ready');
  const height = async () => (await line.boundingBox()).height;
  const before = await height();
  await action(line, 'delete').click();
  await reaches(page, 'damaged.mp4', 'removed');
  assert.equal(await height(), before, 'its place is kept');
  await context.close();
});

test('a file that is whole is plainly ready', async () => {
  const { page } = await guest(server.url);
  await choose(page, kinds.webm());
  await action(row(page, 'web.webm'), 'upload').click();
  await reaches(page, 'web.webm', 'ready');
  assert.match(await row(page, 'web.webm').locator('.line').innerText(), /^\s*Ready · 0:20/);
  assert.equal(await row(page, 'web.webm').locator('.warn, .warnings').count(), 0);
});

const field = (line, which) => line.locator(`[data-field=${which}]`);

for (const [from, to, wrong, says] of [
  ['0:15', '0:10', 'end', 'The part must end after it starts.'],
  ['0:05', '0:05', 'end', 'The part must end after it starts.'],
  ['0:30', '', 'start', 'That is beyond the end: the file is 0:20 long.'],
  ['', '1:00', 'end', 'That is beyond the end: the file is 0:20 long.'],
  ['soon', '', 'start', 'Write a time like 1:30, 0:01:30 or 1:30.5.'],
  ['', '0:75', 'end', 'Write a time like 1:30, 0:01:30 or 1:30.5.'],
]) {
  test(`the part from “${from}” to “${to}” is refused at its field`, async () => {
    const { page, faults } = await guest(server.url);
    await choose(page, kinds.mp4());
    const line = row(page, 'talk.mp4');
    await action(line, 'options').click();
    assert.equal(await field(line, 'start').getAttribute('inputmode'), 'text', 'a keyboard with a colon');
    await field(line, 'start').fill(from);
    await field(line, 'end').fill(to);
    await field(line, 'end').press('Tab');
    await line.getByRole('alert').filter({ hasText: says }).waitFor();
    await action(line, 'options').click();
    await action(line, 'upload').click();
    assert.equal(await line.getAttribute('data-state'), 'choosing');
    await page.waitForFunction((which) => document.activeElement.dataset.field === which, wrong);
    const at = field(line, wrong);
    assert.equal(await at.getAttribute('aria-invalid'), 'true');
    const edge = (which) => field(line, which).evaluate((each) => getComputedStyle(each).borderColor);
    assert.notEqual(await edge('start'), await edge('end'), 'the edge of one is red');
    assert.equal(await page.locator(`[id="${await at.getAttribute('aria-describedby')}"]`).innerText(), says);
    assert.equal(await field(line, wrong === 'end' ? 'start' : 'end').getAttribute('aria-invalid'), 'false');
    assert.equal(await at.inputValue(), wrong === 'end' ? to : from, 'what was written stays');
    await field(line, 'start').fill('');
    await field(line, 'end').fill('0:02');
    await field(line, 'end').press('Tab');
    await line.getByRole('alert').waitFor({ state: 'detached' });
    await action(line, 'upload').click();
    await reaches(page, 'talk.mp4', 'ready');
    assert.match(await line.locator('.line').innerText(), /Ready · 0:02/);
    assert.deepEqual(faults, []);
    await erase(line);
  });
}

test('upload all leaves the one with a wrong part and goes to it', async () => {
  const { page } = await guest(server.url);
  await choose(page, kinds.mp4(), kinds.webm());
  await action(row(page, 'talk.mp4'), 'options').click();
  await field(row(page, 'talk.mp4'), 'start').fill('9:00');
  await page.locator('[data-action=uploadAll]').click();
  await reaches(page, 'web.webm', 'ready');
  assert.equal(await row(page, 'talk.mp4').getAttribute('data-state'), 'choosing');
  await page.waitForFunction(() => document.activeElement.dataset.field === 'start');
});

test('a part is written with hours, minutes or decimals of the locale', async () => {
  const { context, page } = await visitor(server.url, { locale: 'it-IT' });
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  await field(line, 'start').fill('0:00:04,25');
  await field(line, 'end').fill('6,75');
  await field(line, 'end').press('Tab');
  assert.equal(await field(line, 'start').inputValue(), '0:04,25');
  assert.equal(await field(line, 'end').inputValue(), '0:06,75');
  await action(line, 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  const { mp3 } = (await page.evaluate(async () => (await (await fetch('v1/conversions')).json()).conversions))[0];
  assert.ok(Math.abs(mp3.duration - 2.5) < 0.01, `${mp3.duration} s`);
  assert.ok((await mp3Of(page, 'talk.mp4')).length > 1000);
  await context.close();
});
