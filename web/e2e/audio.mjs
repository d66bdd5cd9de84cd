// Converts a video in the page, once from its audio alone and once whole, and compares the MP3s.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { choose, countUploaded, action, erase, guest, mp3Of, reaches, row, sha256, audioBytes } from './harness.mjs';

/** An index of a few hundred bytes weighs more than 2 % of a clip of seconds. */
export const SMALL = 2_000;
/** For a part each packet keeps its own time, which costs a few bytes per packet in Matroska. */
export const LATE = 8_000;

/** Uploads the audio or the whole file, and waits for the MP3. The list is empty again afterwards. */
export async function convert(server, file, what, options) {
  const { page } = await guest(server.url);
  const name = basename(file);
  const uploaded = countUploaded(page);
  await choose(page, file);
  await reaches(page, name, 'choosing');
  const line = row(page, name);
  if (what === 'whole' && (await line.locator('select.pick').count()) > 0) {
    await line.locator('select.pick').selectOption('whole');
  }
  await options?.(line);
  await action(line, 'upload').click();
  await reaches(page, name, 'ready');
  const mp3 = await mp3Of(page, name);
  await erase(line);
  uploaded.stop();
  return { mp3, uploaded: uploaded.bytes };
}

/** Both give the same MP3, and no more than the audio was uploaded. */
export async function sameMp3(server, file, options, extra = SMALL, track = 0) {
  const small = await convert(server, file, 'audio', options);
  const whole = await convert(server, file, 'whole', options);
  const audio = audioBytes(file, track);
  assert.ok(small.uploaded > 0 && whole.uploaded > small.uploaded, `${small.uploaded} of ${whole.uploaded} bytes`);
  assert.ok(small.uploaded <= audio * 1.02 + extra, `${small.uploaded} bytes uploaded for ${audio} of audio`);
  assert.equal(sha256(small.mp3), sha256(whole.mp3));
}
