import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framesIn, positionsByTime } from '../src/media/waveform-preview';

/** 128 kbit/s at 44.1 kHz: 417 bytes. */
const frame = () => Uint8Array.from({ length: 417 }, (_, at) => [0xff, 0xfb, 0x90, 0x64][at] ?? 0);

function joined(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test('in bytes from the middle of an MP3 the whole frames are found', () => {
  const found = framesIn(joined(frame().slice(100), frame(), frame(), frame().slice(0, 416)));
  assert.deepEqual(found, joined(frame(), frame()));
});

test('what only looks like a frame is passed over', () => {
  const two = joined(frame(), frame());
  assert.deepEqual(framesIn(joined([0xff, 0xfb, 0x90, 0x64, 1, 2, 3], two)), two);
  assert.deepEqual(framesIn(joined([0xff, 0xfb, 0xf0, 0x64], [0xff, 0xfb, 0x9c, 0x64], two)), two);
});

test('bytes without a frame have none', () => {
  for (const bytes of [new Uint8Array(6000).fill(0xff), frame(), new Uint8Array(0)]) {
    assert.equal(framesIn(bytes).length, 0);
  }
});

test('a time is found by the table in the first frame', () => {
  const table = Array.from({ length: 100 }, (_, at) => Math.floor((at / 100) ** 2 * 256));
  const first = joined(frame().slice(0, 36), [...'Xing'].map((each) => each.charCodeAt(0)), [0, 0, 0, 7], new Uint8Array(8), table);
  const where = positionsByTime(first, 1000, 101_000);
  assert.equal(where(0), 1000);
  assert.ok(Math.abs(where(0.5) - 26_000) < 500, `${where(0.5)}`);
  assert.ok(Math.abs(where(0.995) - 100_000) < 1000, `${where(0.995)}`);
});

test('without a table time goes as bytes do', () => {
  const where = positionsByTime(frame(), 1000, 101_000);
  assert.deepEqual([0, 0.25, 0.5].map(where), [1000, 26_000, 51_000]);
  assert.ok(where(0.999) < 101_000);
});
