import { SvelteMap } from 'svelte/reactivity';
import { call, type Conversion } from './api';
import { Live, type LiveEvent } from './live';
import { Meter } from './rate';
import { session } from './session.svelte';

const PAGE = 50;
/** Milliseconds between two questions for a place in the queue, and per row that waits: many ask less often. */
const PLACE = 3_000;
const PLACE_EACH = 500;

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
  }

  private forget(): void {
    this.live?.close();
    this.live = null;
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
    this.loading = true;
    try {
      const page = await this.page(null);
      if (generation === this.generation) {
        this.all.clear();
        this.put(page);
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

  async retry(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/retry`);
    await this.look(id);
  }

  async cancel(id: string): Promise<void> {
    await call('POST', `v1/conversions/${id}/cancel`);
    await this.look(id);
  }

  async remove(id: string): Promise<void> {
    await call('DELETE', `v1/conversions/${id}`);
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
    const wanted = this.search.trim().toLocaleLowerCase();
    if (!before && wanted && !conversion.video.name.toLocaleLowerCase().includes(wanted)) {
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

/** What its owner deleted comes as expired before its time. */
function wasDeleted(conversion: Conversion): boolean {
  return conversion.state === 'expired' && Date.parse(conversion.expiresAt) > Date.now() + 60_000;
}

/** Whether something still happens to it by itself. */
export function isMoving(conversion: Conversion): boolean {
  return conversion.state === 'queued' || conversion.state === 'converting';
}

export const conversions = new Conversions();
