import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../src/words/en';
import { it } from '../src/words/it';

function leaves(value: unknown, path: string): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}.${key}`))
    : [[path, value]];
}

test('every sentence is there in Italian, and is another one', () => {
  const italian = new Map(leaves(it, ''));
  const same: string[] = [];
  for (const [path, value] of leaves(en, '')) {
    assert.ok(italian.has(path), path);
    if (typeof value === 'string' && italian.get(path) === value) {
      same.push(path);
    }
  }
  // Words that both languages share.
  const shared = ['.app.name', '.app.account', '.choice.mono', '.choice.labelAlbum', '.account.title', '.account.password', '.sign.email', '.sign.password', '.choice.forStreaming'];
  assert.deepEqual(same.filter((path) => !shared.includes(path) && !/Pause|password/i.test(path)), []);
});

test('a sentence takes as many words in both languages', () => {
  const italian = new Map(leaves(it, ''));
  for (const [path, value] of leaves(en, '')) {
    assert.equal(typeof italian.get(path), typeof value, path);
  }
});

test('every sentence is said somewhere', () => {
  const sources = import.meta.glob<string>(['../src/**/*.{svelte,ts}', '!../src/words/{en,it}.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const code = Object.values(sources).join('\n');
  const paths = leaves(en, '').map(([path]) => path);
  const said = (path: string) => new RegExp(`[.']${path.split('.')[2]}\\b`).test(code);
  assert.ok(code.length > 50_000, 'the page was read');
  assert.deepEqual(paths.filter((path) => !path.startsWith('.problems') && !said(path)), []);
});
