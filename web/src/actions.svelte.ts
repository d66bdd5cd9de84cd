import { at, problemIn, type Conversion } from './api';
import { archive } from './archive.svelte';
import { conversions } from './conversions.svelte';
import { localProblem, type Problem } from './problem';
import { removals } from './removals.svelte';
import { overall, rows, type Row } from './rows.svelte';
import { session } from './session.svelte';
import { sharing } from './sharing.svelte';
import type { Upload } from './upload.svelte';
import { uploads } from './uploads.svelte';
import { describeProblem, m } from './messages/locale.svelte';

/** A short message at the bottom of the page; screen readers read it aloud. */
export interface Notice {
  text: string;
  bad: boolean;
  /** A text to copy by hand, where the browser does not allow the page to copy it. */
  copy: string;
}

/** What a person can do with a row, and the messages about it. */
class Actions {
  notice = $state.raw<Notice | null>(null);
  /** Read aloud by screen readers and not shown. */
  announced = $state('');
  private timer = 0;

  show(text: string, bad = false, copy = ''): void {
    this.notice = { text, bad, copy };
    window.clearTimeout(this.timer);
    if (copy === '') {
      this.timer = window.setTimeout(() => (this.notice = null), bad ? 12_000 : 6_000);
    }
  }

  closeNotice(): void {
    this.notice = null;
  }

  showProblem(problem: Problem): void {
    const { title, hint } = describeProblem(problem);
    this.show(`${title}. ${hint}`, true);
  }

  /** Address of the MP3, for the player and for downloads. */
  mp3Url(conversion: Conversion): string {
    return at(`v1/conversions/${conversion.id}/mp3`);
  }

  retry(id: string): Promise<void> {
    return this.attempt(() => conversions.retry(id));
  }

  cancel(id: string): Promise<void> {
    return this.attempt(() => conversions.cancel(id));
  }

  remove(row: Row): void {
    removals.start(row);
    this.announced = m().list.deleted(row.name);
  }

  /** Removes all that is under way; each row can be restored. */
  removeAll(): void {
    for (const row of rows.staying) {
      if (overall(row) !== null || (!row.conversion && row.upload?.phase === 'paused')) {
        this.remove(row);
      }
    }
  }

  restore(row: Row): void {
    removals.undo(row.key);
    this.announced = m().list.restored(row.name);
  }

  /** Uploads the whole video after the conversion of its audio alone has failed. */
  uploadWhole(upload: Upload, failed: Conversion): Promise<void> {
    return this.attempt(async () => {
      await conversions.remove(failed.id);
      await uploads.uploadWhole(upload);
    });
  }

  /** Opens the dialog in which links are made, copied and revoked. */
  copyLink(conversion: Conversion): void {
    sharing.open(conversion);
  }

  /** Copies a text, or shows it to be copied by hand: over plain http a browser lets no page copy. */
  async copy(text: string, shown: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      this.show(shown, false, text);
      return false;
    }
  }

  /** Makes sure that the browser itself can request an MP3 now. If it cannot, a message says why, or the sign-in opens. */
  async ensureSession(): Promise<boolean> {
    const good = await session.fresh();
    if (!good && session.status === 'in') {
      this.showProblem(localProblem('offline'));
    }
    return good;
  }

  /** Lets a clicked link download, after a refresh of the session where that is due. */
  async download(conversion: Conversion, event: MouseEvent): Promise<void> {
    if (session.isFresh()) {
      return;
    }
    event.preventDefault();
    if (await this.ensureSession()) {
      this.save(this.mp3Url(conversion));
    }
  }

  /** Downloads all that is ready as one ZIP, without what was deleted a moment ago. */
  downloadAll(): Promise<void> {
    return this.attempt(async () => {
      await removals.finishAll();
      this.save(await archive.address());
    });
  }

  private save(url: string): void {
    const link = document.createElement('a');
    link.href = url;
    link.download = '';
    document.body.append(link);
    link.click();
    link.remove();
  }

  async attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.showProblem(problemIn(error));
    }
  }
}

export const actions = new Actions();
