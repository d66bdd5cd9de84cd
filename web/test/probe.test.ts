import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank } from '../src/media/probe';

const none = { default: false, commentary: false, hearingImpaired: false, visuallyImpaired: false };
const known = { codec: 'aac' };

test('the default track has audio, is no commentary, and is flagged, in this order', () => {
  const ranks = [
    rank({ ...none, default: true, commentary: true }, { codec: '' }),
    rank({ ...none, default: true }, { codec: '' }),
    rank({ ...none, visuallyImpaired: true }, known),
    rank({ ...none, default: true, hearingImpaired: true }, known),
    rank(none, known),
    rank({ ...none, default: true }, known),
  ];
  assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b));
  assert.equal(new Set(ranks).size, ranks.length);
});
