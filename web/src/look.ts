/** Light, dark, or as the system has it. */
export type Look = 'system' | 'light' | 'dark';

const KEY = 'tapedeck.look';

export function readLook(): Look {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function wear(look: Look): void {
  if (look === 'system') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset['look'];
  } else {
    localStorage.setItem(KEY, look);
    document.documentElement.dataset['look'] = look;
  }
}
