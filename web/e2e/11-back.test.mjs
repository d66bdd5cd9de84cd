// A deletion can be undone, and an accidental second click deletes nothing.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, action, finish, mp3Of, openServer, reaches, row, slow, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const NAMES = ['one.mp4', 'two.mp4', 'three.mp4'];
const focused = (page) => page.evaluate(() => [document.activeElement.closest('li')?.dataset.name, document.activeElement.dataset.action]);
const asked = async (page) => (await page.evaluate(async () => (await (await fetch('v1/conversions')).json()).conversions)).map((each) => each.video.name).sort();

/** A visitor with some MP3s, whose clock is turned by hand; what is asked of the server to delete is written down. */
async function withThree(options = {}) {
  const seen = await visitor(server.url, options);
  const { page } = seen;
  const files = NAMES.map((name) => join(work, name));
  files.forEach((file) => copyFileSync(clip('short.mp4', 2), file));
  await page.clock.install();
  await page.reload();
  await choose(page, ...files);
  await page.locator('[data-action=uploadAll]').click();
  for (const name of NAMES) {
    await reaches(page, name, 'ready');
  }
  const deleted = [];
  page.on('request', (request) => request.method() === 'DELETE' && deleted.push(request.url()));
  return { ...seen, deleted };
}

test('a double click deletes one, its place is kept, and undo brings it back', async () => {
  const { context, page, faults, deleted } = await withThree();
  const places = () => page.locator('li.row').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
  const before = await places();
  const first = await page.locator('li.row').first().getAttribute('data-name');
  await action(row(page, first), 'delete').dblclick();
  await reaches(page, first, 'removed');
  assert.equal(await page.locator('li[data-state=removed]').count(), 1);
  assert.deepEqual(await places(), before);
  assert.deepEqual(await focused(page), [first, 'undo']);
  await page.getByRole('status').filter({ hasText: `${first} was removed. You can undo this for 10 seconds.` }).waitFor();
  await page.getByRole('button', { name: 'Download all 2' }).waitFor();
  // Longer than a double click lasts; the rest of the ten seconds is this test's to act in.
  await page.clock.fastForward(1_000);
  await action(row(page, first), 'undo').click();
  await reaches(page, first, 'ready');
  assert.deepEqual(await focused(page), [first, 'delete']);
  await page.clock.fastForward(20_000);
  assert.deepEqual(deleted, []);
  assert.ok((await mp3Of(page, first)).length > 1000);
  assert.deepEqual(await asked(page), [...NAMES].sort());
  assert.deepEqual(faults, []);
  await context.close();
});

test('after ten seconds the server is told, and the focus goes to the next row, at last to the list', async () => {
  const { context, page, faults, deleted } = await withThree();
  const order = await page.locator('li.row').evaluateAll((all) => all.map((each) => each.dataset.name));
  for (const [index, name] of order.entries()) {
    await action(row(page, name), 'delete').focus();
    await page.keyboard.press('Enter');
    await reaches(page, name, 'removed');
    assert.equal(deleted.length, index);
    await page.clock.fastForward(10_000);
    await row(page, name).waitFor({ state: 'detached' });
    assert.equal(deleted.length, index + 1);
    const [at] = await focused(page);
    assert.equal(at, order[index + 1]);
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
  }
  assert.deepEqual(await asked(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

/** Holds back what renews the session until it is let go, and what matches `held` until the session is renewed. */
async function holdRefresh(page, held) {
  const opened = {};
  const letGo = new Promise((resolve) => (opened.letGo = resolve));
  const renewed = page.waitForResponse(/sessions\/refresh/);
  await page.route(/sessions\/refresh/, async (route) => letGo.then(() => route.continue()));
  // The browser adds its cookies when a request goes out: by then they are the new ones.
  await page.route(held, async (route) => (route.request().method() === 'GET' ? route.continue() : renewed.then(() => route.continue())));
  return opened.letGo;
}

test('a deletion waits for the refresh that is under way, and is asked for once', async () => {
  const { context, page, faults, deleted } = await withThree();
  const letGo = await holdRefresh(page, /conversions\/[^/]+$/);
  const begun = page.waitForRequest(/sessions\/refresh/);
  await action(row(page, 'two.mp4'), 'delete').click();
  await begun;
  await page.clock.fastForward(10_000);
  letGo();
  await row(page, 'two.mp4').waitFor({ state: 'detached' });
  assert.equal(deleted.length, 1);
  assert.deepEqual(await asked(page), ['one.mp4', 'three.mp4']);
  assert.deepEqual(faults, []);
  await context.close();
});

test('an upload waits for the refresh that is under way, and each of its requests is made once', async () => {
  const { context, page, faults } = await withThree();
  const four = join(work, 'four.mp4');
  copyFileSync(clip('short.mp4', 2), four);
  await choose(page, four);
  const letGo = await holdRefresh(page, /v1\/uploads/);
  const begun = page.waitForRequest(/sessions\/refresh/);
  await action(row(page, 'two.mp4'), 'delete').click();
  await begun;
  const uploading = [];
  page.on('response', (response) => /v1\/uploads/.test(response.url()) && uploading.push(response.status()));
  await action(row(page, 'four.mp4'), 'upload').click();
  await row(page, 'four.mp4').getByText(/Uploading/).waitFor();
  letGo();
  await reaches(page, 'four.mp4', 'ready');
  assert.deepEqual(uploading, [201, 204]);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what was deleted is gone when the page is left at once, also with an access token that had run out', async () => {
  const { context, page, faults } = await withThree();
  await page.clock.fastForward(16 * 60_000);
  await context.clearCookies({ name: 'tapedeck_session' });
  const renewed = page.waitForResponse(/sessions\/refresh/);
  await action(row(page, 'two.mp4'), 'delete').click();
  await renewed;
  await reaches(page, 'two.mp4', 'removed');
  await page.reload();
  await reaches(page, 'one.mp4', 'ready');
  await row(page, 'two.mp4').waitFor({ state: 'detached' });
  assert.deepEqual(await asked(page), ['one.mp4', 'three.mp4']);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what was deleted goes before its owner has signed out', async () => {
  const { context, page, deleted } = await withThree();
  await action(row(page, 'two.mp4'), 'delete').click();
  await reaches(page, 'two.mp4', 'removed');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.locator('[data-action=signOut]').click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(deleted.filter((each) => each.includes('/conversions/')).length, 1);
  await context.close();
});

test('a cancelled upload resumes where it was when that is undone', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.clock.install();
  await page.reload();
  const line = await slow(page, 200_000);
  await choose(page, clip('long.mp4', 120, '-b:a', '192k', '-r', '2'));
  await action(row(page, 'long.mp4'), 'upload').click();
  await row(page, 'long.mp4').getByText(/Uploading [1-9]/).waitFor();
  await action(row(page, 'long.mp4'), 'cancel').click();
  await reaches(page, 'long.mp4', 'removed');
  const starts = [];
  page.on('request', (request) => request.method() === 'PATCH' && starts.push(Number(request.headers()['upload-offset'])));
  await line.fast();
  await page.clock.fastForward(1_000);
  await action(row(page, 'long.mp4'), 'undo').click();
  await reaches(page, 'long.mp4', 'ready');
  assert.ok(starts[0] > 0, `resumed at ${starts[0]}`);
  assert.deepEqual(faults, []);
  await context.close();
});

test('the focus stays in a row whose buttons change with its state', async () => {
  const { context, page, faults } = await visitor(server.url);
  await choose(page, clip('short.mp4', 2));
  await action(row(page, 'short.mp4'), 'upload').focus();
  await page.keyboard.press('Enter');
  await reaches(page, 'short.mp4', 'ready');
  await page.waitForFunction(() => document.activeElement.closest('li')?.dataset.state === 'ready');
  assert.deepEqual(await focused(page), ['short.mp4', 'play']);
  assert.deepEqual(faults, []);
  await context.close();
});
