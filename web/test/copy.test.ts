import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOf } from '../src/media/boxes';
import { concat, viewOf } from '../src/media/bytes';
import { element } from '../src/media/ebml';
import { copyMatroska } from '../src/media/matroska';
import { copyMp4 } from '../src/media/mp4';
import { NO_TAGS } from '../src/media/tags';

/** A file that counts how it is read. */
class Counted extends Blob {
  reads = 0;
  taken = 0;

  override slice(from = 0, to = this.size): Blob {
    this.reads++;
    this.taken += Math.min(to, this.size) - from;
    return super.slice(from, to);
  }
}

const words = (...values: number[]) => {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, at) => viewOf(bytes).setUint32(at * 4, value));
  return bytes;
};
const ascii = (text: string) => Uint8Array.from([...text].map((each) => each.charCodeAt(0)));

const SAMPLE = 100;
const sample = (number: number) => new Uint8Array(SAMPLE).fill(1 + (number % 250));
const audioOf = (count: number) => concat(...Array.from({ length: count }, (_, number) => sample(number)));

/** An MP4 whose audio samples lie one by one among pictures of that many bytes. */
function mp4(samples: number, picture: number): Counted {
  const ftyp = boxOf('ftyp', ascii('isom'));
  const start = ftyp.length + 8;
  const data = Array.from({ length: samples }, (_, number) => [sample(number), new Uint8Array(picture).fill(255)]).flat();
  const places = Array.from({ length: samples }, (_, number) => start + number * (SAMPLE + picture));
  const stbl = boxOf('stbl', concat(
    boxOf('stsd', words(0, 1, 28, 0x6d703461, 0, 0, 0)),
    boxOf('stsc', words(0, 1, 1, 1, 1)),
    boxOf('stsz', words(0, 0, samples, ...places.map(() => SAMPLE))),
    boxOf('stco', words(0, samples, ...places)),
  ));
  const hdlr = boxOf('hdlr', concat(words(0, 0), ascii('soun'), words(0, 0, 0)));
  const trak = boxOf('trak', concat(boxOf('tkhd', words(0, 0, 0, 1)), boxOf('mdia', concat(hdlr, boxOf('minf', stbl)))));
  return new Counted([ftyp, boxOf('mdat', concat(...data)), boxOf('moov', trak)] as BlobPart[]);
}

/** A Matroska file with the same audio in track 2. */
function matroska(samples: number, picture: number): Counted {
  const block = (track: number, time: number, frame: Uint8Array) =>
    element(0xa3, concat(Uint8Array.of(0x80 | track, time >> 8, time & 255, 0x80), frame));
  const entry = (number: number, type: number) =>
    element(0xae, concat(element(0xd7, Uint8Array.of(number)), element(0x83, Uint8Array.of(type))));
  const blocks = Array.from({ length: samples }, (_, number) =>
    [block(2, number * 20, sample(number)), block(1, number * 20, new Uint8Array(picture).fill(255))]).flat();
  const cluster = element(0x1f43b675, concat(element(0xe7, Uint8Array.of(0)), ...blocks));
  const segment = element(0x18538067, concat(element(0x1654ae6b, concat(entry(1, 1), entry(2, 2))), cluster));
  return new Counted([element(0x1a45dfa3, new Uint8Array(0)), segment] as BlobPart[]);
}

type Copied = { file: Counted; bytes: Uint8Array };

async function copied(copy: 'mp4' | 'matroska', file: Counted): Promise<Copied> {
  const parts: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => void parts.push(bytes.slice()), patch: () => undefined };
  const [never, ignore] = [() => false, () => undefined];
  const done = copy === 'mp4'
    ? (await copyMp4(file, 1, null, NO_TAGS, sink, never, ignore)) !== null
    : await copyMatroska(file, 1, true, NO_TAGS, sink, never, ignore);
  assert.ok(done);
  return { file, bytes: concat(...parts) };
}

test('audio that lies closely among pictures costs few reads', async () => {
  const { file, bytes } = await copied('mp4', mp4(5000, 1000));
  const start = bytes.findIndex((_, at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === 'mdat') + 4;
  assert.deepEqual(bytes.slice(start, start + 5000 * SAMPLE), audioOf(5000));
  assert.ok(file.reads < 20, `${file.reads} reads`);
});

test('audio that lies far apart is read without the pictures', async () => {
  const { file } = await copied('mp4', mp4(40, 1_000_000));
  assert.ok(file.taken < 100_000, `${file.taken} bytes`);
});

test('blocks of Matroska that lie closely cost few reads', async () => {
  const { file, bytes } = await copied('matroska', matroska(1500, 3000));
  assert.equal(bytes.filter((byte) => byte === 255).length < 100, true, 'no picture is copied');
  assert.ok(bytes.length > 1500 * SAMPLE);
  assert.ok(file.reads < 10, `${file.reads} reads`);
});
