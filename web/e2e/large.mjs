// Measures a video of 4 GB on a line of 20 Mbit/s, in a real browser against the real server: only the audio, beside
// the whole. Prints rows for dev/bench. The whole is measured over its first pieces and extrapolated, and the row says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_FORMATS, EncodedAudioPacketSource, EncodedPacket, EncodedPacketSink, EncodedVideoPacketSource, FilePathSource, Input, Mp4OutputFormat, Output, StreamTarget } from 'mediabunny';
import { chromium } from 'playwright-core';
import { ARGUMENTS, choose, chromiumPath, closeAll, countUploaded, action, reaches, row, Server, signUp, slow, audioBytes, work } from './harness.mjs';

const SECONDS = 3600;
const LINE = 20_000_000 / 8;
const GIGA = 1e9;
/** Pieces of the whole video that are uploaded and timed. */
const PIECES = 5;
const ZEROS = Buffer.alloc(1 << 25);

/** An hour of audio, five minutes of it encoded and repeated. */
function seed() {
  const ffmpeg = (...rest) => {
    const made = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', ...rest], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  };
  const [part, path] = [join(work, 'part.mp4'), join(work, 'seed.mp4')];
  const [picture, audio] = ['testsrc2=size=320x180:rate=1:duration=300', 'anoisesrc=d=300:c=pink:a=0.3:seed=7:r=44100'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-ac', '2', '-c:a', 'aac', '-b:a', '128k'];
  ffmpeg('-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', audio, ...codecs, part);
  ffmpeg('-stream_loop', String(SECONDS / 300 - 1), '-i', part, '-c', 'copy', path);
  return path;
}

/** The seed's audio among pictures of nothing but zeros, which the file system does not store: a video of that size. */
async function sparse(source, name, size) {
  const path = join(work, name);
  const file = openSync(path, 'w');
  let end = 0;
  const write = ({ data, position }) => {
    end = Math.max(end, position + data.length);
    if (ZEROS.compare(data, 0, data.length, 0, data.length) !== 0) {
      writeSync(file, data, 0, data.length, position);
    }
  };
  const input = new Input({ source: new FilePathSource(source), formats: ALL_FORMATS });
  const [picture, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target: new StreamTarget(new WritableStream({ write })) });
  const [pictures, audios] = [new EncodedVideoPacketSource(await picture.getCodec()), new EncodedAudioPacketSource(await audio.getCodec())];
  output.addVideoTrack(pictures);
  output.addAudioTrack(audios);
  await output.start();
  const blank = new Uint8Array(Math.round((size - audioBytes(source)) / SECONDS));
  const [config, format] = [await picture.getDecoderConfig(), await audio.getDecoderConfig()];
  const packets = new EncodedPacketSink(audio).packets();
  let next = (await packets.next()).value;
  for (let second = 0; second < SECONDS; second++) {
    await pictures.add(new EncodedPacket(blank, 'key', second, 1), { decoderConfig: config });
    for (; next && next.timestamp < second + 1; next = (await packets.next()).value) {
      await audios.add(next, { decoderConfig: format });
    }
  }
  await output.finalize();
  ftruncateSync(file, end);
  closeSync(file);
  return { path, size: end };
}

/** Bytes of memory that a process and all it has started own, shared ones by their share. */
function memory(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      parents.set(pid, /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const family = (pid) => pid === String(root) || (parents.has(pid) && family(parents.get(pid)));
  let sum = 0;
  for (const pid of [...parents.keys()].filter(family)) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}

/** The browser that was started on that profile: the one process of it that is no part of another. */
function pidOf(profile) {
  return readdirSync('/proc').find((pid) => {
    try {
      const said = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return /^\d+$/.test(pid) && said.includes(profile) && !said.includes('--type=') && !said.includes('crashpad-handler\0');
    } catch {
      return false;
    }
  });
}

/** A browser of its own, so that its memory is known. It reads the files where they are: no copy is made for it. */
async function visitor(server, number) {
  const profile = join(work, `profile-${number}`);
  const context = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath, args: ARGUMENTS, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signUp(page, `large-${number}@example.org`);
  await slow(page, LINE);
  return { page, pid: pidOf(profile), close: () => context.close() };
}

/** Uploads only the audio; ends when the MP3 is ready. */
async function audioOf(server, { path, size }, number) {
  const { page, pid, close } = await visitor(server, number);
  const uploaded = countUploaded(page);
  const idle = memory(pid);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, memory(pid))), 400);
  const began = performance.now();
  const name = path.split('/').at(-1);
  await choose(page, path);
  await reaches(page, name, 'choosing');
  await action(row(page, name), 'upload').click();
  await reaches(page, name, 'ready', 200_000);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  await close();
  return { seconds, bytes: uploaded.bytes, memory: peak - idle, size };
}

/** Uploads some pieces of the whole video; returns bytes a second. */
async function speedOfWhole(server, { path }) {
  const { page, close } = await visitor(server, 'whole');
  const marks = [];
  page.on('response', (response) => {
    if (response.request().method() === 'PATCH' && response.status() === 204) {
      marks.push([performance.now() / 1000, Number(response.headers()['upload-offset'])]);
    }
  });
  const name = path.split('/').at(-1);
  await choose(page, path);
  await reaches(page, name, 'choosing');
  await row(page, name).locator('select.pick').selectOption('whole');
  await action(row(page, name), 'upload').click();
  while (marks.length < PIECES) {
    await page.waitForResponse((response) => response.request().method() === 'PATCH', { timeout: 60_000 });
    await page.waitForTimeout(50);
  }
  await action(row(page, name), 'cancel').click();
  await row(page, name).waitFor({ state: 'detached' });
  await close();
  const [first, last] = [marks[0], marks.at(-1)];
  return { speed: (last[1] - first[1]) / (last[0] - first[0]), measured: last[1] };
}

const mega = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
const seeded = seed();
console.error(`made ${audioBytes(seeded)} bytes of audio`);
const large = await sparse(seeded, 'large.mp4', 4 * GIGA);
const tenth = await sparse(seeded, 'tenth.mp4', 0.4 * GIGA);
console.error('made the videos');
const server = await new Server().start();
const small = await audioOf(server, tenth, 'tenth');
const ours = await audioOf(server, large, 'audio');
console.error('the audio was uploaded');
const whole = await speedOfWhole(server, large);
const all = large.size / whole.speed;
const audio = audioBytes(seeded);
console.log(`a 4 GB MP4 of an hour at 20 Mbit/s, only its audio, until Ready, against the whole (its time from ${mega(whole.measured)} uploaded, extrapolated) | ${ours.seconds.toFixed(0)} s | ${all.toFixed(0)} s | ${(all / ours.seconds).toFixed(1)} | –`);
console.log(`bytes uploaded of it, against the bytes of its audio | ${mega(ours.bytes)} | ${mega(audio)} | ${(ours.bytes / audio).toFixed(4)} | ≤ 1.02`);
console.log(`memory of the browser above idle, 4 GB against 0.4 GB | ${mega(ours.memory)} | ${mega(small.memory)} | ${(ours.memory / small.memory).toFixed(2)} | ≤ 1.25`);
await closeAll();
process.exit(0);
