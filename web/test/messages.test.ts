import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../src/messages/en';
import { it } from '../src/messages/it';
import { adminEn, adminIt } from '../src/messages/admin';

function leaves(value: unknown, path: string): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}.${key}`))
    : [[path, value]];
}

test('every message is there in Italian, and is another text', () => {
  const italian = new Map(leaves(it, ''));
  const same: string[] = [];
  for (const [path, value] of leaves(en, '')) {
    assert.ok(italian.has(path), path);
    if (typeof value === 'string' && italian.get(path) === value) {
      same.push(path);
    }
  }
  // Texts that are the same in both languages.
  const shared = ['.app.name', '.app.account', '.choice.mono', '.choice.tagNames.album', '.account.title', '.account.password', '.sign.email', '.sign.password', '.choice.forStreaming'];
  assert.deepEqual(same.filter((path) => !shared.includes(path) && !/Pause|password/i.test(path)), []);
});

test('a message is a text or a function in both languages', () => {
  const italian = new Map(leaves(it, ''));
  for (const [path, value] of leaves(en, '')) {
    assert.equal(typeof italian.get(path), typeof value, path);
  }
});

test('the texts of the administrator are used, and are other texts in Italian', () => {
  const sources = import.meta.glob<string>('../src/view/{Admin,admin/*}.svelte', { query: '?raw', import: 'default', eager: true });
  const code = Object.values(sources).join('\n');
  const italian = new Map(leaves(adminIt, ''));
  const same: string[] = [];
  for (const [path, value] of leaves(adminEn, '')) {
    assert.ok(new RegExp(`a\\(\\)\\.${path.split('.')[1]}\\b`).test(code) || ['.open', '.invite', '.closed'].includes(path), path);
    if (typeof value === 'string' && !same.includes(path)) {
      assert.ok(italian.get(path) !== value, path);
    }
    texts(value).forEach((text) => assert.doesNotMatch(text.replace(/dead letters?/gi, ''), UNWANTED.en, path));
    texts(italian.get(path)).forEach((text) => assert.doesNotMatch(text, UNWANTED.it, path));
  }
});

test('every message is used somewhere', () => {
  const sources = import.meta.glob<string>(['../src/**/*.{svelte,ts}', '!../src/messages/{en,it}.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const code = Object.values(sources).join('\n');
  const paths = leaves(en, '').map(([path]) => path);
  const used = (path: string) => new RegExp(`[.']${path.split('.')[2]}\\b`).test(code);
  assert.ok(code.length > 50_000, 'the page was read');
  assert.deepEqual(paths.filter((path) => !path.startsWith('.problems') && !used(path)), []);
});

/** Everything that a message can say: a function is called with counts, with texts, and with empty texts. */
function texts(value: unknown): string[] {
  if (typeof value !== 'function') {
    return [value].flat().map(String);
  }
  return [0, 1, 2, 'x', ''].map((each) => String(value(each, each, each)));
}

/** Words that a person has to read twice, or that are not those of the field. */
const UNWANTED = {
  en: /\b(sounds?|letters?|sends?|sent|sending|goes on|go on|going on|hand(s|ed|ing)? (in|over)|usual|looks?)\b/i,
  it: /\b(suon[oi]|invi[oai]|invia(ti|to|te|re|no)|letter[ae]|rovinat[oa]|aspetto)\b/i,
} as const;

test('the messages use the words of the field', () => {
  for (const [language, messages] of [['en', en], ['it', it]] as const) {
    for (const [path, value] of leaves(messages, '')) {
      // Only here it is not a file that is sent.
      if (path !== '.sign.sendReset') {
        texts(value).forEach((text) => assert.doesNotMatch(text, UNWANTED[language], path));
      }
    }
  }
  const [html] = Object.values(import.meta.glob<string>('../index.html', { query: '?raw', import: 'default', eager: true }));
  assert.match(html!, /<title>/);
  assert.doesNotMatch(html!, UNWANTED.en);
});

test('so does the code of the page', () => {
  const sources = import.meta.glob<string>(['../src/**/*.{svelte,ts,css}', '!../src/messages/{en,it}.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  // Names of the API, of stored records and of older warnings, which stay.
  const stay = /[Dd]ead[ -]letters?|deadLetters|soundSeconds|soundOnly|\(\?:sound\|audio\)|say "sound" or|'tapedeck\.look'|letter-spacing|first-letter/g;
  const unwanted = /sounds?\b|\bsound|\bletters?\b|\bdeeds?\b|tongue|glance|\bgather|\btoDo\b|\bwear\b|\bhanding|Look\b|\blook\b|\bdesk\b|\bgo(es)? on\b/i;
  for (const [path, source] of Object.entries(sources)) {
    source.split('\n').forEach((line, at) => assert.doesNotMatch(line.replace(stay, ''), unwanted, `${path}:${at + 1}`));
  }
});
