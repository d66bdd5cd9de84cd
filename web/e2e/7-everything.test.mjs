import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { ARGUMENTS, choose, chromiumPath, clip, countUploaded, action, erase, finish, guest, halves, hour, kinds, mp3Of, openServer, PASSWORD, PATIENCE, reaches, row, Server, signUp, slow, audioBytes, visit, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** The events of a browser when files are dropped on the page or pasted into it. */
async function dispatch(page, kind, ...files) {
  await page.evaluate(
    ([type, names]) => {
      const carried = new DataTransfer();
      for (const name of names) {
        carried.items.add(new File(['not a video, but a file'], name, { type: 'video/mp4' }));
      }
      const target = document.querySelector('h1');
      const options = { bubbles: true, cancelable: true };
      if (type === 'paste') {
        target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: carried }));
        return;
      }
      for (const each of ['dragenter', 'dragover']) {
        target.dispatchEvent(new DragEvent(each, { ...options, dataTransfer: carried }));
      }
      window.over = document.querySelector('.over') !== null;
      target.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: carried }));
    },
    [kind, files],
  );
}

for (const kind of ['drop', 'paste']) {
  test(`files are taken by ${kind} anywhere on the page`, async () => {
    const { context, page } = await visitor(server.url);
    await dispatch(page, kind, 'one.mp4', 'two.mp4');
    await row(page, 'one.mp4').waitFor();
    await row(page, 'two.mp4').waitFor();
    await context.close();
  });
}

test('the whole drop area opens the chooser', async () => {
  const { page } = await guest(server.url);
  const chooser = page.waitForEvent('filechooser');
  await page.locator('section.drop').click({ position: { x: 12, y: 40 } });
  assert.ok((await chooser).isMultiple());
});

/** A real drop, as the system gives it to the browser, with files and folders. */
async function drop(page, ...paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 200, data });
  }
}

test('a folder that is dropped is opened, and files beside it are taken as they are', async () => {
  const { page, faults } = await guest(server.url);
  const folder = join(work, 'dropped');
  mkdirSync(join(folder, 'deep', 'deeper'), { recursive: true });
  copyFileSync(kinds.mp4(), join(folder, 'deep', 'deeper', 'far.mp4'));
  copyFileSync(kinds.webm(), join(folder, 'near.webm'));
  writeFileSync(join(folder, 'deep', 'cover.jpg'), 'not this');
  copyFileSync(kinds.avi(), join(work, 'beside.avi'));
  await drop(page, folder, join(work, 'beside.avi'));
  for (const name of ['far.mp4', 'near.webm', 'beside.avi']) {
    await reaches(page, name, 'choosing');
  }
  assert.equal(await page.locator('li.row').count(), 3);
  assert.deepEqual(faults, []);
});

test('while files are held over the page it says where they go', async () => {
  const { page } = await guest(server.url);
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['x'], 'held.mp4'));
    document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer: carried }));
  });
  await page.getByText('Drop to add').waitFor();
});

test('of a folder the videos are taken, also from folders inside, and nothing else', async () => {
  const { page } = await guest(server.url);
  const folder = join(work, 'folder');
  mkdirSync(join(folder, 'inside'), { recursive: true });
  copyFileSync(kinds.mp4(), join(folder, 'outer.mp4'));
  copyFileSync(kinds.webm(), join(folder, 'inside', 'inner.webm'));
  writeFileSync(join(folder, 'notes.txt'), 'not this');
  writeFileSync(join(folder, '.DS_Store'), 'nor this');
  await page.locator('[data-input=folder]').setInputFiles(folder);
  await reaches(page, 'outer.mp4', 'choosing');
  await reaches(page, 'inner.webm', 'choosing');
  assert.equal(await page.locator('li.row').count(), 2);
});

test('a row tells its speed, its time left, and its place in the queue', async () => {
  const narrow = await new Server({ TAPEDECK_CONVERTER_PARALLEL: '1' }).start();
  const { context, page } = await visitor(narrow.url);
  const line = await slow(page, 2_000_000);
  await choose(page, hour());
  await action(row(page, 'hour.mp4'), 'upload').click();
  await row(page, 'hour.mp4').getByText(/Uploading \d+\s?% · .*B\/s · .* left/).waitFor();
  await line.fast();
  await choose(page, kinds.mp4(), kinds.webm());
  await page.locator('[data-action=uploadAll]').click();
  await page.getByText(/Number [12] in the queue/).first().waitFor();
  await page.getByText(/Converting \d+\s?% · [\d.,]+× as fast as listening/).first().waitFor();
  assert.match(await page.title(), /\d+\s?% · Tapedeck/);
  await action(row(page, 'hour.mp4'), 'cancel').click();
  await reaches(page, 'talk.mp4', 'ready');
  await context.close();
  await narrow.stop();
});

test('the part that is chosen on the waveform can be listened to before the upload', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.evaluate(() => {
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      window.heard = this;
      return play.call(this);
    };
  });
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  await page.waitForFunction(() => document.querySelector('.trim path').getAttribute('d').length > 2000);
  const wave = await line.locator('.trim .wave').boundingBox();
  const handle = await line.locator('[data-handle=start]').boundingBox();
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(wave.x + wave.width / 2, handle.y + handle.height / 2, { steps: 5 });
  await page.mouse.up();
  assert.equal(await line.getByLabel('From', { exact: true }).inputValue(), '0:10');
  await line.getByRole('button', { name: 'Listen from the start' }).click();
  await page.waitForFunction(() => window.heard?.currentTime > 10.2 && window.heard.currentTime < 20);
  await line.getByRole('button', { name: 'Stop' }).click();
  assert.ok(await page.evaluate(() => window.heard.paused));
  assert.deepEqual(faults, []);
  await context.close();
});

const probe = (mp3) => {
  const path = join(work, 'probed.mp3');
  writeFileSync(path, mp3);
  const said = spawnSync('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path], { encoding: 'utf8' });
  return { path, ...JSON.parse(said.stdout) };
};

for (const kind of ['mp4', 'mov', 'webm', 'mkv', 'ts', 'fragmented']) {
  test(`a title and a picture of the video come out in the MP3 (${kind})`, async () => {
    const { page } = await guest(server.url);
    const file = kinds[kind]();
    const name = file.split('/').at(-1);
    const uploaded = countUploaded(page);
    await choose(page, file);
    const line = row(page, name);
    await action(line, 'options').click();
    await line.getByLabel('Title', { exact: true }).fill('A <b>night</b> — «ночь» 🎙️');
    await line.getByLabel('Artist').fill('Somebody');
    await line.getByLabel('Album').fill('Talks');
    await line.getByLabel('Genre').fill('Speech');
    await line.getByLabel('Year').fill('2024');
    await line.getByLabel('Track number').fill('7');
    await line.getByLabel('Track number').press('Tab');
    await action(line, 'takeCover').click();
    // A player of transport streams is not in every browser.
    const shown = await Promise.race([
      line.getByAltText('The cover').waitFor().then(() => true),
      line.getByText('This browser cannot show a picture').waitFor().then(() => false),
    ]);
    assert.ok(shown || kind === 'ts', 'the picture is shown');
    await action(line, 'upload').click();
    await reaches(page, name, 'ready');
    const { format, streams, path } = probe(await mp3Of(page, name));
    assert.equal(format.tags.title, 'A <b>night</b> — «ночь» 🎙️');
    assert.equal(format.tags.artist, 'Somebody');
    assert.equal(format.tags.album, 'Talks');
    assert.deepEqual([format.tags.genre, format.tags.date?.slice(0, 4), format.tags.track], ['Speech', '2024', '7']);
    const cover = streams.find((stream) => stream.disposition.attached_pic === 1);
    assert.equal(cover !== undefined, shown);
    if (shown) {
      assert.deepEqual([cover.codec_name, cover.width, cover.height], ['mjpeg', 640, 360]);
      assert.equal(spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:v', '-f', 'null', '-'], { encoding: 'utf8' }).stderr, '');
    }
    assert.ok(uploaded.bytes < audioBytes(file) * 1.02 + 150_000, `${uploaded.bytes} bytes`);
    await erase(line);
  });
}

test('a picture of one’s own becomes the cover; a year that is none is marked and not written', async () => {
  const { page } = await guest(server.url);
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  await line.getByLabel('Year').fill('soon');
  await line.getByLabel('Year').press('Tab');
  assert.equal(await line.getByLabel('Year').getAttribute('aria-invalid'), 'true');
  await line.getByText('A year has four digits').waitFor();
  const png = join(work, 'own.png');
  spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=900x900', '-frames:v', '1', png]);
  await line.locator('[data-input=cover]').setInputFiles(note());
  await line.getByText('This browser cannot read that picture').waitFor();
  await line.locator('[data-input=cover]').setInputFiles(png);
  await line.getByAltText('The cover').waitFor();
  await action(line, 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  const { format, streams } = probe(await mp3Of(page, 'talk.mp4'));
  assert.equal(format.tags.date, undefined);
  const cover = streams.find((stream) => stream.disposition.attached_pic === 1);
  assert.deepEqual([cover.codec_name, cover.width, cover.height], ['mjpeg', 800, 800]);
});

/** A file that is no picture. */
function note() {
  const path = join(work, 'note.png');
  writeFileSync(path, 'only words');
  return path;
}

test('the waveform of a long MP3 is drawn from some places of it, not from all of it', async () => {
  const { page } = await guest(server.url);
  await choose(page, halves());
  const line = row(page, 'halves.mp4');
  await action(line, 'options').click();
  await line.getByLabel('Quality').selectOption('b320');
  await action(line, 'upload').click();
  await reaches(page, 'halves.mp4', 'ready');
  const read = [];
  page.on('request', (request) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers().range ?? '') ?? [];
    if (to) {
      read.push(to - from + 1);
    }
  });
  await action(line, 'play').click();
  await line.locator('.wave[aria-busy=false] path.rest').waitFor({ state: 'attached' });
  const drawn = await line.locator('.wave path.rest').getAttribute('d');
  const bars = [...drawn.matchAll(/h\.7v([\d.]+)/g)].map((match) => Number(match[1]));
  assert.equal(bars.length, 300);
  assert.ok(Math.min(...bars.slice(2, 147)) > 90, `loud: ${bars.slice(0, 150)}`);
  assert.ok(Math.max(...bars.slice(153)) < 20, `quiet: ${bars.slice(150)}`);
  const sum = read.reduce((all, each) => all + each, 0);
  assert.ok(read.length > 300 && sum < 2_000_000, `${sum} bytes in ${read.length} parts`);
  await erase(line);
});

test('quality, channels and loudness are remembered for the next video', async () => {
  const { context, page } = await visitor(server.url);
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  await line.getByLabel('Quality').selectOption('b96');
  await line.getByLabel('Channels').selectOption('mono');
  await action(line, 'remove').click();
  await page.reload();
  await choose(page, kinds.mp4());
  await action(line, 'options').click();
  assert.equal(await line.getByLabel('Quality').inputValue(), 'b96');
  assert.equal(await line.getByLabel('Channels').inputValue(), 'mono');
  await action(line, 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  const { streams } = probe(await mp3Of(page, 'talk.mp4'));
  assert.deepEqual([streams[0].channels, Math.round(streams[0].bit_rate / 1000)], [1, 96]);
  await context.close();
});

test('a hidden page notifies of the end, once the person has agreed', async () => {
  const { context, page } = await visitor(server.url);
  // A browser without a screen shows no notes; what the page asks of it is what is seen here.
  await page.addInitScript(() => {
    window.notes = [];
    const Note = function (text) {
      window.notes.push(text);
    };
    Note.permission = 'default';
    Note.requestPermission = async () => (Note.permission = 'granted');
    window.Notification = Note;
  });
  await page.reload();
  await choose(page, kinds.mp4(), kinds.webm());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  await page.getByRole('button', { name: 'Notify me when the next one is ready' }).click();
  await page.getByText('You will be notified.').waitFor();
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }));
  await action(row(page, 'web.webm'), 'upload').click();
  await reaches(page, 'web.webm', 'ready');
  assert.deepEqual(await page.evaluate(() => window.notes), ['web.webm is ready']);
  await context.close();
});

test('a title that is in the video is shown, and a new one takes its place alone', async () => {
  const { page } = await guest(server.url);
  const file = clip('named.mp4', 2, '-metadata', 'title=Old', '-metadata', 'artist=Kept');
  await choose(page, file);
  const line = row(page, 'named.mp4');
  await action(line, 'options').click();
  assert.equal(await line.getByLabel('Title', { exact: true }).getAttribute('placeholder'), 'Old');
  await line.getByLabel('Title', { exact: true }).fill('New');
  await line.getByLabel('Title', { exact: true }).press('Tab');
  await action(line, 'upload').click();
  await reaches(page, 'named.mp4', 'ready');
  const { format } = probe(await mp3Of(page, 'named.mp4'));
  assert.deepEqual([format.tags.title, format.tags.artist], ['New', 'Kept']);
});

test('a conversion that failed for a while is tried again with success', async () => {
  const { page } = await guest(server.url);
  let refuse = true;
  await page.route('**/v1/uploads', (route) =>
    refuse && route.request().method() === 'POST'
      ? route.fulfill({ status: 507, contentType: 'application/problem+json', body: JSON.stringify({ code: 'disk-full', title: 'The disk is full', status: 507, retryable: false }) })
      : route.continue(),
  );
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'failed');
  refuse = false;
  await action(row(page, 'talk.mp4'), 'tryAgain').click();
  await reaches(page, 'talk.mp4', 'ready');
});

test('the account tells the quota, changes the password, and signs out elsewhere', async () => {
  const limited = await new Server({ TAPEDECK_LIMITS_STORED_PER_ACCOUNT: '10 MiB' }).start();
  const { context, page, email, faults } = await visitor(limited.url);
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  const other = await visit(limited.url);
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await other.page.fill('input[name=email]', email);
  await other.page.fill('input[name=password]', PASSWORD);
  const toIn = other.page.getByRole('button', { name: 'I have an account' });
  if ((await toIn.count()) > 0) {
    await toIn.click();
  }
  await other.page.locator('dialog button[type=submit]').click();
  await reaches(other.page, 'talk.mp4', 'ready');

  await page.goto(`${limited.url}#/account`);
  await page.getByText(/kB of 10\.?\d* MB stored/).waitFor();
  assert.ok((await page.locator('meter').first().getAttribute('value')) > 0);
  await page.getByText('This browser').waitFor();
  await page.getByRole('button', { name: 'Sign out there' }).click();
  await page.getByRole('button', { name: 'Sign out there' }).waitFor({ state: 'detached' });
  await other.page.reload();
  await other.page.getByRole('button', { name: 'Sign in' }).waitFor();

  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill('another long and quiet river');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password has been changed.').waitFor();
  const answer = await fetch(new URL('v1/sessions', limited.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password: 'another long and quiet river' }),
  });
  assert.ok(answer.ok, `${answer.status}`);
  assert.deepEqual(faults, []);
  await context.close();
  await other.context.close();
  await limited.stop();
});

test('the session is out of reach of scripts, and another site cannot use it', async () => {
  const { context, page } = await visitor(server.url);
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === 'tapedeck_session');
  assert.ok(session.httpOnly);
  assert.match(session.sameSite, /Lax|Strict/);
  assert.doesNotMatch(await page.evaluate(() => document.cookie), /tapedeck_session|tapedeck_refresh/);
  const status = await page.evaluate(async () => {
    const answer = await fetch('v1/api-keys', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'made by another site' }),
    });
    return answer.status;
  });
  assert.equal(status, 403, 'a request that changes something wants the token of its own page');
  await context.close();
});

test('after the browser was closed in the middle, the next one resumes by itself', async () => {
  const profile = join(work, 'profile');
  const open = async () => {
    const context = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath, args: ARGUMENTS, locale: 'en-GB', timeout: PATIENCE });
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  const first = await open();
  const page = await first.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signUp(page);
  const file = clip('long.mp4', 120, '-b:a', '192k', '-r', '2');
  await slow(page, 200_000);
  await choose(page, file);
  await action(row(page, 'long.mp4'), 'upload').click();
  await row(page, 'long.mp4').getByText(/Uploading [1-9]/).waitFor();
  await first.close();
  const second = await open();
  const later = await second.newPage();
  await later.goto(server.url);
  await reaches(later, 'long.mp4', 'ready');
  await second.close();
});
