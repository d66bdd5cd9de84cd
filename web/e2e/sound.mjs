// Converts a video in the page, as its sound alone and as the whole, and compares.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { choose, countSent, deed, erase, guest, mp3Of, reaches, row, sha256, soundBytes } from './rig.mjs';

/** An index of a few hundred bytes weighs more than 2 % of a clip of seconds. */
export const SMALL = 2_000;
/** A part keeps each packet's own time, which costs a few bytes each in Matroska. */
export const LATE = 8_000;

/** Sends it so and waits for the MP3; the page is empty again afterwards. */
export async function convert(server, file, what, options) {
  const { page } = await guest(server.url);
  const name = basename(file);
  const sent = countSent(page);
  await choose(page, file);
  await reaches(page, name, 'choosing');
  const line = row(page, name);
  if (what === 'whole' && (await line.locator('select.pick').count()) > 0) {
    await line.locator('select.pick').selectOption('whole');
  }
  await options?.(line);
  await deed(line, 'send').click();
  await reaches(page, name, 'ready');
  const mp3 = await mp3Of(page, name);
  await erase(line);
  sent.stop();
  return { mp3, sent: sent.bytes };
}

/** The MP3 is the same from either, and no more was sent than the sound. */
export async function sameMp3(server, file, options, extra = SMALL, track = 0) {
  const sound = await convert(server, file, 'sound', options);
  const whole = await convert(server, file, 'whole', options);
  const audio = soundBytes(file, track);
  assert.ok(sound.sent > 0 && whole.sent > sound.sent, `${sound.sent} of ${whole.sent} bytes`);
  assert.ok(sound.sent <= audio * 1.02 + extra, `${sound.sent} bytes sent for ${audio} of sound`);
  assert.equal(sha256(sound.mp3), sha256(whole.mp3));
}
