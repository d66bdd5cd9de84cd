import { SvelteMap } from 'svelte/reactivity';
import { at, call, csrf, CSRF_HEADER, type Conversion } from './api';
import { Live, type LiveEvent } from './live';
import { placesOf } from './queue';
import { Meter } from './rate';
import { session } from './session.svelte';

const PAGE = 50;
/** Milliseconds between two requests for a place in the queue; and at least so many per waiting row, so that many rows ask less often. */
const PLACE = 3_000;
const PLACE_EACH = 1_000;
/** Milliseconds between two requests for the active conversions, even while events connect, because one may be lost. */
const CHECK = 15_000;
/** So many conversions are requested one by one. */
const FEW = 5;
/** The most conversions in one answer. */
const LARGEST_PAGE = 100;

interface ListPage {
  conversions: Conversion[];
  next?: string | null;
}

/** What the page knows of a conversion by watching its progress. */
export interface Watched {
  secondsLeft: number;
}

/** All conversions that the page knows. What the server says always wins over what is stored here. */
class Conversions {
  all = new SvelteMap<string, Conversion>();
  watched = new SvelteMap<string, Watched>();
  /** Places in the queue, by id. */
  places = $derived(placesOf(this.all.values()));
  search = $state('');
  /** Where the next page begins; null when all are here. */
  next = $state<string | null>(null);
  loading = $state(false);
  loaded = $state(false);
  /** Counts the changes of which MP3s are ready. */
  readyChanges = $state(0);
  /** Whether the server cannot be reached at the moment. */
  lost = $state(false);

  /** Called when a conversion ends while the page is open. */
  onEnd: (conversion: Conversion) => void = () => undefined;

  private live: Live | null = null;
  private again = 0;
  /** Ids that were deleted here; an older answer that arrives later does not restore them. */
  private readonly gone = new Set<string>();
  private readonly meters = new Map<string, Meter>();
  private generation = 0;
  /** Whether a round of requests for active conversions is under way. */
  private asking = false;

  begin(): void {
    session.onSignIn(() => void this.connect());
    session.onSignOut(() => this.forget());
  }

  private async connect(): Promise<void> {
    await this.reload();
    this.live?.close();
    this.live = new Live({
      event: (event) => this.take(event),
      opened: (resumed) => {
        if (this.lost || !resumed) {
          void this.refresh();
        }
      },
      poll: () => void this.refresh(),
      refused: () => session.refresh(),
    });
    window.clearInterval(this.again);
    this.again = window.setInterval(() => void this.requestActive(), CHECK);
  }

  private forget(): void {
    this.live?.close();
    this.live = null;
    window.clearInterval(this.again);
    this.gone.clear();
    this.all.clear();
    this.watched.clear();
    this.meters.clear();
    this.search = '';
    this.next = null;
    this.loaded = false;
  }

  /** Reads the list again from its newest entry. */
  async reload(): Promise<void> {
    const generation = ++this.generation;
    const before = new Map(this.all);
    this.loading = true;
    try {
      const page = await this.page(null);
      if (generation === this.generation) {
        this.put(page);
        this.dropOthers(page, before);
        this.loaded = true;
        this.lost = false;
      }
    } catch {
      this.lost = true;
    } finally {
      this.loading = false;
    }
  }

  async more(): Promise<void> {
    const generation = this.generation;
    this.loading = true;
    try {
      const page = await this.page(this.next);
      if (generation === this.generation) {
        this.put(page);
      }
    } finally {
      this.loading = false;
    }
  }

  /** Requests one conversion. */
  async fetchOne(id: string): Promise<void> {
    if (id !== '') {
      this.set(await call<Conversion>('GET', `v1/conversions/${id}`));
    } else {
      await this.refresh();
    }
  }

  /** Requests what may have changed, and keeps the pages that are shown already. */
  async refresh(): Promise<void> {
    try {
      const page = await this.page(null);
      for (const conversion of page.conversions) {
        this.set(conversion);
      }
      const oldest = page.conversions.at(-1)?.id ?? '';
      this.lost = false;
      await this.requestActive((id) => id < oldest);
    } catch {
      this.lost = true;
    }
  }

  /**
   * Requests the active conversions again: a few one by one, many by pages of the list, so that the requests of hundreds do
   * not wait behind one another. One round at a time.
   */
  private async requestActive(wanted: (id: string) => boolean = () => true): Promise<void> {
    const moving = [...this.all.values()].filter((each) => isActive(each) && wanted(each.id)).map(({ id }) => id);
    if (this.asking || moving.length === 0) {
      return;
    }
    this.asking = true;
    try {
      const rest = moving.length > FEW ? await this.requestPages(moving) : moving;
      await Promise.all(rest.map((id) => this.fetchOne(id)));
    } catch {
      // The next round asks again; the live connection shows whether the server can be reached.
    } finally {
      this.asking = false;
    }
  }

  /** Reads the list as far as it has these; returns those that are missing in it, at most some. */
  private async requestPages(moving: string[]): Promise<string[]> {
    const missing = new Set(moving);
    const oldest = moving.reduce((least, id) => (id < least ? id : least));
    let cursor: string | undefined;
    do {
      const page: ListPage = await call<ListPage>('GET', 'v1/conversions', {
        query: { limit: LARGEST_PAGE, cursor, q: this.search.trim() || undefined },
      });
      for (const conversion of page.conversions) {
        missing.delete(conversion.id);
        if (this.all.has(conversion.id)) {
          this.set(conversion);
        }
      }
      cursor = page.next ?? undefined;
    } while (cursor && cursor > oldest && missing.size > FEW);
    return [...missing].slice(0, FEW);
  }

  async retry(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/retry`);
    await this.fetchOne(id);
  }

  async cancel(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/cancel`);
    await this.fetchOne(id);
  }

  async remove(id: string): Promise<void> {
    if (this.all.has(id)) {
      await call('DELETE', `v1/conversions/${id}`);
    }
    this.gone.add(id);
    this.drop(id);
  }

  /** The same while the page is being closed: the browser completes the request alone. */
  removeOnUnload(id: string): void {
    void fetch(at(`v1/conversions/${id}`), {
      method: 'DELETE',
      headers: { [CSRF_HEADER]: csrf() },
      credentials: 'same-origin',
      keepalive: true,
    }).catch(() => undefined);
    this.gone.add(id);
    this.drop(id);
  }

  private page(cursor: string | null): Promise<ListPage> {
    return call<ListPage>('GET', 'v1/conversions', {
      query: { limit: PAGE, cursor: cursor ?? undefined, q: this.search.trim() || undefined },
    });
  }

  private put(page: ListPage): void {
    for (const conversion of page.conversions) {
      this.set(conversion);
    }
    this.next = page.next ?? null;
  }

  /** Drops conversions that an answer no longer has, except those that arrived after it was requested. */
  private dropOthers(page: ListPage, before: Map<string, Conversion>): void {
    const listed = new Set(page.conversions.map((conversion) => conversion.id));
    for (const [id, conversion] of this.all) {
      if (!listed.has(id) && (before.get(id) === conversion || !this.isWanted(conversion))) {
        this.drop(id);
      }
    }
  }

  private isWanted(conversion: Conversion): boolean {
    const wanted = this.search.trim().toLocaleLowerCase();
    return conversion.video.name.toLocaleLowerCase().includes(wanted);
  }

  private take(event: LiveEvent): void {
    let value: unknown;
    try {
      value = JSON.parse(event.data);
    } catch {
      return;
    }
    const conversion = value as Partial<Conversion>;
    if (event.type !== 'conversion' || !conversion.id || !conversion.video) {
      return;
    }
    this.set(conversion as Conversion);
  }

  private set(conversion: Conversion): void {
    if (wasDeleted(conversion)) {
      this.drop(conversion.id);
      return;
    }
    const before = this.all.get(conversion.id);
    const unwanted = !before && !this.isWanted(conversion);
    if (unwanted || this.gone.has(conversion.id) || (before && isOlder(conversion, before))) {
      return;
    }
    if (before?.state === 'queued' && conversion.state === 'queued') {
      // Only the answer for a single conversion has its place; an event must not delete it.
      conversion.queuePosition ??= before.queuePosition;
    }
    this.all.set(conversion.id, conversion);
    if ((before?.state === 'ready') !== (conversion.state === 'ready')) {
      this.readyChanges++;
    }
    this.measure(conversion);
    if (conversion.state === 'queued' && before?.state !== 'queued') {
      this.requestPlace(conversion.id);
    }
    if (before && isActive(before) && !isActive(conversion)) {
      this.onEnd(conversion);
    }
  }

  /** Requests the place in the queue from time to time, while the conversion waits. */
  private requestPlace(id: string): void {
    const queued = [...this.all.values()].filter((each) => each.state === 'queued').length;
    window.setTimeout(() => {
      if (this.all.get(id)?.state === 'queued') {
        void this.fetchOne(id)
          .catch(() => undefined)
          .then(() => this.requestPlace(id));
      }
    }, Math.max(PLACE, queued * PLACE_EACH));
  }

  private measure(conversion: Conversion): void {
    if (conversion.state !== 'converting') {
      this.meters.delete(conversion.id);
      this.watched.delete(conversion.id);
      return;
    }
    const meter = this.meters.get(conversion.id) ?? new Meter();
    this.meters.set(conversion.id, meter);
    meter.mark(conversion.progress, performance.now());
    this.watched.set(conversion.id, { secondsLeft: meter.secondsTo(1) });
  }

  private drop(id: string): void {
    if (this.all.get(id)?.state === 'ready') {
      this.readyChanges++;
    }
    this.all.delete(id);
    this.watched.delete(id);
    this.meters.delete(id);
  }
}

/** Whether an answer is older than what is known: by the time of its change, and at the same time by its progress. */
export function isOlder(answer: Conversion, known: Conversion): boolean {
  const later = Date.parse(answer.changedAt) - Date.parse(known.changedAt);
  return later < 0 || (later === 0 && stage(answer) < stage(known));
}

function stage({ state, progress }: Conversion): number {
  return state === 'queued' ? -1 : state === 'converting' ? progress : 2;
}

/** A conversion that its owner deleted appears as expired too early. */
function wasDeleted(conversion: Conversion): boolean {
  return conversion.state === 'expired' && Date.parse(conversion.expiresAt) > Date.now() + 60_000;
}

/** Whether it is waiting or being converted. */
export function isActive(conversion: Conversion): boolean {
  return conversion.state === 'queued' || conversion.state === 'converting';
}

export const conversions = new Conversions();
