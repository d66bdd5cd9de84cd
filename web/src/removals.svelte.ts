import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { conversions } from './conversions.svelte';
import type { Row } from './rows.svelte';
import { session } from './session.svelte';
import { uploads } from './uploads.svelte';

/** Milliseconds in which a removal can be taken back. */
const UNDO = 10_000;

interface Removal {
  row: Row;
  /** Whether an upload was under way, and goes on when this is taken back. */
  resume: boolean;
  /** Whether it is too late to take it back. */
  over: boolean;
  timer: number;
}

/**
 * What a person has deleted or removed: the row keeps its place for a while, and only then, or when
 * the page is left, is the server told.
 */
class Removals {
  pending = new SvelteMap<string, Removal>();

  /** Told when the server did not do it; the row is there again. */
  onFailure: (error: unknown) => void = () => undefined;

  begin(): void {
    session.onDeparture((over) => (over ? this.drop() : this.finishAll()));
    window.addEventListener('pagehide', () => this.leave());
  }

  start(row: Row): void {
    if (this.pending.has(row.key)) {
      return;
    }
    const resume = row.conversion === null && uploads.hold(row.upload!);
    const timer = window.setTimeout(() => void this.finish(row.key), UNDO);
    this.pending.set(row.key, { row, resume, over: false, timer });
    if (row.conversion) {
      // So that the deletion is not refused should the page be left.
      void session.fresh();
    }
    void tick().then(() => lineOf(row.key)?.querySelector<HTMLElement>('[data-deed=undo]')?.focus());
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
      upload.leaving = false;
      if (removal.resume) {
        uploads.goOn(upload);
      }
    }
    void tick().then(() => lineOf(key)?.querySelector<HTMLElement>('.deeds > :last-child')?.focus());
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

  private async finishAll(): Promise<void> {
    await Promise.all([...this.pending.keys()].map((key) => this.finish(key)));
  }

  /** Too late to tell the server: what was not deleted yet stays. */
  private drop(): void {
    for (const { timer } of this.pending.values()) {
      window.clearTimeout(timer);
    }
    this.pending.clear();
  }

  private leave(): void {
    for (const { row, over, timer } of this.pending.values()) {
      window.clearTimeout(timer);
      if (over) {
        continue;
      }
      if (row.conversion) {
        conversions.removeLeaving(row.conversion.id);
        if (row.upload) {
          uploads.release(row.upload);
        }
      } else {
        uploads.removeLeaving(row.upload!);
      }
    }
    this.pending.clear();
  }
}

function lineOf(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`li.row[data-key="${CSS.escape(key)}"]`);
}

/** A focus in a row that goes moves to the next row, or the one before, or the list. */
function focusNeighbour(key: string): void {
  const line = lineOf(key);
  if (!line?.contains(document.activeElement)) {
    return;
  }
  const lines = [...document.querySelectorAll<HTMLElement>('li.row')];
  const at = lines.indexOf(line);
  const next = lines[at + 1] ?? lines[at - 1];
  const target = next?.querySelector<HTMLElement>('[data-deed]') ?? document.getElementById('sounds');
  target?.focus();
}

export const removals = new Removals();
