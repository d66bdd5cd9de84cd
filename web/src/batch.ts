/**
 * The progress of all active rows together. It does not go back when one of several ends: an ended row
 * counts as complete until none is active any more.
 */
export class Batch {
  private readonly keys = new Set<string>();
  /** The keys of all rows that counted last. */
  members: string[] = [];

  /**
   * @param active the progress of each active row, 0 to 1, by its key
   * @param ended the keys of rows that have ended; a paused or removed row no longer counts
   * @return 0 to 1; null when none is active
   */
  progress(active: ReadonlyMap<string, number>, ended: ReadonlySet<string>): number | null {
    if (active.size === 0) {
      this.keys.clear();
      this.members = [];
      return null;
    }
    for (const key of active.keys()) {
      this.keys.add(key);
    }
    let sum = 0;
    let count = 0;
    for (const key of this.keys) {
      const part = active.get(key) ?? (ended.has(key) ? 1 : null);
      if (part === null) {
        this.keys.delete(key);
      } else {
        sum += part;
        count++;
      }
    }
    this.members = [...this.keys];
    return sum / count;
  }
}
