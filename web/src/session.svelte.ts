import { call, csrf, refreshBy } from './api';
import { Trouble } from './problem';

export interface Account {
  id: string;
  email: string;
  role: string;
  language: string;
}

/** What to do before somebody signs out by their own wish; or after, when another tab tells of it. */
type Departure = (over: boolean) => void | Promise<void>;

/** Milliseconds for which an access token is taken for good without a look; the server gives it 15 minutes. */
const FRESH = 5 * 60_000;

/** Who is signed in, and the wish to sign in. */
class Session {
  status = $state<'unknown' | 'out' | 'in'>('unknown');
  account = $state.raw<Account | null>(null);
  /** Whether the sign-in dialog is open. */
  asking = $state(false);
  /** Whether it was opened because the session had ended under way. */
  ended = $state(false);

  private readonly arrivals = new Set<() => void>();
  private readonly departures = new Set<Departure>();
  /** Tells the other tabs of this browser who is signed in, by id; empty for nobody. */
  private readonly tabs = 'BroadcastChannel' in window ? new BroadcastChannel('tapedeck.session') : null;
  /** The refresh that is under way; null for none. */
  refreshing: Promise<boolean> | null = null;
  /** The token that a request of this page has got, by its readable half, and when. */
  private renewed = { token: '', at: 0 };

  /** Finds out at the start whether the browser has a session. */
  async begin(): Promise<void> {
    refreshBy(this);
    this.tabs?.addEventListener('message', ({ data }) => void this.hear(String(data)));
    await this.look();
  }

  private async look(): Promise<void> {
    if (csrf() === '') {
      this.status = 'out';
      return;
    }
    try {
      this.arrive(await call<Account>('GET', 'v1/accounts/me'));
    } catch (error) {
      this.status = 'out';
      if (!(error instanceof Trouble && error.problem.status === 401)) {
        throw error;
      }
      this.ended = false;
      this.asking = false;
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await call('POST', 'v1/sessions', { json: { email, password, cookie: true }, refresh: false });
    this.renewed = { token: csrf(), at: Date.now() };
    this.arrive(await call<Account>('GET', 'v1/accounts/me'));
    this.tabs?.postMessage(this.account?.id ?? '');
  }

  async signUp(email: string, password: string, invite: string, setupToken: string): Promise<void> {
    await call('POST', 'v1/accounts', {
      json: {
        email,
        password,
        language: document.documentElement.lang,
        ...(invite === '' ? {} : { invite }),
        ...(setupToken === '' ? {} : { setupToken }),
      },
      refresh: false,
    });
    await this.signIn(email, password);
  }

  async signOut(): Promise<void> {
    for (const departure of this.departures) {
      await departure(false);
    }
    // A refresh that ended later would sign in again.
    await this.refreshing;
    try {
      await call('DELETE', 'v1/sessions/current', { refresh: false });
    } finally {
      this.account = null;
      this.status = 'out';
      this.tabs?.postMessage('');
    }
  }

  /** Another tab has signed somebody in or out: this one shows nothing more of who was here before. */
  private async hear(id: string): Promise<void> {
    if (this.account && this.account.id !== id) {
      this.account = null;
      this.status = 'out';
      this.asking = false;
      this.ended = false;
      for (const departure of this.departures) {
        await departure(true);
      }
    }
    if (id !== '' && this.status !== 'in') {
      await this.look().catch(() => undefined);
    }
  }

  /** What to do whenever somebody has signed in. */
  onArrival(task: () => void): void {
    this.arrivals.add(task);
  }

  onDeparture(task: Departure): void {
    this.departures.add(task);
  }

  ask(): void {
    this.asking = true;
  }

  /** Whether the access token is good for some minutes more. */
  isFresh(): boolean {
    return csrf() !== '' && csrf() === this.renewed.token && Date.now() - this.renewed.at < FRESH;
  }

  /**
   * Makes sure of that before something begins that is not the page's own request and cannot be
   * repeated: a download, a player, a deletion while the page is left. False when it cannot.
   */
  async fresh(): Promise<boolean> {
    return this.isFresh() || (await this.refresh());
  }

  /**
   * Makes the session fresh: once, however many requests wait for it, and in one tab at a time,
   * because a refresh token is good for one use.
   */
  refresh(): Promise<boolean> {
    this.refreshing ??= this.refreshAlone().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refreshAlone(): Promise<boolean> {
    const before = csrf();
    const task = async () => {
      if (csrf() !== before) {
        return true;
      }
      try {
        await call('POST', 'v1/sessions/refresh', { json: {}, refresh: false });
        this.renewed = { token: csrf(), at: Date.now() };
        return true;
      } catch (error) {
        if (error instanceof Trouble && error.problem.status > 0 && error.problem.status < 500) {
          this.lose();
        }
        return false;
      }
    };
    return 'locks' in navigator ? navigator.locks.request('tapedeck.refresh', task) : task();
  }

  private lose(): void {
    if (this.status === 'in') {
      this.ended = true;
      this.asking = true;
    }
    this.status = 'out';
  }

  private arrive(account: Account): void {
    this.account = account;
    this.status = 'in';
    this.asking = false;
    this.ended = false;
    for (const arrival of this.arrivals) {
      arrival();
    }
  }
}

export const session = new Session();
