import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { conversions } from './conversions.svelte';
import type { Row } from './rows.svelte';
import { session } from './session.svelte';
import { uploads } from './uploads.svelte';

/** Milliseconds in which a removal can be undone. */
const UNDO = 10_000;

interface Removal {
  row: Row;
  /** Whether an upload was under way, and resumes when the removal is undone. */
  resume: boolean;
  /** Whether it is too late to undo it. */
  over: boolean;
  timer: number;
}

/**
 * Rows that a person has deleted or removed. A row keeps its place for some seconds. Only then, or
 * when the page is closed, the server is asked to delete.
 */
class Removals {
  pending = new SvelteMap<string, Removal>();

  /** Called when the server refused; the row is shown again. */
  onFailure: (error: unknown) => void = () => undefined;

  begin(): void {
    session.onSignOut((over) => (over ? this.drop() : this.finishAll()));
    window.addEventListener('pagehide', () => this.finishOnUnload());
  }

  start(row: Row): void {
    if (this.pending.has(row.key)) {
      return;
    }
    const resume = row.conversion === null && uploads.hold(row.upload!);
    const timer = window.setTimeout(() => void this.finish(row.key), UNDO);
    this.pending.set(row.key, { row, resume, over: false, timer });
    if (row.conversion) {
      // So that the deletion is not refused if the page is closed meanwhile.
      void session.fresh();
    }
    void tick().then(() => elementOf(row.key)?.querySelector<HTMLElement>('[data-action=undo]')?.focus());
  }

  undo(key: string): void {
    const removal = this.pending.get(key);
    if (!removal || removal.over) {
      return;
    }
    window.clearTimeout(removal.timer);
    this.pending.delete(key);
    const { upload } = removal.row;
    if (upload) {
      upload.removing = false;
      if (removal.resume) {
        uploads.start(upload);
      }
    }
    void tick().then(() => elementOf(key)?.querySelector<HTMLElement>('.actions > :last-child')?.focus());
  }

  private async finish(key: string): Promise<void> {
    const removal = this.pending.get(key);
    if (!removal || removal.over) {
      return;
    }
    window.clearTimeout(removal.timer);
    focusNeighbour(key);
    this.pending.set(key, { ...removal, over: true });
    const { conversion, upload } = removal.row;
    try {
      if (conversion) {
        await conversions.remove(conversion.id);
        if (upload) {
          uploads.release(upload);
        }
      } else {
        await uploads.remove(upload!);
      }
    } catch (error) {
      this.onFailure(error);
    }
    this.pending.delete(key);
  }

  /** Deletes at once what waits to be deleted. */
  async finishAll(): Promise<void> {
    await Promise.all([...this.pending.keys()].map((key) => this.finish(key)));
  }

  /** Nobody is signed in any more: what is not deleted yet stays. */
  private drop(): void {
    for (const { timer } of this.pending.values()) {
      window.clearTimeout(timer);
    }
    this.pending.clear();
  }

  private finishOnUnload(): void {
    for (const { row, over, timer } of this.pending.values()) {
      window.clearTimeout(timer);
      if (over) {
        continue;
      }
      if (row.conversion) {
        conversions.removeOnUnload(row.conversion.id);
        if (row.upload) {
          uploads.release(row.upload);
        }
      } else {
        uploads.removeOnUnload(row.upload!);
      }
    }
    this.pending.clear();
  }
}

function elementOf(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`li.row[data-key="${CSS.escape(key)}"]`);
}

/** Moves the focus out of a row that disappears: to the next row, or the one before, or the list. */
function focusNeighbour(key: string): void {
  const line = elementOf(key);
  if (!line?.contains(document.activeElement)) {
    return;
  }
  const lines = [...document.querySelectorAll<HTMLElement>('li.row')];
  const at = lines.indexOf(line);
  const next = lines[at + 1] ?? lines[at - 1];
  const target = next?.querySelector<HTMLElement>('[data-action]') ?? document.getElementById('mp3s');
  target?.focus();
}

export const removals = new Removals();
