import type { Mp3 } from './api';
import { parseClock, type Formats } from './format';
import type { Messages } from './messages/en';

/** What a person should know of an MP3 before it is downloaded. */
export interface Warning {
  text: string;
  /** Whether audio is missing or damaged; else it is only a note. */
  loss: boolean;
  /** Seconds that are missing because of it; 0 for none or unknown. */
  seconds: number;
  /** Whether the text is the server's own English, because the page does not know this kind of warning. */
  foreign: boolean;
}

type Say = (m: Messages, f: Formats, ...parts: string[]) => string;

const at = (f: Formats, time = '') => f.clock(parseClock(time));

/** The server's warnings, by kind. They say "sound" or "audio": stored warnings keep the text they were written with. */
const KINDS: readonly [RegExp, 'missing' | 'damaged' | 'note', Say][] = [
  [/^the file ends early: its (?:sound|audio) stops at (\S+)(?: of (\S+))?$/, 'missing', (m, f, end, of) => m.warning.early(at(f, end), of ? at(f, of) : '')],
  [/^the (?:sound|audio) is damaged from (\S+) to (\S+)$/, 'damaged', (m, f, from, to) => m.warning.damaged(at(f, from), at(f, to))],
  [/^the audio is damaged at (\S+)$/, 'damaged', (m, f, time) => m.warning.damagedAt(at(f, time))],
  [/^the source has no (?:sound|audio) from (\S+) to (\S+)$/, 'missing', (m, f, from, to) => m.warning.gap(at(f, from), at(f, to))],
  [/^and so in (\d+) more places?(?:, (?:of|together) (\S+))?$/, 'damaged', (m, f, count, sum) => m.warning.more(Number(count), sum ? at(f, sum) : '')],
  [/^from (\S+) to (\S+) short pieces of the audio are missing and silent, together (\S+)$/, 'damaged', (m, f, from, to, sum) => m.warning.pieces(at(f, from), at(f, to), at(f, sum))],
  [/^another recording was appended to the file at byte (\d+); .*$/, 'damaged', (m, f, byte) => m.warning.appended(f.number(Number(byte)))],
  [/^the audio begins (\S+) into the file, .*$/, 'note', (m, f, time) => m.warning.late(at(f, time))],
  [/^the times of the file run (?:behind|ahead of) its audio, at the end by (\S+); .*$/, 'note', (m, f, time) => m.warning.drift(at(f, time))],
  [/^it is silent, so it has no loudness .*$/, 'note', (m) => m.warning.noLoudness],
  [/^a picture was left out: .*$/, 'note', (m) => m.warning.picture],
  [/^only the first (\d+) chapters are in the MP3: .*$/, 'note', (m, _, count) => m.warning.chapters(Number(count))],
  [/^parts of the (?:sound|audio) are damaged$/, 'damaged', (m) => m.warning.somewhere],
  [/^the decoder broke off at (\S+)$/, 'damaged', (m, f, time) => m.warning.brokeOff(at(f, time))],
  [/^an MP3 of (\d+) Hz has at most (\d+) kbit\/s$/, 'note', (m, f, rate, kbps) => m.warning.bitrate(f.number(Number(rate)), f.number(Number(kbps)))],
  [/^it is at (-?[\d.]+) LUFS: more would need higher peaks$/, 'note', (m, f, lufs) => m.warning.quiet(f.number(Number(lufs), 1))],
  [/^left and right are opposed, .*$/, 'damaged', (m) => m.warning.opposed],
  [/^track (\d+) is silent; the file also has (.+)$/, 'damaged', (m, _, track, others = '') => m.warning.silent(Number(track), others)],
];

export function warningsOf(mp3: Mp3, m: Messages, f: Formats): Warning[] {
  return (mp3.warnings ?? []).map((warning) => {
    for (const [pattern, kind, say] of KINDS) {
      const found = pattern.exec(warning);
      if (found) {
        const [from = '', to = ''] = found.slice(1);
        const seconds = kind === 'missing' && to !== '' ? parseClock(to) - parseClock(from) : 0;
        return { text: say(m, f, ...found.slice(1)), loss: kind !== 'note', seconds, foreign: false };
      }
    }
    return { text: warning, loss: true, seconds: 0, foreign: true };
  });
}

/** Seconds by which an MP3 of a length may be shorter because of rounding and the encoder's padding. */
const slack = (seconds: number) => Math.max(1, seconds / 1000);

/** Seconds by which an MP3 is shorter than expected; 0 when the difference is too small to be certain. */
export function missing(got: number, wanted: number): number {
  const less = wanted - got;
  return less >= slack(wanted) ? less : 0;
}
