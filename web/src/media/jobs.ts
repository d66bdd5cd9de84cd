/** The jobs that run at the moment. Nothing is kept of a job that has ended or was cancelled. */
export class Jobs {
  private readonly running = new Set<number>();

  get size(): number {
    return this.running.size;
  }

  /**
   * Runs a job.
   *
   * @param work asks from time to time whether it was cancelled
   */
  async run(job: number, work: (cancelled: () => boolean) => Promise<void>): Promise<void> {
    this.running.add(job);
    try {
      await work(() => !this.running.has(job));
    } finally {
      this.running.delete(job);
    }
  }

  /** Cancels a job. One that has ended already is ignored. */
  cancel(job: number): void {
    this.running.delete(job);
  }
}
