import { call } from './api';

/** The limits of this server that the page shows; 0 while unknown. */
export interface Limits {
  maxBytes: number;
  days: number;
}

/** The limits as the API gives them: bytes and seconds; null is no limit. */
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
