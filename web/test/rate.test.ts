import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meter } from '../src/rate';

test('a speed is unknown before there is time to measure it', () => {
  const meter = new Meter();
  meter.mark(0, 0);
  meter.mark(1000, 100);
  assert.equal(meter.perSecond(), 0);
  assert.equal(meter.secondsTo(5000), 0);
});

test('a speed is of the last seconds only', () => {
  const meter = new Meter(8_000);
  meter.mark(0, 0);
  meter.mark(100_000, 1_000);
  for (let at = 2_000; at <= 12_000; at += 1_000) {
    meter.mark(100_000 + at, at);
  }
  assert.equal(meter.perSecond(), 1_000);
  assert.equal(meter.secondsTo(122_000), 10);
});

test('a total that falls back begins anew', () => {
  const meter = new Meter();
  meter.mark(0, 0);
  meter.mark(10_000, 1_000);
  meter.mark(2_000, 2_000);
  assert.equal(meter.perSecond(), 0);
});
