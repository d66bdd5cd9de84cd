/** Keeps a phone's screen from going dark, which would stop an upload, while there is one. */
class WakeLock {
  private wanted = false;
  private lock: WakeLockSentinel | null = null;
  private asking = false;

  constructor() {
    // The system takes the lock away when the page is hidden.
    document.addEventListener('visibilitychange', () => void this.hold());
  }

  set(wanted: boolean): void {
    this.wanted = wanted;
    void this.hold();
  }

  private async hold(): Promise<void> {
    if (!this.wanted) {
      await this.lock?.release().catch(() => undefined);
      this.lock = null;
      return;
    }
    if (!('wakeLock' in navigator) || document.hidden || this.asking || this.lock?.released === false) {
      return;
    }
    this.asking = true;
    try {
      this.lock = await navigator.wakeLock.request('screen');
    } catch {
      // The battery is low, or the browser does not want to: the upload resumes later by itself.
    } finally {
      this.asking = false;
    }
    if (!this.wanted) {
      await this.hold();
    }
  }
}

export const wakeLock = new WakeLock();
