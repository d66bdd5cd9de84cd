import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, countUploaded, action, finish, guest, kinds, mp3Of, openServer, PASSWORD, reaches, row, signUp, audioBytes, visit, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

test('a stranger drops a video, makes an account, and hears the MP3', async () => {
  const { context, page, faults } = await visit(server.url);
  await page.getByRole('heading', { name: 'Drop a video. Get its MP3.' }).waitFor();
  await choose(page, kinds.mp4());
  await signUp(page);
  await reaches(page, 'talk.mp4', 'choosing');
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  await action(row(page, 'talk.mp4'), 'play').click();
  await page.waitForFunction(() => document.querySelector('audio')?.currentTime > 0.5);
  const length = await page.evaluate(() => document.querySelector('audio').duration);
  assert.ok(Math.abs(length - 20) < 0.2, `${length} s`);
  await page.waitForFunction(() => document.querySelector('.wave path').getAttribute('d').length > 2000);
  await page.getByLabel('Speed').selectOption({ label: '1.5×' });
  assert.equal(await page.evaluate(() => document.querySelector('audio').playbackRate), 1.5);
  const mp3 = await mp3Of(page, 'talk.mp4');
  assert.equal(mp3.subarray(0, 3).toString('latin1'), 'ID3', 'an MP3 begins with its tag');
  assert.deepEqual(faults, []);
  await context.close();
});

test('a download has the name of the video', async () => {
  const { page } = await guest(server.url);
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  const download = page.waitForEvent('download');
  await action(row(page, 'talk.mp4'), 'download').click();
  assert.equal((await download).suggestedFilename(), 'talk.mp3');
});

test('twelve files at once all become MP3s', async () => {
  const { context, page, faults } = await visitor(server.url);
  const names = Array.from({ length: 12 }, (_, index) => `many-${index + 1}.mp4`);
  const files = names.map((name) => join(work, name));
  files.forEach((file) => copyFileSync(clip('short.mp4', 2), file));
  await choose(page, ...files);
  await page.getByRole('button', { name: 'Upload all 12' }).click();
  for (const name of names) {
    await reaches(page, name, 'ready');
  }
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download all 12' }).click();
  const zip = readFileSync(await (await download).path()).toString('latin1');
  for (const name of names) {
    assert.ok(zip.includes(name.replace('mp4', 'mp3')), name);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test('a wrong password is said as such, and the file waits on', async () => {
  const { context, page } = await visitor(server.url);
  const email = await page.evaluate(async () => (await (await fetch('v1/accounts/me')).json()).email);
  await context.clearCookies();
  await page.reload();
  await choose(page, kinds.mp4());
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', 'not the right one');
  await page.locator('dialog button[type=submit]').click();
  await page.getByRole('alert').filter({ hasText: 'E-mail and password do not fit together' }).waitFor();
  await page.fill('input[name=password]', PASSWORD);
  await page.locator('dialog button[type=submit]').click();
  await page.locator('dialog').waitFor({ state: 'hidden' });
  await reaches(page, 'talk.mp4', 'choosing');
  await context.close();
});

test('only the audio is uploaded, and the row says what that saves', async () => {
  const { page } = await guest(server.url);
  const uploaded = countUploaded(page);
  const file = kinds.mp4();
  await choose(page, file);
  await reaches(page, 'talk.mp4', 'choosing');
  assert.match(await row(page, 'talk.mp4').textContent(), /kB instead of .* MB/);
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  assert.match(await row(page, 'talk.mp4').locator('.line').textContent(), /Ready · 0:20 · .* not uploaded/);
  assert.ok(uploaded.bytes > 100_000 && uploaded.bytes <= audioBytes(file) * 1.02, `${uploaded.bytes} bytes for ${audioBytes(file)} of audio`);
});
