import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, action, erase, finish, kinds, mp3Of, openServer, PASSWORD, reaches, row, Server, sha256, slow, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Large enough that a slow line is still busy when something happens to it. */
const long = () => clip('long.mp4', 120, '-b:a', '192k', '-r', '2');

function copy(path, name) {
  copyFileSync(path, join(work, name));
  return join(work, name);
}

async function uploadSlowly(page, options = {}) {
  const line = await slow(page, 200_000);
  await choose(page, long());
  await reaches(page, 'long.mp4', 'choosing');
  if (options.whole) {
    await row(page, 'long.mp4').locator('select').selectOption('whole');
  }
  await action(row(page, 'long.mp4'), 'upload').click();
  await reaches(page, 'long.mp4', 'uploading');
  await page.waitForFunction(() => /Uploading ([5-9]|[1-9]\d) ?%/.test(document.querySelector('[data-name="long.mp4"] .line').textContent));
  return line;
}

/** The MP3 of the same video, uploaded without a break. */
let whole = '';
async function expected() {
  if (whole === '') {
    const { context, page } = await visitor(server.url);
    await choose(page, long());
    await action(row(page, 'long.mp4'), 'upload').click();
    await reaches(page, 'long.mp4', 'ready');
    whole = sha256(await mp3Of(page, 'long.mp4'));
    await context.close();
  }
  return whole;
}

test('after a reload in the middle, extracted audio resumes by itself', async () => {
  const { context, page, faults } = await visitor(server.url);
  const line = await uploadSlowly(page);
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what an earlier version of the page has stored resumes too', async () => {
  const { context, page, email, faults } = await visitor(server.url);
  const audio = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', kinds.mp4(), '-vn', '-c', 'copy', '-f', 'matroska', 'pipe:1'], { maxBuffer: 1 << 26 }).stdout;
  await page.evaluate(async ([account, bytes]) => {
    const [key, kept] = ['0b5f', 'tapedeck-0b5f'];
    const writable = await (await (await navigator.storage.getDirectory()).getFileHandle(kept, { create: true })).createWritable();
    await writable.write(Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0)));
    await writable.close();
    const labels = { title: 'Kept', artist: '', album: '', cover: null };
    const record = { key, account, name: 'talk.mp4', sourceSize: 1e6, lastModified: 1, total: atob(bytes).length, url: '', wanted: true, soundOnly: true, kept, options: { quality: 4 }, labels, startedAt: 1 };
    localStorage.setItem('tapedeck.uploads', JSON.stringify([record]));
    localStorage.setItem('tapedeck.look', 'dark');
    localStorage.setItem('tapedeck.choice', '{"mono":true}');
  }, [email, audio.toString('base64')]);
  await page.reload();
  await reaches(page, 'talk.mp4', 'ready');
  assert.equal((await mp3Of(page, 'talk.mp4')).subarray(0, 3).toString('latin1'), 'ID3');
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await choose(page, clip('short.mp4', 2));
  await action(row(page, 'short.mp4'), 'options').click();
  assert.equal(await row(page, 'short.mp4').getByLabel('Channels').inputValue(), 'mono');
  assert.deepEqual(faults, []);
  await context.close();
});

test('after a reload, a whole video waits for its file and resumes where it was', async () => {
  const { context, page } = await visitor(server.url);
  const line = await uploadSlowly(page, { whole: true });
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  await reaches(page, 'long.mp4', 'stopped');
  await page.waitForFunction(() => /Stopped at [1-9]/.test(document.querySelector('[data-name="long.mp4"] .line').textContent));
  const starts = [];
  page.on('request', (request) => request.method() === 'PATCH' && starts.push(Number(request.headers()['upload-offset'])));
  await row(page, 'long.mp4').locator('[data-input=again]').setInputFiles(long());
  await reaches(page, 'long.mp4', 'ready');
  assert.ok(starts[0] > 0, `resumed at ${starts[0]}`);
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  await context.close();
});

test('another file under the same name is refused', async () => {
  const { context, page } = await visitor(server.url);
  await uploadSlowly(page, { whole: true });
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
  const line = await uploadSlowly(page);
  await own.kill();
  await page.getByText(/No connection; resumes by itself/).waitFor();
  await own.start();
  await line.fast();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(page, 'long.mp4')), await expected());
  await context.close();
  await own.stop();
});

test('an access token that runs out in the middle is refreshed unseen', async () => {
  const { context, page } = await visitor(server.url);
  const line = await uploadSlowly(page);
  await action(row(page, 'long.mp4'), 'pause').click();
  await context.clearCookies({ name: 'tapedeck_session' });
  await line.fast();
  await action(row(page, 'long.mp4'), 'resume').click();
  await reaches(page, 'long.mp4', 'ready');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await context.close();
});

test('a session that ends in the middle asks to sign in, and then resumes', async () => {
  const { context, page, email } = await visitor(server.url);
  const line = await uploadSlowly(page);
  await action(row(page, 'long.mp4'), 'pause').click();
  await context.clearCookies();
  await line.fast();
  await action(row(page, 'long.mp4'), 'resume').click();
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
  await uploadSlowly(page);
  const crashed = page.waitForEvent('crash');
  await page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  const later = await context.newPage();
  await later.goto(server.url);
  await reaches(later, 'long.mp4', 'ready');
  assert.equal(sha256(await mp3Of(later, 'long.mp4')), await expected());
  await context.close();
});

test('after a reload the list still has what waited and what was not uploaded, and resumes when it gets the files', async () => {
  const { context, page, faults } = await visitor(server.url);
  const [first, second] = ['busy-1.mp4', 'busy-2.mp4'].map((name) => copy(long(), name));
  const [third, fourth] = ['turn-1.mp4', 'turn-2.mp4'].map((name) => copy(kinds.mp4(), name));
  const unsent = copy(kinds.mp4(), 'unsent.mp4');
  const line = await slow(page, 200_000);
  await choose(page, first, second, third, fourth);
  await page.getByRole('button', { name: 'Upload all 4' }).waitFor();
  await page.locator('[data-action=uploadAll]').click();
  await reaches(page, 'busy-1.mp4', 'uploading');
  await reaches(page, 'busy-2.mp4', 'uploading');
  await choose(page, unsent);
  await reaches(page, 'unsent.mp4', 'choosing');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await line.fast();
  for (const name of ['turn-1.mp4', 'turn-2.mp4']) {
    await reaches(page, name, 'stopped');
  }
  await row(page, 'unsent.mp4').getByText('Not uploaded yet. Choose the same file again.').waitFor();
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

test('an upload whose offset has moved asks for it again and resumes', async () => {
  const { context, page, faults } = await visitor(server.url);
  let refused = 0;
  await page.route(/v1\/uploads\/./, (route) =>
    route.request().method() === 'PATCH' && refused++ === 0
      ? route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ code: 'conflict', title: 'Something else got there first', status: 409, retryable: false }) })
      : route.continue(),
  );
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  assert.equal(refused, 2);
  assert.deepEqual(faults, []);
  await context.close();
});

test('two tabs do not upload the same file twice, and the second takes over when the first is closed', async () => {
  const { context, page } = await visitor(server.url);
  await uploadSlowly(page);
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

test('a second sign-in does not take an upload from the tab that has it', async () => {
  const { context, page, email } = await visitor(server.url);
  const line = await uploadSlowly(page);
  const other = await context.newPage();
  await other.goto(server.url);
  await other.getByText('Nothing here yet.').waitFor();
  const refuse = (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify({ code: 'token-expired', title: 'Your session has ended', status: 401 }) });
  await other.route(/v1\/sessions/, refuse);
  await other.goto(`${server.url}#/account`);
  await other.locator('dialog[open]').waitFor();
  await other.unrouteAll();
  await other.fill('input[name=email]', email);
  await other.fill('input[name=password]', PASSWORD);
  const listed = other.waitForResponse(/v1\/conversions\?/);
  await other.locator('dialog button[type=submit]').click();
  await listed;
  await other.goto(`${server.url}#/`);
  await other.getByText('Nothing here yet.').waitFor();
  assert.equal(await other.locator('li.row').count(), 0);
  await line.fast();
  await reaches(page, 'long.mp4', 'ready');
  await context.close();
});

test('an upload that has ended holds no lock', async () => {
  const { context, page } = await visitor(server.url);
  const locks = () => page.evaluate(async () => Object.values(await navigator.locks.query()).flat().map((each) => each.name).filter((name) => name.startsWith('tapedeck.upload.')));
  await choose(page, clip('short.mp4', 2));
  await reaches(page, 'short.mp4', 'choosing');
  assert.equal((await locks()).length, 1);
  await action(row(page, 'short.mp4'), 'upload').click();
  await reaches(page, 'short.mp4', 'ready');
  assert.deepEqual(await locks(), []);
  await choose(page, kinds.mp4());
  await erase(row(page, 'talk.mp4'), 'remove');
  await page.waitForFunction(async () => (await navigator.locks.query()).held.every((each) => !each.name.startsWith('tapedeck.upload.')));
  await context.close();
});

test('pause pauses, resume resumes, and cancel leaves nothing behind', async () => {
  const { context, page } = await visitor(server.url);
  const line = await uploadSlowly(page);
  await action(row(page, 'long.mp4'), 'pause').click();
  await reaches(page, 'long.mp4', 'paused');
  await action(row(page, 'long.mp4'), 'resume').click();
  await reaches(page, 'long.mp4', 'uploading');
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.status() === 204);
  await action(row(page, 'long.mp4'), 'cancel').click();
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

test('signing out deletes what the browser stored', async () => {
  const { context, page } = await visitor(server.url);
  await uploadSlowly(page);
  await page.getByRole('link', { name: 'Account' }).click();
  await page.locator('[data-action=signOut]').click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('tapedeck.uploads')), null);
  assert.equal(await page.locator('li.row').count(), 0);
  await context.close();
});
