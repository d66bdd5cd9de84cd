import type { Conversion } from './api';

/**
 * The place in the queue of each that waits, by its id. Places are told one at a time, and what was
 * told before is too high by now: who stands before another has a lower number than that one.
 */
export function placesOf(all: Iterable<Conversion>): Map<string, number> {
  const queue = [...all].filter((each) => each.state === 'queued' && (each.queuePosition ?? 0) > 0);
  queue.sort((one, other) => Date.parse(other.changedAt) - Date.parse(one.changedAt) || other.queuePosition! - one.queuePosition!);
  const places = new Map<string, number>();
  let behind = Infinity;
  for (const { id, queuePosition } of queue) {
    behind = Math.min(queuePosition!, behind - 1);
    if (behind > 0) {
      places.set(id, behind);
    }
  }
  return places;
}
