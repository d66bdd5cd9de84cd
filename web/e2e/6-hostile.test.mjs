import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, action, finish, guest, kinds, openServer, PASSWORD, reaches, tooWide, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const NAMES = [
  '<img src=x onerror=alert(1)>.mp4',
  'مقابلة مع الكاتب \u202egpj.mp4',
  '🎙️👩‍👩‍👧‍👦 “quotes” & ampersand.mp4',
  `${'very long '.repeat(23)}name.mp4`,
  '"><script>alert(1)</script>'.replaceAll('/', '∕') + '.mp4',
];

test('names with HTML, right-to-left text, emoji and great length show as text', async () => {
  const { context, page, faults } = await visitor(server.url);
  const dialogs = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
  const files = NAMES.map((name) => {
    const path = join(work, name);
    copyFileSync(clip('short.mp4', 2), path);
    return path;
  });
  await choose(page, ...files);
  await page.locator('[data-action=uploadAll]').click();
  await page.waitForFunction((count) => document.querySelectorAll('li[data-state=ready]').length === count, NAMES.length);
  // The server removes characters that would reverse text beyond the name.
  const kept = NAMES.map((name) => name.replace('\u202e', ''));
  const seen = async () => (await page.locator('li.row .name bdi').allTextContents()).sort();
  assert.deepEqual(await seen(), [...kept].sort());
  await page.reload();
  await page.waitForFunction((count) => document.querySelectorAll('li[data-state=ready]').length === count, NAMES.length);
  assert.deepEqual(await seen(), [...kept].sort());
  assert.equal(await tooWide(page), 0);
  assert.equal(await page.locator('li img, li script').count(), 0);
  assert.deepEqual(dialogs, []);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a name of 300 characters that a program gave shows as text, as far as there is room', async () => {
  const { context, page, email, faults } = await visitor(server.url);
  const name = '<i>שלום</i> 🎙️ '.padEnd(296, 'long ') + '.mp4';
  assert.equal(name.length, 300);
  const { accessToken } = await (
    await fetch(new URL('v1/sessions', server.url), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password: PASSWORD }) })
  ).json();
  const form = new FormData();
  form.append('file', new Blob([readFileSync(clip('short.mp4', 2))]), name);
  const answer = await fetch(new URL('v1/conversions', server.url), { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` }, body: form });
  assert.ok(answer.ok, `${answer.status}`);
  const kept = (await answer.json()).video.name;
  assert.ok(kept.length > 200, kept);
  await page.reload();
  await page.locator('li.row[data-state=ready]').waitFor();
  assert.equal(await page.locator('li.row .name bdi').textContent(), kept);
  assert.equal(await tooWide(page), 0);
  assert.equal(await page.locator('li i').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a key with HTML for a name shows as text', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.goto(`${server.url}#/account`);
  await page.getByPlaceholder('Name of the new key').fill('<b onmouseover=alert(1)>key</b>');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByText('<b onmouseover=alert(1)>key</b>').first().waitFor();
  const key = await page.locator('.made input').inputValue();
  const answer = await fetch(new URL('v1/conversions', server.url), { headers: { Authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a long title with HTML, emoji and Hebrew inside a video shows as text', async () => {
  const { page, faults } = await guest(server.url);
  const title = '<script>alert(1)</script> שלום 🎙️ '.padEnd(300, 'long ').replace(/ $/, '.');
  await choose(page, clip('titled.mp4', 2, '-metadata', `title=${title}`));
  const line = page.locator('li.row');
  await action(line, 'options').click();
  assert.equal(await line.getByLabel('Title', { exact: true }).getAttribute('placeholder'), title);
  await action(line, 'upload').click();
  await reaches(page, 'titled.mp4', 'ready');
  assert.equal(await tooWide(page), 0);
  assert.deepEqual(faults, []);
});

test('a problem with HTML and of great length shows as text', async () => {
  const { page, faults } = await guest(server.url);
  const detail = `<img src=x onerror=alert(1)> \u202e ${'word '.repeat(60)}`.trim();
  await page.route('**/v1/uploads', (route) =>
    route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'made-up', title: '<b>No</b>', status: 422, detail, traceId: '<i>1</i>' }) }),
  );
  await choose(page, kinds.mp4());
  await action(page.locator('li.row'), 'upload').click();
  await reaches(page, 'talk.mp4', 'failed');
  await action(page.locator('li.row'), 'details').click();
  assert.equal(await page.locator('.failure .detail bdi').textContent(), detail);
  await page.locator('.failure code', { hasText: '<i>1</i>' }).waitFor();
  assert.equal(await page.locator('li img, li b, li i').count(), 0);
  assert.equal(await tooWide(page), 0);
  assert.deepEqual(faults, []);
});

test('the policy lets no inline script or style and no other origin in', async () => {
  const answer = await fetch(server.url);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.doesNotMatch(await answer.text(), /<script(?![^>]*\ssrc=)|<style|\sstyle=/);
});
