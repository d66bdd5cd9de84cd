import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { basename } from 'node:path';
import { action, audioBytes, chapters, choose, clip, finish, guest, kinds, openServer, row } from './harness.mjs';
import { convert, LATE, sameMp3 } from './audio.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

for (const kind of ['mp4', 'mkv', 'webm', 'vorbis']) {
  test(`the audio of a part near the beginning (${kind}) gives the MP3 that the whole video gives`, () =>
    sameMp3(server, kinds[kind](), part('0:01.5', '12'), LATE));
}

// Further in, the converter seeks: in the whole video to a key frame, in the audio to a packet. A decoder that
// begins elsewhere has another state (AAC makes noise from a running number), so it gives the same audio with
// different bits. The part is the same to the sample, which is tested; a transport
// stream counts time in 1/90000 s, which no sample falls on, so there it is the same or the next one.
for (const kind of ['mp4', 'mkv', 'webm', 'vorbis', 'ts']) {
  test(`a part from further in is the same part (${kind})`, async () => {
    const small = samples((await convert(server, kinds[kind](), 'audio', part('0:05.5', '12'))).mp3);
    const whole = samples((await convert(server, kinds[kind](), 'whole', part('0:05.5', '12'))).mp3);
    assert.equal(small.length, whole.length);
    const shifts = [-2, -1, 0, 1, 2].map((by) => likeness(small.subarray(Math.max(0, 2 * by)), whole.subarray(Math.max(0, -2 * by))));
    const best = shifts.indexOf(Math.max(...shifts)) - 2;
    assert.ok(shifts[best + 2] > 0.99, `as like as ${shifts}`);
    assert.ok(Math.abs(best) <= (kind === 'ts' ? 1 : 0), `it is ${best} samples off`);
  });
}

const long = () => clip('long.mp4', 120, '-b:a', '192k', '-r', '2');

for (const [which, from, to, seconds] of [['in the middle', '1:00', '1:10', 10], ['at the end', '1:50.5', '', 9.5], ['at the beginning', '', '0:15.25', 15.25]]) {
  test(`of a part ${which} no more than that part is uploaded, and it is the same part`, async () => {
    const small = await convert(server, long(), 'audio', part(from, to));
    const whole = samples((await convert(server, long(), 'whole', part(from, to))).mp3);
    const most = (audioBytes(long()) * (seconds + 14)) / 120 + 8_000;
    assert.ok(small.uploaded > 100_000 && small.uploaded < most, `${small.uploaded} bytes uploaded, at most ${most}`);
    same(samples(small.mp3), whole);
    assert.ok(Math.abs(whole.length / 88_200 - seconds) < 0.1, `${whole.length / 88_200} s`);
  });
}

test('a file with chapters is uploaded with all of its audio, and the page says so', async () => {
  const { page } = await guest(server.url);
  const file = chapters();
  await choose(page, file);
  const line = row(page, basename(file));
  await part('0:40', '0:45')(line);
  await line.getByText('Of this file all is uploaded').waitFor();
  await line.locator('select.pick').getByText(/Upload only the audio \(/).waitFor({ state: 'attached' });
});

test('two parts of one file have names of their own', async () => {
  const { page } = await guest(server.url);
  for (const [from, to] of [['0:02', '0:04'], ['0:05', '0:07.5']]) {
    await choose(page, kinds.mp4());
    const line = page.locator('li.row[data-state=choosing]');
    await part(from, to)(line);
    await action(line, 'upload').click();
    await page.locator('li.row[data-state=ready] .name').getByText(to.replace(':', '.')).waitFor();
  }
  await page.reload();
  await page.locator('li.row[data-state=ready]').nth(1).waitFor();
  const names = await page.locator('li.row .name').allInnerTexts();
  assert.deepEqual(names, ['talk (0.05–0.07.5).mp4', 'talk (0.02–0.04).mp4']);
  const download = page.waitForEvent('download');
  await action(page.locator('li.row').first(), 'download').click();
  assert.equal((await download).suggestedFilename(), 'talk (0.05–0.07.5).mp3');
});

/** The same audio, to the sample. */
function same(one, other) {
  assert.equal(one.length, other.length);
  const shifts = [-2, -1, 0, 1, 2].map((by) => likeness(one.subarray(Math.max(0, 2 * by)), other.subarray(Math.max(0, -2 * by))));
  assert.ok(shifts[2] > 0.99 && shifts[2] === Math.max(...shifts), `as like as ${shifts}`);
}

function part(from, to) {
  return async (line) => {
    await action(line, 'options').click();
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

/** The correlation of two signals, 1 for the same. */
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
