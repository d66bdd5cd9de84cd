const LOCK = 'tapedeck.upload.';

/** A lock that this tab has or waits for. */
interface Held {
  granted: Promise<void>;
  release: () => void;
}

const all = new Map<string, Held>();

/**
 * Takes an upload for this tab, until it is released or the tab is closed, so that no other tab uploads
 * the same file. While another tab has it, the promise waits.
 */
export function lockUpload(key: string): Promise<void> {
  if (!('locks' in navigator)) {
    return Promise.resolve();
  }
  const held = all.get(key) ?? request(key);
  all.set(key, held);
  return held.granted;
}

/** Releases an upload that has ended. */
export function releaseUpload(key: string): void {
  all.get(key)?.release();
  all.delete(key);
}

function request(key: string): Held {
  let release = () => undefined as void;
  const over = new Promise<void>((resolve) => (release = resolve));
  const granted = new Promise<void>((resolve) => {
    const keep = () => {
      resolve();
      return over;
    };
    void navigator.locks.request(LOCK + key, keep);
  });
  return { granted, release };
}
