import type { Conversion } from './api';

/**
 * The place in the queue of each waiting conversion, by its id. The server tells places one at a time,
 * so older answers are too high by now. They are lowered until each conversion has a smaller number
 * than the one behind it.
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
