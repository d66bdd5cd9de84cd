import type { Conversion } from './api';

/** Whose links are shown in the dialog; null while it is closed. */
class Sharing {
  conversion = $state.raw<Conversion | null>(null);

  open(conversion: Conversion): void {
    this.conversion = conversion;
  }

  close(): void {
    this.conversion = null;
  }
}

export const sharing = new Sharing();
