import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser } from '../src/live';

const STREAM = ': hello\n\nid: 7\nevent: conversion\ndata: {"a":\ndata: 1}\n\r\ndata:x\r\n\r\nid: 9\n\n';

test('events are the same however the stream is cut', () => {
  const whole = new EventParser().push(STREAM);
  assert.deepEqual(whole, [
    { id: '7', type: 'conversion', data: '{"a":\n1}' },
    { id: '7', type: 'message', data: 'x' },
  ]);
  for (let cut = 1; cut < STREAM.length; cut++) {
    const parser = new EventParser();
    const parts = [...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))];
    assert.deepEqual(parts, whole, `cut at ${cut}`);
  }
});
