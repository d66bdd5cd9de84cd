import { call } from './api';

/** What this server accepts, as far as the page shows it; 0 while it is not known. */
export interface Limits {
  maxBytes: number;
  days: number;
}

/** What it says: bytes and seconds; null is no limit. */
export interface LimitsDocument {
  fileSize: number;
  retentionSeconds: number;
  storedBytes: number | null;
  soundSeconds: number | null;
  usage: { storedBytes: number; soundSeconds: number; active: number } | null;
}

class KnownLimits {
  now = $state.raw<Limits>({ maxBytes: 0, days: 0 });

  async begin(): Promise<void> {
    const said = await call<LimitsDocument>('GET', 'v1/limits', { refresh: false });
    this.now = { maxBytes: said.fileSize, days: Math.round(said.retentionSeconds / 86_400) };
  }
}

export const limits = new KnownLimits();
