import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formats } from '../src/format';
import { missing, warningsOf } from '../src/warnings';
import { en } from '../src/messages/en';
import { it } from '../src/messages/it';

const said = (...warnings: string[]) => ({ size: 1, duration: 1, url: '', warnings });
const english = (warning: string) => warningsOf(said(warning), en, formats('en'))[0]!;
const italian = (warning: string) => warningsOf(said(warning), it, formats('it'))[0]!;

test('what the server warns of is a sentence in both languages', () => {
  const damaged = 'the sound is damaged from 00:12:31 to 00:12:40.250';
  assert.equal(english(damaged).text, 'The audio is damaged from 12:31 to 12:40.');
  assert.equal(italian(damaged).text, 'L’audio è danneggiato da 12:31 a 12:40.');
  assert.equal(italian('the audio is damaged at 00:12:31.250').text, 'L’audio è danneggiato a 12:31.');
  assert.equal(english('the decoder broke off at 01:00:00').text, 'What follows 1:00:00 could not be read.');
  assert.equal(italian('it is at -18.5 LUFS: more would need higher peaks').text, 'Il volume è -18,5 LUFS: di più distorcerebbe i picchi.');
  assert.match(italian('left and right are opposed, so nearly nothing is left of them in mono; take one of them').text, /^In mono /);
  assert.equal(english('track 1 is silent; the file also has 2: ita stereo').text, 'Track 1 is silent. The file also has 2: ita stereo.');
  assert.equal(italian('track 2 is silent; the file also has 1').foreign, false);
  assert.equal(english('and so in 1 more places').text, 'The same in 1 more place.');
  assert.equal(english('and so in 1 more place, of 00:00:02').text, 'The same in 1 more place: 0:02 in all.');
  assert.equal(italian('and so in 3 more places, together 00:01:02.5').text, 'Lo stesso in altri 3 punti: 1:02 in tutto.');
});

test('what is only worth knowing is a note in both languages', () => {
  const notes = [
    'the audio begins 00:00:01.979 into the file, and the MP3 with it',
    'the times of the file run behind its audio, at the end by 00:00:02; the audio was kept unbroken, so it is that much longer than the pictures',
    'it is silent, so it has no loudness that could be changed',
    'a picture was left out: it has more than 16 MiB',
    'only the first 255 chapters are in the MP3: its tags cannot count more',
  ];
  for (const note of notes) {
    for (const said of [english(note), italian(note)]) {
      assert.deepEqual([said.loss, said.foreign], [false, false], note);
    }
  }
  assert.equal(english(notes[0]!).text, 'In the video the audio begins at 0:01. The MP3 begins with it.');
  const pieces = 'from 00:00:00.064 to 00:00:01.701 short pieces of the audio are missing and silent, together 00:00:01.413';
  assert.equal(italian(pieces).text, 'Da 0:00 a 0:01 mancano brevi pezzi dell’audio, 0:01 in tutto.');
  assert.equal(english('another recording was appended to the file at byte 12345; it is not in the MP3, so split the file there').loss, true);
});

test('how much is missing is known from an early end and from a gap', () => {
  const early = english('the file ends early: its sound stops at 00:00:11 of 00:00:20');
  assert.deepEqual([early.text, early.seconds, early.loss], ['The file ends early: its audio stops at 0:11 of 0:20.', 9, true]);
  assert.equal(english('the source has no sound from 00:00:02 to 00:00:05.500').seconds, 3.5);
  assert.equal(english('the file ends early: its sound stops at 00:00:11').seconds, 0);
});

test('a limit of the format is no loss, and what is not known is shown as it came', () => {
  assert.equal(english('an MP3 of 8000 Hz has at most 64 kbit/s').loss, false);
  const unknown = italian('something new');
  assert.deepEqual([unknown.text, unknown.foreign, unknown.loss], ['something new', true, true]);
});

test('what encoders add and round away is not missing', () => {
  assert.equal(missing(19.95, 20), 0);
  assert.equal(missing(11, 20), 9);
  assert.equal(missing(7_196, 7_200), 0);
  assert.equal(missing(25, 20), 0);
});
