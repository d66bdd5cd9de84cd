/**
 * How far all is that moves, without going back when one of several ends: what has ended counts as done
 * until nothing moves any more.
 */
export class Batch {
  private readonly keys = new Set<string>();

  /**
   * @param moving how far each is that moves, 0 to 1, by its key
   * @param ended the keys of those that came to an end; what rests or was removed counts no longer
   * @return 0 to 1; null when nothing moves
   */
  progress(moving: ReadonlyMap<string, number>, ended: ReadonlySet<string>): number | null {
    if (moving.size === 0) {
      this.keys.clear();
      return null;
    }
    for (const key of moving.keys()) {
      this.keys.add(key);
    }
    let sum = 0;
    let count = 0;
    for (const key of this.keys) {
      const part = moving.get(key) ?? (ended.has(key) ? 1 : null);
      if (part === null) {
        this.keys.delete(key);
      } else {
        sum += part;
        count++;
      }
    }
    return sum / count;
  }
}
