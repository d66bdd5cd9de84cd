// An access token lives for 15 minutes, a page for days: what the browser asks for by itself works later too.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, deed, finish, kinds, openServer, reaches, row, visitor, work } from './rig.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** A visitor with MP3s of those files, who comes back after the access token has run out. */
async function late(...files) {
  const seen = await visitor(server.url);
  const { context, page } = seen;
  await page.clock.install();
  await page.reload();
  await choose(page, ...files);
  for (const file of files) {
    await deed(row(page, file.split('/').at(-1)), 'send').click();
    await reaches(page, file.split('/').at(-1), 'ready');
  }
  await page.clock.fastForward(16 * 60_000);
  await context.clearCookies({ name: 'tapedeck_session' });
  return seen;
}

test('a download works after the access token has run out', async () => {
  const { context, page, faults } = await late(kinds.mp4());
  const download = page.waitForEvent('download');
  await deed(row(page, 'talk.mp4'), 'download').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'talk.mp3');
  assert.equal(readFileSync(await file.path()).subarray(0, 3).toString('latin1'), 'ID3');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('all downloads work after the access token has run out', async () => {
  const files = ['first.mp4', 'second.mp4', 'third.mp4'].map((name) => join(work, name));
  files.forEach((file) => copyFileSync(clip('short.mp4', 2), file));
  const { context, page } = await late(...files);
  const names = [];
  page.on('download', (each) => names.push(each.suggestedFilename()));
  await page.locator('[data-deed=downloadAll]').click();
  await page.waitForEvent('download', () => names.length === files.length);
  assert.deepEqual(names.sort(), ['first.mp3', 'second.mp3', 'third.mp3']);
  await context.close();
});

test('the player plays after the access token has run out, and goes on when it does so meanwhile', async () => {
  const { context, page, faults } = await late(kinds.mp4());
  await deed(row(page, 'talk.mp4'), 'play').click();
  await page.waitForFunction(() => document.querySelector('audio')?.currentTime > 0.5);
  await page.waitForFunction(() => document.querySelector('.wave path').getAttribute('d').length > 2000);
  await context.clearCookies({ name: 'tapedeck_session' });
  const renewed = page.waitForResponse(/sessions\/refresh/);
  // As a browser does that has dropped what it had; of the same address it would keep it.
  await page.evaluate(() => (document.querySelector('audio').src += '?again'));
  await renewed;
  await page.waitForFunction(() => document.querySelector('audio').readyState > 1);
  assert.equal(await page.getByText('could not play').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('with a session that has ended, a download asks to sign in', async () => {
  const { context, page } = await late(kinds.mp4());
  await context.clearCookies();
  await deed(row(page, 'talk.mp4'), 'download').click();
  await page.locator('dialog[open]').waitFor();
  await context.close();
});
