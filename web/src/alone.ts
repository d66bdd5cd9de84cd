const LOCK = 'tapedeck.upload.';
const held = new Set<string>();

/**
 * Keeps other tabs from going on with an upload that this one is at, for as long as this one lives.
 * Where another tab is at it already, it is over when that one is gone.
 */
export async function alone(key: string): Promise<void> {
  if (!('locks' in navigator) || held.has(key)) {
    return;
  }
  held.add(key);
  await new Promise<void>((granted) => {
    const keep = () => {
      granted();
      return new Promise<never>(() => undefined);
    };
    void navigator.locks.request(LOCK + key, keep);
  });
}
