import type { Mp3 } from './api';
import { parseClock, type Formats } from './format';
import type { Words } from './words/en';

/** What a person should know of an MP3 before it is downloaded. */
export interface Warning {
  text: string;
  /** Whether audio is missing or damaged; else it is only said. */
  loss: boolean;
  /** Seconds that are missing by it; 0 for none, or nobody knows. */
  seconds: number;
  /** Whether the server's own English is shown, of a kind not known here. */
  foreign: boolean;
}

type Say = (w: Words, f: Formats, ...parts: string[]) => string;

const at = (f: Formats, time = '') => f.clock(parseClock(time));

/** What the server says, by its kinds (converter/Diagnosis, EarlyEnd and Encode). */
const KINDS: readonly [RegExp, 'missing' | 'damaged' | 'note', Say][] = [
  [/^the file ends early: its (?:sound|audio) stops at (\S+)(?: of (\S+))?$/, 'missing', (w, f, end, of) => w.warning.early(at(f, end), of ? at(f, of) : '')],
  [/^the (?:sound|audio) is damaged from (\S+) to (\S+)$/, 'damaged', (w, f, from, to) => w.warning.damaged(at(f, from), at(f, to))],
  [/^the source has no (?:sound|audio) from (\S+) to (\S+)$/, 'missing', (w, f, from, to) => w.warning.gap(at(f, from), at(f, to))],
  [/^and so in (\d+) more places$/, 'damaged', (w, _, count) => w.warning.more(Number(count))],
  [/^parts of the (?:sound|audio) are damaged$/, 'damaged', (w) => w.warning.somewhere],
  [/^the decoder broke off at (\S+)$/, 'damaged', (w, f, time) => w.warning.brokeOff(at(f, time))],
  [/^an MP3 of (\d+) Hz has at most (\d+) kbit\/s$/, 'note', (w, f, rate, kbps) => w.warning.bitrate(f.number(Number(rate)), f.number(Number(kbps)))],
  [/^it is at (-?[\d.]+) LUFS: more would need higher peaks$/, 'note', (w, f, lufs) => w.warning.quiet(f.number(Number(lufs), 1))],
];

export function warningsOf(mp3: Mp3, w: Words, f: Formats): Warning[] {
  return (mp3.warnings ?? []).map((said) => {
    for (const [pattern, kind, say] of KINDS) {
      const found = pattern.exec(said);
      if (found) {
        const [from = '', to = ''] = found.slice(1);
        const seconds = kind === 'missing' && to !== '' ? parseClock(to) - parseClock(from) : 0;
        return { text: say(w, f, ...found.slice(1)), loss: kind !== 'note', seconds, foreign: false };
      }
    }
    return { text: said, loss: true, seconds: 0, foreign: true };
  });
}

/** Seconds of audio that may be lost to rounding and to what encoders add, of a length. */
const slack = (seconds: number) => Math.max(1, seconds / 1000);

/** Seconds that an MP3 is shorter than what was wanted of its source; 0 for less than can be told. */
export function missing(got: number, wanted: number): number {
  const less = wanted - got;
  return less >= slack(wanted) ? less : 0;
}
