import { at, call, problemIn, type Conversion } from './api';
import { conversions } from './conversions.svelte';
import { localProblem, type Problem } from './problem';
import { removals } from './removals.svelte';
import type { Row } from './rows.svelte';
import { session } from './session.svelte';
import type { Upload } from './upload.svelte';
import { uploads } from './uploads.svelte';
import { f, said, w } from './words/tongue.svelte';

/** A short message at the foot of the page, also read aloud. */
export interface Notice {
  text: string;
  bad: boolean;
  /** A text to copy by hand, where the browser does not let the page do it. */
  copy: string;
}

/** What a person can do to a row that is at the server, and what is said about it. */
class Deeds {
  notice = $state.raw<Notice | null>(null);
  /** What is read aloud and not shown. */
  spoken = $state('');
  private timer = 0;

  say(text: string, bad = false, copy = ''): void {
    this.notice = { text, bad, copy };
    window.clearTimeout(this.timer);
    if (copy === '') {
      this.timer = window.setTimeout(() => (this.notice = null), bad ? 12_000 : 6_000);
    }
  }

  hush(): void {
    this.notice = null;
  }

  sayProblem(problem: Problem): void {
    const { title, hint } = said(problem);
    this.say(`${title}. ${hint}`, true);
  }

  /** Where the MP3 is, for the player and for downloads. */
  address(conversion: Conversion): string {
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
    this.spoken = w().list.deleted(row.name);
  }

  restore(row: Row): void {
    removals.undo(row.key);
    this.spoken = w().list.restored(row.name);
  }

  /** Sends the whole video after its sound alone did not do. */
  sendWhole(upload: Upload, failed: Conversion): Promise<void> {
    return this.attempt(async () => {
      await conversions.remove(failed.id);
      await uploads.sendWhole(upload);
    });
  }

  copyLink(conversion: Conversion): Promise<void> {
    return this.attempt(async () => {
      const link = await call<{ url: string; expiresAt: string }>(
        'POST',
        `v1/conversions/${conversion.id}/links`,
      );
      const url = at(link.url);
      try {
        await navigator.clipboard.writeText(url);
        this.say(w().list.linkCopied(f().dateTime(new Date(link.expiresAt))));
      } catch {
        this.say(w().list.linkShown, false, url);
      }
    });
  }

  /** Whether the browser may ask for an MP3 by itself now; if not, it is said why, or to sign in. */
  async admitted(): Promise<boolean> {
    const good = await session.fresh();
    if (!good && session.status === 'in') {
      this.sayProblem(localProblem('offline'));
    }
    return good;
  }

  /** Lets a link that was clicked do its work, after the session was made fresh where that is due. */
  async download(conversion: Conversion, event: MouseEvent): Promise<void> {
    if (session.isFresh()) {
      return;
    }
    event.preventDefault();
    if (await this.admitted()) {
      this.save(conversion);
    }
  }

  /** Downloads one after the other: a browser takes only few that begin at once. */
  async downloadAll(ready: Conversion[]): Promise<void> {
    for (const conversion of ready) {
      if (!(await this.admitted())) {
        return;
      }
      this.save(conversion);
      await new Promise((resolve) => window.setTimeout(resolve, 400));
    }
  }

  private save(conversion: Conversion): void {
    const link = document.createElement('a');
    link.href = this.address(conversion);
    link.download = '';
    document.body.append(link);
    link.click();
    link.remove();
  }

  async attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.sayProblem(problemIn(error));
    }
  }
}

export const toDo = new Deeds();
