import { at, call } from './api';
import { conversions } from './conversions.svelte';

/** Milliseconds between two questions, however often something becomes ready. */
const PAUSE = 500;

interface Description {
  conversions: number;
  size: number;
  url: string;
}

/** All ready MP3s as one ZIP, as the server would make it: also of those that the page has not loaded. */
class Archive {
  /** How many MP3s it has. */
  count = $state(0);
  /** Bytes. */
  size = $state(0);
  private timer = 0;

  /** Asks for the totals soon, because what is ready has changed. */
  refresh(): void {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      void this.describe(false).catch(() => undefined);
    }, PAUSE);
  }

  clear(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.count = 0;
    this.size = 0;
  }

  /** The address of the ZIP. Its link works without the session, so a download that pauses for hours resumes. */
  async address(): Promise<string> {
    const { url } = await this.describe(true);
    return at(`v1/archive/zip${new URL(url).search}`);
  }

  /** @param refresh whether to renew a session that has run out: not for a number alone */
  private async describe(refresh: boolean): Promise<Description> {
    const q = conversions.search.trim();
    const found = await call<Description>('GET', 'v1/archive', { query: { q }, refresh });
    if (q === conversions.search.trim()) {
      this.count = found.conversions;
      this.size = found.size;
    }
    return found;
  }
}

export const archive = new Archive();
