import type { Conversion } from './api';

/** The longest time by which a large video counts as created later, in milliseconds. */
const LARGEST_HANDICAP = 3_600_000;

/** The order of one account's conversions at the server: a large video counts as created later. */
const rank = ({ createdAt, video }: Conversion) => Date.parse(createdAt) + Math.min(video.size / 1024, LARGEST_HANDICAP);

/**
 * The place in the queue of each waiting conversion, by its id. The server tells places one at a time,
 * so older answers are too high by now. They are lowered until each conversion has a smaller number
 * than the one behind it.
 */
export function placesOf(all: Iterable<Conversion>): Map<string, number> {
  const queue = [...all].filter((each) => each.state === 'queued' && (each.queuePosition ?? 0) > 0);
  queue.sort((one, other) => rank(other) - rank(one) || other.queuePosition! - one.queuePosition!);
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
