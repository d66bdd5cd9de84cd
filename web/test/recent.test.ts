import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curl, note, recentCalls } from '../src/recent';

const at = (path: string) => new URL(path, 'https://sound.example/');

test('a call is a command that a shell reads as one, without passwords and tokens', () => {
  assert.equal(curl('GET', at('v1/conversions?q=a%20b'), undefined), `curl -H "Authorization: Bearer $TOKEN" 'https://sound.example/v1/conversions?q=a%20b'`);
  const said = curl('POST', at('v1/x'), { name: "it's; rm", password: 'hunter2', refreshToken: 'tdr_1' });
  assert.equal(said, `curl -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"it'\\''s; rm","password":"…","refreshToken":"…"}' 'https://sound.example/v1/x'`);
});

test('the last twenty calls are known, each once, newest first', () => {
  for (let index = 0; index < 30; index++) {
    note('GET', at(`v1/conversions/${index}`), undefined);
  }
  note('GET', at('v1/conversions/15'), undefined);
  const paths = recentCalls().map((each) => each.path);
  assert.equal(paths.length, 20);
  assert.equal(paths[0], '/v1/conversions/15');
  assert.equal(new Set(paths).size, 20);
});
