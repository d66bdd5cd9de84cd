import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formats, parseClock } from '../src/format';

const en = formats('en');
const it = formats('it');
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('sizes have one decimal below ten and none above', () => {
  assert.equal(plain(en.bytes(0)), '0 byte');
  assert.equal(plain(en.bytes(999)), '999 byte');
  assert.equal(plain(en.bytes(1_000)), '1 kB');
  assert.equal(plain(en.bytes(2_140_000_000)), '2.1 GB');
  assert.equal(plain(it.bytes(2_140_000_000)), '2,1 GB');
  assert.equal(plain(en.bytes(86_400_000)), '86 MB');
});

test('a percentage is never rounded up to done', () => {
  assert.equal(en.percent(0.999), '99%');
  assert.equal(en.percent(1), '100%');
});

test('a clock shows hours only when there are some', () => {
  assert.equal(en.clock(59.9), '0:59');
  assert.equal(en.clock(3_723), '1:02:03');
  assert.equal(en.clock(-3), '0:00');
});

test('a time that is shown exactly is read as the same', () => {
  assert.equal(it.exact(4.25), '0:04,25');
  assert.equal(en.exact(3_723.5), '1:02:03.5');
  assert.equal(en.exact(90), '1:30');
  assert.equal(en.exact(59.9996), '1:00');
  for (const seconds of [0.001, 4.25, 59.999, 3_600, 7_261.1]) {
    assert.equal(parseClock(it.exact(seconds)), seconds);
  }
});

test('a span is rounded to what a person wants to know', () => {
  assert.equal(en.span(0.2), '1 sec');
  assert.equal(en.span(89), '1 min');
  assert.equal(en.span(7_500), '2 hr 5 min');
});

test('today and yesterday have names', () => {
  const now = new Date(2026, 5, 10, 12);
  assert.equal(en.day(new Date(2026, 5, 10, 1), now), 'Today');
  assert.equal(it.day(new Date(2026, 5, 9, 23), now), 'Ieri');
  assert.match(en.day(new Date(2025, 5, 9), now), /2025/);
});

test('times are read as people write them', () => {
  assert.equal(parseClock('1:02:03.5'), 3723.5);
  assert.equal(parseClock('62:03'), 3723);
  assert.equal(parseClock('1,5'), 1.5);
  assert.equal(parseClock('0:00:04,25'), 4.25);
  for (const bad of ['', 'a', '1:2:3:4', '-1', '1::2', '1.5:30', '0:75', '1:60:00', '1,2,3']) {
    assert.ok(Number.isNaN(parseClock(bad)), bad);
  }
});
