import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { action, finish, kinds, openServer } from './harness.mjs';
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
