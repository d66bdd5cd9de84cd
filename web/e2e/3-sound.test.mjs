import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, countSent, deed, finish, guest, kinds, mp3Of, openServer, reaches, root, row, sha256, soundBytes, twoTracks, work } from './rig.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Real media that developers may have beside the project; the tests make their own besides. */
const fixtures = process.env.PAGE_FIXTURES ?? join(root, '../shared/fixtures');
/** An index of a few hundred bytes weighs more than 2 % of a clip of seconds. */
const SMALL = 2_000;
/** A part keeps each packet's own time, which costs a few bytes each in Matroska. */
const LATE = 8_000;

async function convert(file, what, options) {
  const { page } = await guest(server.url);
  const name = basename(file);
  const sent = countSent(page);
  await choose(page, file);
  await reaches(page, name, 'choosing');
  const line = row(page, name);
  if (what === 'whole' && (await line.locator('select.pick').count()) > 0) {
    await line.locator('select.pick').selectOption('whole');
  }
  await options?.(line);
  await deed(line, 'send').click();
  await reaches(page, name, 'ready');
  const mp3 = await mp3Of(page, name);
  await deed(line, 'delete').click();
  await line.waitFor({ state: 'detached' });
  sent.stop();
  return { mp3, sent: sent.bytes };
}

async function sameMp3(file, options, extra = SMALL, track = 0) {
  const sound = await convert(file, 'sound', options);
  const whole = await convert(file, 'whole', options);
  const audio = soundBytes(file, track);
  assert.ok(sound.sent > 0 && whole.sent > sound.sent, `${sound.sent} of ${whole.sent} bytes`);
  assert.ok(sound.sent <= audio * 1.02 + extra, `${sound.sent} bytes sent for ${audio} of sound`);
  assert.equal(sha256(sound.mp3), sha256(whole.mp3));
}

for (const kind of ['mp4', 'fastStart', 'fragmented', 'mov', 'webm', 'vorbis', 'mkv', 'mkvAc3', 'ts']) {
  test(`the sound of a video (${kind}) gives the MP3 that the whole video gives, byte for byte`, () =>
    sameMp3(kinds[kind]()));
}

test('so it does with a title, which the MP3 has too', () =>
  sameMp3(clip('tagged.mp4', 10, '-metadata', 'title=A <b>title</b>', '-metadata', 'artist=Somebody')));

for (const kind of ['fastStart', 'mkv', 'webm', 'ts']) {
  test(`so it does when the end of the video is missing (${kind})`, () => {
    const whole = readFileSync(kinds[kind]());
    const path = join(work, `cut-${basename(kinds[kind]())}`);
    writeFileSync(path, whole.subarray(0, Math.round(whole.length * 0.6)));
    return sameMp3(path);
  });
}

for (const kind of ['mp4', 'mkv', 'webm', 'vorbis']) {
  test(`so it does when only a part from near the beginning is wanted (${kind})`, () =>
    sameMp3(kinds[kind](), part('0:01.5', '12'), LATE));
}

// Further in, the converter jumps: in the whole video to a key picture, in the sound to a packet. A decoder
// that began elsewhere has another state (AAC fills noise in from a running number), so the samples are the
// same sound but not the same bits. The part is the same to the sample, which is tested; a transport
// stream counts time in 1/90000 s, which no sample falls on, so there it is the same or the next one.
for (const kind of ['mp4', 'mkv', 'webm', 'vorbis', 'ts']) {
  test(`a part from further in is the same part (${kind})`, async () => {
    const sound = samples((await convert(kinds[kind](), 'sound', part('0:05.5', '12'))).mp3);
    const whole = samples((await convert(kinds[kind](), 'whole', part('0:05.5', '12'))).mp3);
    assert.equal(sound.length, whole.length);
    const shifts = [-2, -1, 0, 1, 2].map((by) => likeness(sound.subarray(Math.max(0, 2 * by)), whole.subarray(Math.max(0, -2 * by))));
    const best = shifts.indexOf(Math.max(...shifts)) - 2;
    assert.ok(shifts[best + 2] > 0.99, `as like as ${shifts}`);
    assert.ok(Math.abs(best) <= (kind === 'ts' ? 1 : 0), `it is ${best} samples off`);
  });
}

function part(from, to) {
  return async (line) => {
    await deed(line, 'options').click();
    for (const [label, time] of [['From', from], ['To', to]]) {
      await line.getByLabel(label, { exact: true }).fill(time);
      await line.getByLabel(label, { exact: true }).press('Tab');
    }
  };
}

/** An MP3's samples: 16 bits, both channels by turns. */
function samples(mp3) {
  const pcm = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', 'pipe:0', '-f', 's16le', '-ac', '2', '-ar', '44100', 'pipe:1'], {
    input: mp3,
    maxBuffer: 1 << 28,
  }).stdout;
  return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length - (pcm.length % 4)));
}

/** How alike two sounds are, 1 for the same. */
function likeness(one, other) {
  let both = 0;
  let first = 0;
  let second = 0;
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    both += one[at] * other[at];
    first += one[at] ** 2;
    second += other[at] ** 2;
  }
  return both / Math.sqrt(first * second);
}

test('so it does with mono, a constant bitrate and a wanted loudness', () =>
  sameMp3(kinds.mp4(), async (line) => {
    await deed(line, 'options').click();
    await line.getByLabel('Quality').selectOption('b96');
    await line.getByLabel('Channels').selectOption('mono');
    await line.getByLabel('Loudness').selectOption('-16');
  }));

for (const kind of ['avi', 'flv']) {
  test(`a video whose container is not known here (${kind}) is sent whole, by itself`, async () => {
    const { sent } = await convert(kinds[kind](), 'sound');
    assert.ok(sent > soundBytes(kinds[kind]()));
  });
}

const REAL = ['crystal.mp4', 'rabbit.mp4', 'rabbit.webm', 'sample_eac3.mp4', 'sample_fragmented.mp4', 'sample_opus_fragmented.mp4', 'sample_with_vorbis_audio.mkv', 'two-audio-tracks.mp4'];
const absent = (file) => !existsSync(file) && 'the real media are not here; PAGE_FIXTURES names their folder';

for (const name of REAL) {
  const file = join(fixtures, name);
  test(`the same holds for ${name}`, { skip: absent(file) }, async () => {
    const { page } = await guest(server.url);
    // Some have no picture, or sound only; those are sent as they are.
    await choose(page, file);
    await reaches(page, name, 'choosing');
    const small = (await row(page, name).locator('select.pick').count()) > 0;
    await deed(row(page, name), 'remove').click();
    await row(page, name).waitFor({ state: 'detached' });
    if (small) {
      await sameMp3(file);
    }
  });
}

for (const name of ['sample.avi', 'sample.flv', 'sample_h262_mpeg_audio.ts']) {
  const file = join(fixtures, name);
  test(`${name} is sent whole, by itself`, { skip: absent(file) }, async () => {
    const { sent } = await convert(file, 'sound');
    assert.equal(sent, statSync(file).size);
  });
}

for (const picture of [true, false]) {
  test(`of two tracks the chosen one is sent, ${picture ? 'beside' : 'without'} a picture`, () =>
    sameMp3(
      twoTracks(picture),
      async (line) => {
        await deed(line, 'options').click();
        await line.getByLabel('Track', { exact: true }).selectOption('2');
      },
      SMALL,
      1,
    ));
}
