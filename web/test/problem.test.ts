import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf, type Answer } from '../src/problem';

const answer = (more: Partial<Answer>): Answer => ({
  status: 500,
  contentType: 'text/html',
  server: '',
  retryAfter: '',
  body: '',
  ...more,
});

test('a problem document of the server is taken as it is', () => {
  const problem = problemOf(
    answer({
      status: 413,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'too-large', title: 'T', hint: 'H', traceId: 'abc', retryable: false }),
    }),
  );
  assert.equal(problem.code, 'too-large');
  assert.equal(problem.hop, '');
  assert.equal(problem.traceId, 'abc');
});

test('a 413 of nginx is named as such', () => {
  const body =
    '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413</h1></center>\r\n<hr><center>nginx/1.22.1</center>';
  const problem = problemOf(answer({ status: 413, server: 'nginx/1.22.1', body }));
  assert.equal(problem.code, 'hop-too-large');
  assert.equal(problem.hop, 'nginx');
  assert.equal(problem.detail, '413 Request Entity Too Large');
});

test('who hides his name in the header is known by his page', () => {
  const body = '<html><title>Attention Required! | Cloudflare</title></html>';
  assert.equal(problemOf(answer({ status: 403, body })).hop, 'Cloudflare');
  assert.equal(problemOf(answer({ status: 403, body })).code, 'hop-refused');
});

test('a gateway that cannot reach the server is worth another try', () => {
  const problem = problemOf(answer({ status: 502, server: 'Caddy', retryAfter: '7' }));
  assert.equal(problem.code, 'hop-unavailable');
  assert.equal(problem.retryable, true);
  assert.equal(problem.retryAfter, 7);
});

test('a page where an answer should be is a strange answer', () => {
  assert.equal(problemOf(answer({ status: 200, body: '<html>Welcome to Hotel WiFi' })).code, 'hop-strange-answer');
});

test('JSON that is no problem document was not said by the server', () => {
  const problem = problemOf(answer({ status: 500, contentType: 'application/json', body: '{"error":1}' }));
  assert.equal(problem.code, 'hop-unavailable');
  assert.equal(problemOf(answer({ contentType: 'application/json', body: '{broken' })).code, 'hop-unavailable');
});
