import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, deed, erase, finish, kinds, mp3Of, openServer, PASSWORD, reaches, row, Server, sha256, slow, visitor, work } from './rig.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Large enough that a slow line is still busy when something happens to it. */
const long = () => clip('long.mp4', 120, '-b:a', '192k', '-r', '2');

function copy(path, name) {
  copyFileSync(path, join(work, name));
  return join(work, name);
}

async function sendSlowly(page, options = {}) {
  const line = await slow(page, 200_000);
  await choose(page, long());
  await reaches(page, 'long.mp4', 'choosing');
  if (options.whole) {
    await row(page, 'long.mp4').locator('select').selectOption('whole');
  }
  await deed(row(page, 'long.mp4'), 'send').click();
  await reaches(page, 'long.mp4', 'sending');
  await page.waitForFunction(() => /Sending ([5-9]|[1-9]\d) ?%/.test(document.querySelector('[data-name="long.mp4"] .line').textContent));
  return line;
}

/** The MP3 of the same video, sent in one go. */
let whole = '';
async function expected() {
  if (whole === '') {
    const { context, page } = await visitor(server.url);
    await choose(page, long());
    await deed(row(page, 'long.mp4'), 'send').click();
    await reaches(page, 'long.mp4', 'ready');
    whole = sha256(await mp3Of(page, 'long.mp4'));
    await context.close();
  }
  return whole;
}

test('after a reload in the middle, sound that was taken out goes on by itself', async () => {
  const { context, page, faults } = await visitor(server.url);
  const line = await sendSlowly(page);
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.deepEqual(faults, []);
  await context.close();
});

test('after a reload, a whole video waits for its file and goes on where it was', async () => {
  const { context, page } = await visitor(server.url);
  const line = await sendSlowly(page, { whole: true });
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  await reaches(page, 'long.mp4', 'stopped');
  await page.waitForFunction(() => /Stopped at [1-9]/.test(document.querySelector('[data-name="long.mp4"] .line').textContent));
  const starts = [];
  page.on('request', (request) => request.method() === 'PATCH' && starts.push(Number(request.headers()['upload-offset'])));
  await row(page, 'long.mp4').locator('[data-input=again]').setInputFiles(long());
  await reaches(page, 'long.mp4', 'ready');
  assert.ok(starts[0] > 0, `went on at ${starts[0]}`);
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  await context.close();
});

test('another file under the same name is refused', async () => {
  const { context, page } = await visitor(server.url);
  await sendSlowly(page, { whole: true });
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await reaches(page, 'long.mp4', 'stopped');
  await row(page, 'long.mp4').locator('[data-input=again]').setInputFiles({ name: 'long.mp4', mimeType: 'video/mp4', buffer: Buffer.from('not it') });
  await page.getByText('The file is not the one from before').first().waitFor();
  await context.close();
});

test('a server that is killed in the middle finds the rest when it is back', async () => {
  const own = await new Server().start();
  const { context, page } = await visitor(own.url);
  const line = await sendSlowly(page);
  await own.kill();
  await page.getByText(/No connection; goes on by itself/).waitFor();
  await own.start();
  await line.fast();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  await context.close();
  await own.stop();
});

test('an access token that runs out in the middle is made fresh unseen', async () => {
  const { context, page } = await visitor(server.url);
  const line = await sendSlowly(page);
  await deed(row(page, 'long.mp4'), 'pause').click();
  await context.clearCookies({ name: 'tapedeck_session' });
  await line.fast();
  await deed(row(page, 'long.mp4'), 'goOn').click();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await context.close();
});

test('a session that ends in the middle asks to sign in, and then goes on', async () => {
  const { context, page, email } = await visitor(server.url);
  const line = await sendSlowly(page);
  await deed(row(page, 'long.mp4'), 'pause').click();
  await context.clearCookies();
  await line.fast();
  await deed(row(page, 'long.mp4'), 'goOn').click();
  await page.locator('dialog[open]').waitFor();
  await page.getByText('Your session has ended.').waitFor();
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', PASSWORD);
  await page.locator('dialog button[type=submit]').click();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  await context.close();
});

test('a crash of the tab in the middle loses nothing', async () => {
  const { context, page } = await visitor(server.url);
  await sendSlowly(page);
  const crashed = page.waitForEvent('crash');
  await page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  const later = await context.newPage();
  await later.goto(server.url);
  await reaches(later, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(later, 'long.mp4')), await expected());
  await context.close();
});

test('after a reload the list still has what waited and what was not sent, and goes on when it gets the files', async () => {
  const { context, page, faults } = await visitor(server.url);
  const [first, second] = ['busy-1.mp4', 'busy-2.mp4'].map((name) => copy(long(), name));
  const [third, fourth] = ['turn-1.mp4', 'turn-2.mp4'].map((name) => copy(kinds.mp4(), name));
  const unsent = copy(kinds.mp4(), 'unsent.mp4');
  const line = await slow(page, 200_000);
  await choose(page, first, second, third, fourth);
  await page.getByRole('button', { name: 'Send all 4' }).waitFor();
  await page.locator('[data-deed=sendAll]').click();
  await reaches(page, 'busy-1.mp4', 'sending');
  await reaches(page, 'busy-2.mp4', 'sending');
  await choose(page, unsent);
  await reaches(page, 'unsent.mp4', 'choosing');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  for (const name of ['turn-1.mp4', 'turn-2.mp4']) {
    await reaches(page, name, 'stopped');
  }
  await row(page, 'unsent.mp4').getByText('Not sent yet. Choose the same file again.').waitFor();
  await page.getByRole('button', { name: 'Choose the 3 files' }).waitFor();
  await page.locator('[data-input=all]').setInputFiles([third, fourth, unsent]);
  await reaches(page, 'unsent.mp4', 'choosing');
  for (const name of ['busy-1.mp4', 'busy-2.mp4', 'turn-1.mp4', 'turn-2.mp4']) {
    await reaches(page, name, 'ready');
  }
  assert.equal(await page.locator('li.row').count(), 5);
  await erase(row(page, 'unsent.mp4'), 'remove');
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.deepEqual(faults, []);
  await context.close();
});

test('two tabs do not send the same file twice, and the second takes over when the first is closed', async () => {
  const { context, page } = await visitor(server.url);
  await sendSlowly(page);
  const other = await context.newPage();
  await other.goto(server.url);
  await other.getByText('Nothing here yet.').waitFor();
  assert.equal(await other.locator('li.row').count(), 0);
  await page.close();
  await reaches(other, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(other, 'long.mp4')), await expected());
  assert.equal(await other.locator('li.row').count(), 1);
  await context.close();
});

test('pause holds, go on goes on, and cancel leaves nothing behind', async () => {
  const { context, page } = await visitor(server.url);
  const line = await sendSlowly(page);
  await deed(row(page, 'long.mp4'), 'pause').click();
  await reaches(page, 'long.mp4', 'paused');
  await deed(row(page, 'long.mp4'), 'goOn').click();
  await reaches(page, 'long.mp4', 'sending');
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.status() === 204);
  await deed(row(page, 'long.mp4'), 'cancel').click();
  await gone;
  assert.equal(await row(page, 'long.mp4').count(), 0);
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  const left = await page.evaluate(async () => {
    const names = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names;
  });
  assert.deepEqual(left, []);
  await line.fast();
  await context.close();
});

test('signing out takes away what the browser kept', async () => {
  const { context, page } = await visitor(server.url);
  await sendSlowly(page);
  await page.getByRole('link', { name: 'Account' }).click();
  await page.locator('[data-deed=signOut]').click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.equal(await page.locator('li.row').count(), 0);
  await context.close();
});
