import type { Options } from './api';
import { parseClock } from './format';

export type End = 'start' | 'end';

/** What is wrong with the part of a video that was typed, and at which field. */
export interface PartFault {
  field: End;
  kind: 'time' | 'order' | 'length';
}

/** Seconds by which a typed end may exceed the length, because the length is shown in whole seconds. */
const ROUNDED = 1;

/** The first fault of a part. An end that was not typed is the chosen one. */
export function checkPart(
  written: Record<End, string>,
  chosen: Options,
  duration: number,
): PartFault | null {
  const start = written.start === '' ? (chosen.start ?? 0) : parseClock(written.start);
  const end = written.end === '' ? (chosen.end ?? null) : parseClock(written.end);
  for (const [field, at] of [['start', start], ['end', end]] as const) {
    if (at !== null && Number.isNaN(at)) {
      return { field, kind: 'time' };
    }
    if (at !== null && duration > 0 && at >= duration + (field === 'end' ? ROUNDED : 0)) {
      return { field, kind: 'length' };
    }
  }
  if (end !== null && start >= end) {
    return { field: written.start !== '' && written.end === '' ? 'start' : 'end', kind: 'order' };
  }
  return null;
}
