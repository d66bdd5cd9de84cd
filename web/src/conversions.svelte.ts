import { SvelteMap } from 'svelte/reactivity';
import { at, call, csrf, CSRF_HEADER, type Conversion } from './api';
import { Live, type LiveEvent } from './live';
import { placesOf } from './queue';
import { Meter } from './rate';
import { session } from './session.svelte';

const PAGE = 50;
/** Milliseconds between two questions for a place in the queue, and per row that waits: many ask less often. */
const PLACE = 3_000;
const PLACE_EACH = 500;
/** Milliseconds after which what moves is asked for again even while events come: one may be lost. */
const AGAIN = 15_000;
/** The most that one answer lists. */
const LONGEST = 100;

interface ListPage {
  conversions: Conversion[];
  next?: string | null;
}

/** What the page adds to a conversion by watching it. */
export interface Watched {
  secondsLeft: number;
}

/** All conversions the page has seen. The server's truth always wins over what is here. */
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
  /** Whether the server cannot be asked at the moment. */
  lost = $state(false);

  /** Told when a conversion reaches its end while the page looks on. */
  onEnd: (conversion: Conversion) => void = () => undefined;

  private live: Live | null = null;
  private again = 0;
  /** What was deleted here; an answer that was under way then does not bring it back. */
  private readonly gone = new Set<string>();
  private readonly meters = new Map<string, Meter>();
  private generation = 0;

  begin(): void {
    session.onArrival(() => void this.arrive());
    session.onDeparture(() => this.forget());
  }

  private async arrive(): Promise<void> {
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
    this.again = window.setInterval(() => void this.askMoving(), AGAIN);
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

  /** Reads the list anew from its newest entry. */
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

  /** Asks for one conversion. */
  async look(id: string): Promise<void> {
    if (id !== '') {
      this.set(await call<Conversion>('GET', `v1/conversions/${id}`));
    } else {
      await this.refresh();
    }
  }

  /** Asks for what may have changed, without losing the pages shown already. */
  async refresh(): Promise<void> {
    try {
      const page = await this.page(null);
      for (const conversion of page.conversions) {
        this.set(conversion);
      }
      const shown = new Set(page.conversions.map((conversion) => conversion.id));
      const older = [...this.all.values()].filter(
        (conversion) => isMoving(conversion) && !shown.has(conversion.id),
      );
      await Promise.all(older.map((conversion) => this.look(conversion.id)));
      this.lost = false;
    } catch {
      this.lost = true;
    }
  }

  /** Asks for all that moves: in one answer where they are few; who is not in it has ended. */
  private async askMoving(): Promise<void> {
    const moving = [...this.all.values()].filter(isMoving);
    if (moving.length === 0) {
      return;
    }
    try {
      const page = await call<ListPage>('GET', 'v1/conversions', {
        query: { limit: LONGEST, state: 'queued,converting' },
      });
      const still = new Set(page.conversions.map((conversion) => conversion.id));
      page.conversions.forEach((conversion) => this.all.has(conversion.id) && this.set(conversion));
      const others = moving.filter(({ id }) => !still.has(id) && this.all.has(id));
      await Promise.all(others.slice(0, LONGEST).map(({ id }) => this.look(id)));
    } catch {
      // The next round asks again; whether the server is there, the live connection tells.
    }
  }

  async retry(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/retry`);
    await this.look(id);
  }

  async cancel(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/cancel`);
    await this.look(id);
  }

  async remove(id: string): Promise<void> {
    if (this.all.has(id)) {
      await call('DELETE', `v1/conversions/${id}`);
    }
    this.gone.add(id);
    this.drop(id);
  }

  /** The same while the page is left: the browser carries the wish out alone. */
  removeLeaving(id: string): void {
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

  /** Drops what an answer no longer has, but not what came while it was under way. */
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
      // Only one that is asked for alone tells its place; an event does not take it away.
      conversion.queuePosition ??= before.queuePosition;
    }
    this.all.set(conversion.id, conversion);
    this.measure(conversion);
    if (conversion.state === 'queued' && before?.state !== 'queued') {
      this.askPlace(conversion.id);
    }
    if (before && isMoving(before) && !isMoving(conversion)) {
      this.onEnd(conversion);
    }
  }

  /** Asks for the place in the queue now and then, for as long as it waits. */
  private askPlace(id: string): void {
    const queued = [...this.all.values()].filter((each) => each.state === 'queued').length;
    window.setTimeout(() => {
      if (this.all.get(id)?.state === 'queued') {
        void this.look(id)
          .catch(() => undefined)
          .then(() => this.askPlace(id));
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
    this.all.delete(id);
    this.watched.delete(id);
    this.meters.delete(id);
  }
}

/** Whether an answer was overtaken by a newer one: by the moment of its change, and within one moment by how far it is. */
export function isOlder(answer: Conversion, known: Conversion): boolean {
  const later = Date.parse(answer.changedAt) - Date.parse(known.changedAt);
  return later < 0 || (later === 0 && stage(answer) < stage(known));
}

function stage({ state, progress }: Conversion): number {
  return state === 'queued' ? -1 : state === 'converting' ? progress : 2;
}

/** What its owner deleted comes as expired before its time. */
function wasDeleted(conversion: Conversion): boolean {
  return conversion.state === 'expired' && Date.parse(conversion.expiresAt) > Date.now() + 60_000;
}

/** Whether something still happens to it by itself. */
export function isMoving(conversion: Conversion): boolean {
  return conversion.state === 'queued' || conversion.state === 'converting';
}

export const conversions = new Conversions();
