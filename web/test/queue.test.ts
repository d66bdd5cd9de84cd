import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversion } from '../src/api';
import { placesOf } from '../src/queue';

const waiting = (id: string, second: number, queuePosition: number | null, state = 'queued', size = 1000) =>
  ({ id, state, queuePosition, video: { size }, createdAt: `2026-03-01T12:00:0${second}Z` }) as Conversion;

test('no two have the same place, though each was told at another time', () => {
  const places = placesOf([waiting('c', 3, 3), waiting('a', 1, 3), waiting('d', 4, 6), waiting('b', 2, 4)]);
  assert.deepEqual([...places].sort(), [['a', 1], ['b', 2], ['c', 3], ['d', 6]]);
});

test('what is not known or cannot be has no place', () => {
  const places = placesOf([waiting('a', 1, 5), waiting('b', 2, 1), waiting('c', 3, null), waiting('d', 4, 7, 'ready')]);
  assert.deepEqual([...places], [['b', 1]]);
});

test('a short video that came later is before a long one', () => {
  const places = placesOf([waiting('long', 1, 4, 'queued', 500_000_000), waiting('short', 2, 1)]);
  assert.deepEqual([...places].sort(), [['long', 4], ['short', 1]]);
});
