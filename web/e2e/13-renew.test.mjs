// An access token lives for 15 minutes, a page for days: what the browser asks for by itself works later too.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, clip, action, finish, kinds, mp3Of, openServer, reaches, row, visitor, work } from './harness.mjs';

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

test('all MP3s come as one ZIP, also those that the page has not loaded, though the access token has run out', async () => {
  const files = ['first.mp4', 'second.mp4', 'third.mp4'].map((name) => join(work, name));
  files.forEach((file) => copyFileSync(clip('short.mp4', 2), file));
  const seen = await late(files);
  const { context, page, faults } = seen;
  await page.reload();
  await reaches(page, 'first.mp4', 'ready');
  const mp3s = await Promise.all(['third', 'second', 'first'].map((name) => mp3Of(page, `${name}.mp4`)));
  await page.route('**/v1/conversions?limit=50*', (route) => route.continue({ url: route.request().url().replace('limit=50', 'limit=2') }));
  await page.reload();
  await reaches(page, 'third.mp4', 'ready');
  assert.equal(await page.locator('li.row').count(), 2);
  const button = page.locator('[data-action=downloadAll]');
  await button.waitFor();
  await expire(seen);
  const download = page.waitForEvent('download');
  await button.click();
  const file = await download;
  const zip = readFileSync(await file.path());
  assert.match(file.suggestedFilename(), /^Tapedeck \d{4}-\d\d-\d\d\.zip$/);
  assert.deepEqual(unzip(zip), new Map([['first.mp3', mp3s[2]], ['second.mp3', mp3s[1]], ['third.mp3', mp3s[0]]]));
  const said = /Download all 3 \(ZIP, (\d+)\s?kB\)/.exec(await button.innerText());
  assert.ok(said && Math.abs(said[1] - zip.length / 1000) <= 1, `${await button.innerText()}: ${zip.length} bytes`);
  assert.deepEqual(faults, []);
  await context.close();
});

/** The files of a ZIP that stores them. */
function unzip(bytes) {
  const files = new Map();
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const name = at + 30 + bytes.readUInt16LE(at + 26);
    const data = name + bytes.readUInt16LE(at + 28);
    const end = data + bytes.readUInt32LE(at + 18);
    // The end of a gzip file has the same sum (RFC 1952).
    assert.equal(gzipSync(bytes.subarray(data, end)).subarray(-8).readUInt32LE(), bytes.readUInt32LE(at + 14));
    files.set(bytes.toString('utf8', at + 30, name), bytes.subarray(data, end));
    at = end;
  }
  return files;
}

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
