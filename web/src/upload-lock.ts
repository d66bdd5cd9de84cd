const LOCK = 'tapedeck.upload.';
const held = new Set<string>();

/**
 * Takes an upload for this tab, until the tab is closed, so that no other tab uploads the same file.
 * While another tab has it, the promise waits.
 */
export async function lockUpload(key: string): Promise<void> {
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
