// An access token lives for 15 minutes, a page for days: what the browser asks for by itself works later too.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, action, finish, kinds, openServer, reaches, row, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** A visitor with MP3s of those files, who comes back after the access token has run out. */
async function late(files, quality = 'q2') {
  const seen = await visitor(server.url);
  const { context, page } = seen;
  await page.clock.install();
  await page.reload();
  await choose(page, ...files);
  for (const file of files) {
    const line = row(page, basename(file));
    await action(line, 'options').click();
    await line.getByLabel('Quality').selectOption(quality);
    await action(line, 'upload').click();
    await reaches(page, basename(file), 'ready');
  }
  await expire(seen);
  return seen;
}

/**
 * Lets the access token run out. The cookie goes first: what the page renews by itself until then counts as long gone
 * after the leap, and what it renews later leaves a cookie that is good.
 */
async function expire({ context, page }) {
  await context.clearCookies({ name: 'tapedeck_session' });
  await page.clock.fastForward(16 * 60_000);
}

test('a download works after the access token has run out', async () => {
  const { context, page, faults } = await late([kinds.mp4()]);
  const download = page.waitForEvent('download');
  await action(row(page, 'talk.mp4'), 'download').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'talk.mp3');
  assert.equal(readFileSync(await file.path()).subarray(0, 3).toString('latin1'), 'ID3');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('all downloads work though the access token runs out before each', async () => {
  const files = ['first.mp4', 'second.mp4', 'third.mp4'].map((name) => join(work, name));
  files.forEach((file) => copyFileSync(clip('short.mp4', 2), file));
  const seen = await late(files);
  const { context, page } = seen;
  // The page's time stands still, so that each next download waits for the leap that follows a loss.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
  const names = [];
  for (const [index] of files.entries()) {
    const download = page.waitForEvent('download');
    await expire(seen);
    if (index === 0) {
      await page.locator('[data-action=downloadAll]').click();
    }
    const file = await download;
    assert.equal(readFileSync(await file.path()).subarray(0, 3).toString('latin1'), 'ID3');
    names.push(file.suggestedFilename());
  }
  assert.deepEqual(names.sort(), ['first.mp3', 'second.mp3', 'third.mp3']);
  await context.close();
});

test('an open player resumes where it is each time the access token has run out', async () => {
  // Megabytes more than a browser loads ahead, so that it asks again for what is further on.
  const { context, page, faults } = await late([clip('sung.mp4', 240, '-r', '1')], 'b320');
  await action(row(page, 'sung.mp4'), 'play').click();
  await page.waitForFunction(() => document.querySelector('audio')?.currentTime > 0.5);
  await page.locator('.wave[aria-busy=false] path.rest').waitFor({ state: 'attached' });
  const slider = page.getByRole('slider', { name: 'Position' });
  for (const [part, paused] of [[0.5, false], [0.9, true]]) {
    if (paused) {
      await action(row(page, 'sung.mp4'), 'toggle').click();
    }
    await context.clearCookies({ name: 'tapedeck_session' });
    const refused = page.waitForResponse((each) => each.url().endsWith('/mp3') && each.status() === 401);
    const renewed = page.waitForResponse(/sessions\/refresh/);
    const { width, height } = await slider.boundingBox();
    await slider.click({ position: { x: width * part, y: height / 2 } });
    await refused;
    await renewed;
    await page.waitForFunction(([at, still]) => {
      const { currentTime, readyState, paused, error } = document.querySelector('audio');
      return error === null && readyState > 1 && paused === still && currentTime > at && currentTime < at + 80;
    }, [part * 240 - 1, paused]);
  }
  assert.equal(await page.getByText('could not play').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('with a session that has ended, a download asks to sign in', async () => {
  const { context, page } = await late([kinds.mp4()]);
  await context.clearCookies();
  await action(row(page, 'talk.mp4'), 'download').click();
  await page.locator('dialog[open]').waitFor();
  await context.close();
});
