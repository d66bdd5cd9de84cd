import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operations, type Described } from '../src/docs/api';
import { parseYaml } from '../src/docs/yaml';

const sources = import.meta.glob<string>('../../gateway/src/main/resources/io/tapedeck/gateway/openapi.yaml', { query: '?raw', import: 'default', eager: true });
const [source] = Object.values(sources) as [string];

test('YAML as the description has it is read', () => {
  const read = parseYaml(`
# a comment
plain: some words: and more # not this
"quoted: key": 'it''s'
list:
  - one
  - { name: two, deep: [1, 2.5, "a, b"], none: null, yes: true }
  - name: three
    more:
      - x
empty:
same:
- a
text: |
  first

    indented
  last
flow: [a,
  b]
`) as Described;
  assert.deepEqual(read, {
    plain: 'some words: and more',
    'quoted: key': "it's",
    list: ['one', { name: 'two', deep: [1, 2.5, 'a, b'], none: null, yes: true }, { name: 'three', more: ['x'] }],
    empty: null,
    same: ['a'],
    text: 'first\n\n  indented\nlast\n',
    flow: ['a', 'b'],
  });
});

test('every operation of the description is read, with its answers, and every reference leads somewhere', () => {
  const root = parseYaml(source) as Described;
  const all = operations(root, 'https://sound.example');
  const ids = [...source.matchAll(/operationId: (\w+)/g)].map((each) => each[1]);
  assert.deepEqual(all.map((each) => each.id).sort(), ids.sort());
  for (const one of all) {
    assert.ok(one.summary !== '' && one.tag !== '', one.id);
    assert.ok(one.responses.length > 0, one.id);
    one.responses.forEach((each) => assert.ok(each.text !== '' && /^\d{3}$/.test(each.status), `${one.id} ${each.status}`));
    one.parameters.forEach((each) => assert.ok(each.name !== '' && each.where !== '' && each.type !== '', `${one.id} ${each.name}`));
  }
  const upload = all.find((each) => each.id === 'createConversion')!;
  assert.equal(upload.curl, `curl -X POST -H "Authorization: Bearer $TOKEN" -F quality=2 -F file=@talk.mp4 'https://sound.example/v1/conversions'`);
  assert.equal(all.find((each) => each.id === 'signUp')!.open, true);
});
