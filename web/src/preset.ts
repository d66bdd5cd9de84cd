import type { Options } from './api';

const KEY = 'tapedeck.choice';

/** The quality, channels and loudness that were chosen last; the next video starts with them. */
export function readPreset(): Options {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Options;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

export function writePreset(options: Options): void {
  const { quality, bitrate, mono, loudness } = options;
  const kept = { quality, bitrate, mono, loudness };
  if (Object.values(kept).every((value) => value === undefined)) {
    localStorage.removeItem(KEY);
  } else {
    localStorage.setItem(KEY, JSON.stringify(kept));
  }
}
