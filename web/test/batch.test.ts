import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '../src/batch';

const none = new Set<string>();
const one = new Set(['one']);

test('when one of two ends, the percent of both does not go back', () => {
  const batch = new Batch();
  assert.equal(batch.progress(new Map([['one', 0.9], ['two', 0.1]]), none), 0.5);
  assert.equal(batch.progress(new Map([['two', 0.2]]), one), 0.6);
  assert.equal(batch.progress(new Map(), one), null);
});

test('what ended before does not count for what begins later, nor what was paused or removed', () => {
  const batch = new Batch();
  batch.progress(new Map([['one', 0.9]]), none);
  batch.progress(new Map(), one);
  assert.equal(batch.progress(new Map([['two', 0.2]]), one), 0.2);
  batch.progress(new Map([['two', 0.4], ['three', 0.2]]), one);
  assert.equal(batch.progress(new Map([['two', 0.4]]), one), 0.4);
});
