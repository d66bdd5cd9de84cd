// The test harness of the page: the real server as its own process, a browser, and media made by ffmpeg.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const work = mkdtempSync(join(tmpdir(), 'tapedeck-page-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** Where videos are made; one folder for all test files, so that each video is made once. */
const media = process.env.PAGE_MEDIA ?? work;

/** How the server is started. PAGE_SERVER is the program to use and its arguments, one a line. */
const program = (process.env.PAGE_SERVER ?? join(root, 'tapedeck')).split('\n');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
export const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'];

export const chromiumPath = process.env.CHROMIUM ?? CHROMIUM.find((path) => existsSync(path)) ?? '';

/** A running server. It can be killed and started again on the same data and port. */
export class Server {
  static all = new Set();

  constructor(settings = {}) {
    this.data = mkdtempSync(join(work, 'data-'));
    this.settings = settings;
    this.port = 0;
  }

  async start() {
    const [command, ...before] = program;
    const child = spawn(command, [...before, 'serve', '--port', String(this.port), '--data', this.data], {
      env: { ...process.env, ...this.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    Server.all.add(this);
    let said = '';
    this.said = '';
    child.stdout.on('data', (piece) => (this.said += piece));
    child.stderr.on('data', (piece) => (said += piece));
    const address = await new Promise((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (piece) => {
        text += piece;
        const found = / answers at (\S+)/.exec(text);
        if (found) {
          resolve(found[1]);
        }
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    this.url = address;
    this.port = new URL(address).port;
    return this;
  }

  /** Ends it as a power failure would. */
  async kill() {
    await this.end('SIGKILL');
  }

  async stop() {
    await this.end('SIGTERM');
  }

  async end(signal) {
    Server.all.delete(this);
    if (this.child.exitCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill(signal);
      await gone;
    }
  }
}

/** Milliseconds after which a test gives up waiting; long, because a busy machine takes many times as long. */
export const PATIENCE = 180_000;

let browser = null;
const WINDOW = { width: 1280, height: 900 };

export async function openBrowser() {
  browser ??= await chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS, timeout: PATIENCE });
  return browser;
}

/** A server with the default settings: the one that all test files share, or one of this file's own. */
export async function openServer() {
  const { PAGE_URL: url, PAGE_DATA: data } = process.env;
  return url ? { url, data } : new Server().start();
}

export async function closeAll() {
  await browser?.close();
  for (const server of [...Server.all]) {
    await server.stop();
  }
}

/** Errors that a page may print on its console; any other is a defect. */
const EXPECTED = /Failed to load resource: .*(401|404|409|413|403|422|429|50\d|507|net::ERR_)|Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy/;

/** What the pages of this test file did wrong; checked at the end. */
const allFaults = [];

/** After all tests of a file: ends every process, and checks that no page left its origin, broke its policy or printed errors. */
export async function finish() {
  await closeAll();
  assert.deepEqual(allFaults, []);
}

/** A fresh browser profile on the page. Whatever the page did wrong is in `faults`. */
export async function visit(url, options = {}) {
  return open(await newContext(options), url);
}

async function newContext(options) {
  const context = await (await openBrowser()).newContext({ viewport: WINDOW, locale: 'en-GB', serviceWorkers: 'block', ...options });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

async function open(context, url) {
  const page = await context.newPage();
  return { context, page, ...watch(page, url), ...(await page.goto(url), {}) };
}

export function watch(page, url) {
  const faults = [];
  const fault = (what) => faults.push(what) && allFaults.push(what);
  const origin = new URL(url).origin;
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) {
      fault(message.text());
    }
  });
  page.on('pageerror', (error) => fault(String(error.stack ?? error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url())) {
      fault(`a request left the origin: ${request.url()}`);
    }
  });
  return { faults };
}

let people = 0;
export const PASSWORD = 'a long and quiet river';

/** Makes an account in the dialog that is open. */
export async function signUp(page, email = `person${++people}-${process.pid}@example.org`) {
  await page.locator('dialog[open]').waitFor();
  if ((await page.locator('input[name=password][autocomplete=new-password]').count()) === 0) {
    await page.getByRole('button', { name: 'I do not have an account yet' }).click();
  }
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', PASSWORD);
  await page.locator('dialog button[type=submit]').click();
  await page.locator('dialog').waitFor({ state: 'hidden' });
  return email;
}

/** The page of a signed-in visitor. */
export async function visitor(url, options = {}) {
  const email = `person${++people}-${process.pid}@example.org`;
  const context = await newContext(options);
  await enter(context.request, url, 'v1/accounts', { email, password: PASSWORD });
  await enter(context.request, url, 'v1/sessions', { email, password: PASSWORD, cookie: true });
  const seen = await open(context, url);
  await seen.page.evaluate(() => localStorage.setItem('tapedeck.known', '1'));
  await seen.page.locator('a[href="#/account"]').waitFor();
  return { ...seen, email };
}

async function enter(request, url, path, data) {
  const answer = await request.post(new URL(path, url).href, { data });
  assert.ok(answer.ok(), `${answer.status()} ${await answer.text()}`);
}

let kept = null;

/** One visitor for many tests, cheaper than one for each: the list is empty, and no options are remembered. */
export async function guest(url) {
  if (kept && !(await leave(kept.page, url))) {
    await kept.context.close();
    kept = null;
  }
  kept ??= await visitor(url);
  return kept;
}

/** Removes what a test left on a page; false when it cannot. */
async function leave(page, url) {
  await page.unrouteAll();
  await page.setViewportSize(WINDOW);
  await page.goto(`${url}#/`);
  await page.evaluate(() => {
    localStorage.removeItem('tapedeck.choice');
    document.querySelectorAll('[data-action=remove], [data-action=delete]').forEach((each) => each.click());
    window.dispatchEvent(new Event('pagehide'));
  });
  const gone = page.locator('li.row').first().waitFor({ state: 'detached', timeout: 2_000 });
  return gone.then(() => true, () => false);
}

export const choose = (page, ...files) => page.locator('[data-input=files]').setInputFiles(files);
export const row = (page, name) => page.locator(`li.row[data-name="${name}"]`);
export const action = (line, id) => line.locator(`[data-action=${id}]`);

/** Removes a row at once, without time to undo it: as if the page were closed. */
export async function erase(line, id = 'delete') {
  await action(line, id).click();
  await line.page().evaluate(() => window.dispatchEvent(new Event('pagehide')));
  await line.waitFor({ state: 'detached' });
}

/** Waits until the row is in that state. */
export async function reaches(page, name, state, timeout = PATIENCE) {
  try {
    await page.locator(`li.row[data-name="${name}"][data-state="${state}"]`).first().waitFor({ timeout });
  } catch {
    const shown = await page.locator('li.row').allInnerTexts();
    assert.fail(`${name} is not ${state} after ${timeout / 1000} s; the list: ${JSON.stringify(shown)}`);
  }
}

/** The MP3 behind a row, by the row's own link. */
export async function mp3Of(page, name) {
  const href = await action(row(page, name), 'download').getAttribute('href');
  const answer = await page.context().request.get(href);
  assert.equal(answer.status(), 200);
  return Buffer.from(await answer.body());
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const AUDIO = ['-f', 'lavfi', '-i', 'anoisesrc=d=SECONDS:c=pink:a=0.4:seed=7:r=44100', '-f', 'lavfi', '-i', 'sine=f=440:d=SECONDS:r=44100'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=10:duration=SECONDS'];
const MIX = ['-filter_complex', '[1:a][2:a]amix=inputs=2,aformat=channel_layouts=stereo[a]', '-map', '0:v', '-map', '[a]'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '20'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-g', '20'];

/** A video of that name: noise and a tone beside a moving picture. */
export function video(name, codecs, seconds = 20) {
  const fit = (list) => list.map((each) => each.replace('SECONDS', String(seconds)));
  return make(name, ...fit(PICTURE), ...fit(AUDIO), ...MIX, ...codecs);
}

/** What ffmpeg makes of that, unless it is there already. */
function make(name, ...how) {
  const path = join(media, name);
  if (!existsSync(path)) {
    const draft = join(media, `${process.pid}-${name}`);
    const result = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...how, draft], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
    try {
      linkSync(draft, path);
    } catch {
      // Another was faster; its file stays, because a page may be reading it.
      assert.ok(existsSync(path), path);
    }
    rmSync(draft);
  }
  return path;
}

/** Two audio tracks that differ, with a picture or without one. */
export function twoTracks(picture) {
  const seen = picture ? ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=8'] : [];
  const maps = picture ? [0, 1, 2] : [0, 1];
  return make(picture ? 'tracks.mp4' : 'tracks.m4a', ...seen, '-f', 'lavfi', '-i', 'sine=440:duration=8', '-f', 'lavfi', '-i', 'anoisesrc=d=8:c=pink:a=0.3:seed=3',
    ...maps.flatMap((each) => ['-map', String(each)]), ...H264, '-c:a', 'aac', '-b:a', '128k');
}

/** A video without audio. */
export const silent = () => make('silent.mp4', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=2', ...H264);

/** A video that takes long to convert, and is quick to make. */
export function hour() {
  const [picture, audio] = ['testsrc2=size=160x90:rate=1:duration=60', 'sine=f=330:d=60'];
  const minute = make('minute.mp4', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', audio, ...H264, '-c:a', 'aac', '-b:a', '64k');
  return make('hour.mp4', '-stream_loop', '39', '-i', minute, '-c', 'copy');
}

/** A video of four minutes, loud for two and then quiet. */
export function halves() {
  const audio = "aevalsrc='if(lt(t,120),0.8,0.1)*sin(2*PI*440*t)':s=44100:d=240";
  return make('halves.mp4', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=1:duration=240', '-f', 'lavfi', '-i', audio, ...H264, ...AAC);
}

/** A minute with two chapters. */
export function chapters() {
  const list = join(work, 'chapters.txt');
  writeFileSync(list, [';FFMETADATA1', ...[0, 30].map((at) => `[CHAPTER]\nTIMEBASE=1/1\nSTART=${at}\nEND=${at + 30}\ntitle=From ${at}`)].join('\n'));
  return make('chapters.mp4', '-i', clip('minute-long.mp4', 60, '-r', '2'), '-i', list, '-map_metadata', '1', '-c', 'copy');
}

const AAC = ['-c:a', 'aac', '-b:a', '160k'];

/** An MP4 that is quick to make. */
export const clip = (name, seconds, ...more) => video(name, [...H264, '-c:a', 'aac', ...more], seconds);

export const kinds = {
  mp4: () => video('talk.mp4', [...H264, ...AAC]),
  fastStart: () => video('fast.mp4', [...H264, ...AAC, '-movflags', '+faststart']),
  fragmented: () => video('parts.mp4', [...H264, ...AAC, '-movflags', 'frag_keyframe+empty_moov']),
  mov: () => video('clip.mov', [...H264, ...AAC]),
  webm: () => video('web.webm', [...VP8, '-c:a', 'libopus', '-b:a', '128k', '-ar', '48000']),
  vorbis: () => video('older.webm', [...VP8, '-s', '320x180', '-c:a', 'libvorbis', '-q:a', '6'], 40),
  mkv: () => video('film.mkv', [...H264, ...AAC]),
  mkvAc3: () => video('dvd.mkv', [...H264, '-c:a', 'ac3', '-b:a', '192k']),
  ts: () => video('tv.ts', [...H264, ...AAC]),
  avi: () => video('old.avi', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame']),
  flv: () => video('flash.flv', ['-c:v', 'flv', '-c:a', 'aac', '-ar', '44100']),
};

/** A video whose end was cut off. */
export function cut() {
  const path = join(work, 'cut.mp4');
  const bytes = readFileSync(kinds.fastStart());
  writeFileSync(path, bytes.subarray(0, Math.round(bytes.length * 0.55)));
  return path;
}

/** Bytes of the audio in a file: its packets and the decoder's configuration. */
export function audioBytes(path, track = 0) {
  const probe = (...args) => spawnSync('ffprobe', ['-v', 'error', '-select_streams', `a:${track}`, ...args, '-of', 'csv=p=0', path], { encoding: 'utf8' }).stdout;
  const packets = probe('-show_entries', 'packet=size').split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
  const header = Number.parseInt(probe('-show_entries', 'stream=extradata_size'), 10) || 0;
  return packets + header;
}

export const readText = (...path) => readFileSync(join(...path), 'utf8');

/** Counts the bytes that a page uploads, as the server acknowledges them. */
export function countUploaded(page) {
  const count = (response) => {
    const request = response.request();
    if (request.method() === 'PATCH' && response.status() === 204) {
      counter.bytes += Number(response.headers()['upload-offset']) - Number(request.headers()['upload-offset']);
      counter.bodies++;
    }
  };
  const counter = { bytes: 0, bodies: 0, stop: () => page.off('response', count) };
  page.on('response', count);
  return counter;
}

/** Makes the uploads of a page slow, in bytes a second; they can be made fast again. */
export async function slow(page, bytesPerSecond) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = (more) =>
    session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1, ...more });
  await set({ uploadThroughput: bytesPerSecond });
  return {
    fast: () => set({}),
  };
}

/** Pixels by which a page is wider than its window. */
export const tooWide = (page) =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
