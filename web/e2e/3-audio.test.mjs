import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, action, erase, finish, guest, kinds, openServer, reaches, root, row, audioBytes, twoTracks, work } from './harness.mjs';
import { convert, sameMp3, SMALL } from './audio.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Real media that developers may have beside the project; the tests make their own besides. */
const fixtures = process.env.PAGE_FIXTURES ?? join(root, '../shared/fixtures');

for (const kind of ['mp4', 'fastStart', 'fragmented', 'mov', 'webm', 'vorbis', 'mkv', 'mkvAc3', 'ts']) {
  test(`the audio of a video (${kind}) gives the MP3 that the whole video gives, byte for byte`, () =>
    sameMp3(server, kinds[kind]()));
}

test('a title in the video is in both MP3s', () =>
  sameMp3(server, clip('tagged.mp4', 10, '-metadata', 'title=A <b>title</b>', '-metadata', 'artist=Somebody')));

for (const kind of ['fastStart', 'mkv', 'webm', 'ts']) {
  test(`the audio of a video without its end (${kind}) gives the same MP3`, () => {
    const whole = readFileSync(kinds[kind]());
    const path = join(work, `cut-${basename(kinds[kind]())}`);
    writeFileSync(path, whole.subarray(0, Math.round(whole.length * 0.6)));
    return sameMp3(server, path);
  });
}

test('the audio gives the same MP3 with mono, a constant bitrate and a chosen loudness', () =>
  sameMp3(server, kinds.mp4(), async (line) => {
    await action(line, 'options').click();
    await line.getByLabel('Quality').selectOption('b96');
    await line.getByLabel('Channels').selectOption('mono');
    await line.getByLabel('Loudness').selectOption('-16');
  }));

for (const kind of ['avi', 'flv']) {
  test(`a video whose container is unknown (${kind}) is uploaded whole, without asking`, async () => {
    const { uploaded } = await convert(server, kinds[kind](), 'audio');
    assert.ok(uploaded > audioBytes(kinds[kind]()));
  });
}

test('the chapters of a fragmented MP4 come along, because it is uploaded whole', async () => {
  const [list, path] = ['chapters.txt', 'chapters.mp4'].map((name) => join(work, name));
  const chapter = (start, end, title) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${end}\ntitle=${title}\n`;
  writeFileSync(list, `;FFMETADATA1\n${chapter(0, 8000, 'One')}${chapter(8000, 20_000, 'Two')}`);
  const made = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', kinds.mp4(), '-i', list, '-map_chapters', '1', '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov', path]);
  assert.equal(made.status, 0, String(made.stderr));
  const { mp3 } = await convert(server, path, 'audio');
  const out = join(work, 'chapters.mp3');
  writeFileSync(out, mp3);
  const { chapters } = JSON.parse(spawnSync('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', out]).stdout);
  assert.deepEqual(chapters.map((each) => [each.tags.title, Math.round(each.start_time)]), [['One', 0], ['Two', 8]]);
});

const REAL = ['crystal.mp4', 'rabbit.mp4', 'rabbit.webm', 'sample_eac3.mp4', 'sample_fragmented.mp4', 'sample_opus_fragmented.mp4', 'sample_with_vorbis_audio.mkv', 'two-audio-tracks.mp4'];
const absent = (file) => !existsSync(file) && 'the real media are not here; PAGE_FIXTURES names their folder';

for (const name of REAL) {
  const file = join(fixtures, name);
  test(`the same holds for ${name}`, { skip: absent(file) }, async () => {
    const { page } = await guest(server.url);
    // Some have no picture; those are uploaded whole.
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
  test(`${name} is uploaded whole, without asking`, { skip: absent(file) }, async () => {
    const { uploaded } = await convert(server, file, 'audio');
    assert.equal(uploaded, statSync(file).size);
  });
}

for (const picture of [true, false]) {
  test(`of two tracks the chosen one is uploaded, ${picture ? 'beside' : 'without'} a picture`, () =>
    sameMp3(
      server,
      twoTracks(picture),
      async (line) => {
        await action(line, 'options').click();
        await line.getByLabel('Track', { exact: true }).selectOption('2');
      },
      SMALL,
      1,
    ));
}
