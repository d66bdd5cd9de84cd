/**
 * Measures a speed over the last few seconds, not since the beginning. It is unknown until there is
 * enough to measure.
 */
export class Meter {
  private readonly window: number;
  private marks: { at: number; value: number }[] = [];

  /** @param window milliseconds to measure over */
  constructor(window = 8_000) {
    this.window = window;
  }

  /** Records that the total is {@code value} at {@code at} milliseconds. */
  mark(value: number, at: number): void {
    const last = this.marks.at(-1);
    if (last && value < last.value) {
      this.marks = [];
    }
    this.marks.push({ at, value });
    while (this.marks.length > 2 && this.marks[0]!.at < at - this.window) {
      this.marks.shift();
    }
  }

  /** Units per second; 0 while unknown. */
  perSecond(): number {
    const first = this.marks[0];
    const last = this.marks.at(-1);
    if (!first || !last || last.at - first.at < 400) {
      return 0;
    }
    return ((last.value - first.value) * 1000) / (last.at - first.at);
  }

  /** Seconds until the total is {@code goal}; 0 while unknown. */
  secondsTo(goal: number): number {
    const speed = this.perSecond();
    const last = this.marks.at(-1);
    return speed > 0 && last ? Math.max(0, (goal - last.value) / speed) : 0;
  }

  reset(): void {
    this.marks = [];
  }
}
