import { call, csrf, refreshBy } from './api';
import { ProblemError } from './problem';

export interface Account {
  id: string;
  email: string;
  role: string;
  language: string;
}

/** Who may create an account here, and whether e-mails reach people. */
export interface Ways {
  signUp: 'open' | 'invite' | 'closed';
  mail: boolean;
}

/** Called before this page signs out; or afterwards, with {@code over}, when another tab has signed out. */
type SignOutListener = (over: boolean) => void | Promise<void>;

/** Milliseconds for which an access token counts as fresh; the server gives it 15 minutes. */
const FRESH = 5 * 60_000;

/** Who is signed in, and whether the sign-in dialog is open. */
class Session {
  status = $state<'unknown' | 'out' | 'in'>('unknown');
  account = $state.raw<Account | null>(null);
  ways = $state.raw<Ways>({ signUp: 'open', mail: true });
  /** Whether the sign-in dialog is open. */
  signInOpen = $state(false);
  /** Whether it was opened because the session had ended. */
  ended = $state(false);

  private readonly signInListeners = new Set<() => void>();
  private readonly signOutListeners = new Set<SignOutListener>();
  /** Tells the other tabs of this browser the id of the signed-in account; empty for nobody. */
  private readonly tabs = 'BroadcastChannel' in window ? new BroadcastChannel('tapedeck.session') : null;
  /** The refresh that is under way; null for none. */
  refreshing: Promise<boolean> | null = null;
  /** The CSRF token of this page's last sign-in or refresh, and when that was. */
  private renewed = { token: '', at: 0 };

  /** Finds out at the start whether the browser has a session. */
  async begin(): Promise<void> {
    refreshBy(this);
    this.tabs?.addEventListener('message', ({ data }) => void this.onOtherTab(String(data)));
    await this.loadAccount();
    await this.loadWays();
  }

  /** A newcomer is told before filling a form. */
  private async loadWays(): Promise<void> {
    if (this.status === 'out') {
      this.ways = await call<Ways>('GET', 'v1/sign-up', { refresh: false }).catch(() => this.ways);
    }
  }

  private async loadAccount(): Promise<void> {
    if (csrf() === '') {
      this.status = 'out';
      return;
    }
    try {
      this.setAccount(await call<Account>('GET', 'v1/accounts/me'));
    } catch (error) {
      this.status = 'out';
      if (!(error instanceof ProblemError && error.problem.status === 401)) {
        throw error;
      }
      this.ended = false;
      this.signInOpen = false;
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await call('POST', 'v1/sessions', { json: { email, password, cookie: true }, refresh: false });
    this.renewed = { token: csrf(), at: Date.now() };
    this.setAccount(await call<Account>('GET', 'v1/accounts/me'));
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
    for (const listener of this.signOutListeners) {
      await listener(false);
    }
    // A refresh that ended later would sign in again.
    await this.refreshing;
    try {
      await call('DELETE', 'v1/sessions/current', { refresh: false });
    } finally {
      this.account = null;
      this.status = 'out';
      this.tabs?.postMessage('');
      void this.loadWays();
    }
  }

  /** Another tab has signed in or out: this one shows nothing more of the previous account. */
  private async onOtherTab(id: string): Promise<void> {
    if (this.account && this.account.id !== id) {
      this.account = null;
      this.status = 'out';
      this.signInOpen = false;
      this.ended = false;
      for (const listener of this.signOutListeners) {
        await listener(true);
      }
    }
    if (id !== '' && this.status !== 'in') {
      await this.loadAccount().catch(() => undefined);
    }
  }

  /** Adds a task to run after each sign-in; the function that is returned removes it. */
  onSignIn(task: () => void): () => void {
    this.signInListeners.add(task);
    return () => this.signInListeners.delete(task);
  }

  onSignOut(task: SignOutListener): void {
    this.signOutListeners.add(task);
  }

  openSignIn(): void {
    this.signInOpen = true;
  }

  /** Whether the access token is valid for some minutes more. */
  isFresh(): boolean {
    return csrf() !== '' && csrf() === this.renewed.token && Date.now() - this.renewed.at < FRESH;
  }

  /**
   * Refreshes a token that is not fresh. Called before requests that the page cannot repeat: a
   * download, a player, a deletion while the page is being closed. False when that is impossible.
   */
  async fresh(): Promise<boolean> {
    return this.isFresh() || (await this.refresh());
  }

  /**
   * Refreshes the session: once, however many requests wait for it, and in one tab at a time, because
   * a refresh token can be used only once.
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
        if (error instanceof ProblemError && error.problem.status > 0 && error.problem.status < 500) {
          this.end();
        }
        return false;
      }
    };
    return 'locks' in navigator ? navigator.locks.request('tapedeck.refresh', task) : task();
  }

  private end(): void {
    if (this.status === 'in') {
      this.ended = true;
      this.signInOpen = true;
    }
    this.status = 'out';
    void this.loadWays();
  }

  private setAccount(account: Account): void {
    this.account = account;
    this.status = 'in';
    this.signInOpen = false;
    this.ended = false;
    for (const listener of this.signInListeners) {
      listener();
    }
  }
}

export const session = new Session();
