import { call } from './api';

/** What this server accepts, as far as the page shows it. 0 and '' mean that it did not say. */
export interface Limits {
  maxBytes: number;
  days: number;
  signUp: string;
}

class KnownLimits {
  now = $state.raw<Limits>({ maxBytes: 0, days: 0, signUp: 'open' });

  async begin(): Promise<void> {
    const said = await call<Record<string, unknown>>('GET', 'v1/limits', { refresh: false });
    const number = (name: string) => (typeof said[name] === 'number' ? (said[name] as number) : 0);
    this.now = {
      maxBytes: number('maxUploadBytes'),
      days: Math.round(number('retentionDays')),
      signUp: typeof said['signUp'] === 'string' ? (said['signUp'] as string) : 'open',
    };
  }
}

export const limits = new KnownLimits();
