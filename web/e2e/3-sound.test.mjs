import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, deed, erase, finish, guest, kinds, openServer, reaches, root, row, soundBytes, twoTracks, work } from './rig.mjs';
import { convert, sameMp3, SMALL } from './sound.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Real media that developers may have beside the project; the tests make their own besides. */
const fixtures = process.env.PAGE_FIXTURES ?? join(root, '../shared/fixtures');

for (const kind of ['mp4', 'fastStart', 'fragmented', 'mov', 'webm', 'vorbis', 'mkv', 'mkvAc3', 'ts']) {
  test(`the sound of a video (${kind}) gives the MP3 that the whole video gives, byte for byte`, () =>
    sameMp3(server, kinds[kind]()));
}

test('so it does with a title, which the MP3 has too', () =>
  sameMp3(server, clip('tagged.mp4', 10, '-metadata', 'title=A <b>title</b>', '-metadata', 'artist=Somebody')));

for (const kind of ['fastStart', 'mkv', 'webm', 'ts']) {
  test(`so it does when the end of the video is missing (${kind})`, () => {
    const whole = readFileSync(kinds[kind]());
    const path = join(work, `cut-${basename(kinds[kind]())}`);
    writeFileSync(path, whole.subarray(0, Math.round(whole.length * 0.6)));
    return sameMp3(server, path);
  });
}

test('so it does with mono, a constant bitrate and a wanted loudness', () =>
  sameMp3(server, kinds.mp4(), async (line) => {
    await deed(line, 'options').click();
    await line.getByLabel('Quality').selectOption('b96');
    await line.getByLabel('Channels').selectOption('mono');
    await line.getByLabel('Loudness').selectOption('-16');
  }));

for (const kind of ['avi', 'flv']) {
  test(`a video whose container is not known here (${kind}) is sent whole, by itself`, async () => {
    const { sent } = await convert(server, kinds[kind](), 'sound');
    assert.ok(sent > soundBytes(kinds[kind]()));
  });
}

const REAL = ['crystal.mp4', 'rabbit.mp4', 'rabbit.webm', 'sample_eac3.mp4', 'sample_fragmented.mp4', 'sample_opus_fragmented.mp4', 'sample_with_vorbis_audio.mkv', 'two-audio-tracks.mp4'];
const absent = (file) => !existsSync(file) && 'the real media are not here; PAGE_FIXTURES names their folder';

for (const name of REAL) {
  const file = join(fixtures, name);
  test(`the same holds for ${name}`, { skip: absent(file) }, async () => {
    const { page } = await guest(server.url);
    // Some have no picture, or sound only; those are sent as they are.
    await choose(page, file);
    await reaches(page, name, 'choosing');
    const small = (await row(page, name).locator('select.pick').count()) > 0;
    await erase(row(page, name), 'remove');
    if (small) {
      await sameMp3(server, file);
    }
  });
}

for (const name of ['sample.avi', 'sample.flv', 'sample_h262_mpeg_audio.ts']) {
  const file = join(fixtures, name);
  test(`${name} is sent whole, by itself`, { skip: absent(file) }, async () => {
    const { sent } = await convert(server, file, 'sound');
    assert.equal(sent, statSync(file).size);
  });
}

for (const picture of [true, false]) {
  test(`of two tracks the chosen one is sent, ${picture ? 'beside' : 'without'} a picture`, () =>
    sameMp3(
      server,
      twoTracks(picture),
      async (line) => {
        await deed(line, 'options').click();
        await line.getByLabel('Track', { exact: true }).selectOption('2');
      },
      SMALL,
      1,
    ));
}
