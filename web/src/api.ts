import { localProblem, problemOf, ProblemError, type Problem } from './problem';
import { note } from './recent';

/** What the page reads of a conversion; other members are ignored. */
export interface Conversion {
  id: string;
  state: 'queued' | 'converting' | 'ready' | 'failed' | 'cancelled' | 'expired';
  progress: number;
  /** Seconds of audio converted per second; 0 while unknown. */
  speed?: number;
  /** Place in the queue, from 1; only in the answer for a single conversion. */
  queuePosition?: number | null;
  video: { name: string; size: number };
  options: Options;
  mp3: Mp3 | null;
  problem: ServerProblem | null;
  createdAt: string;
  /** Never goes back, even when the servers' clocks differ. */
  changedAt: string;
  expiresAt: string;
}

export interface Mp3 {
  size: number;
  /** Seconds. */
  duration: number;
  url: string;
  copied?: boolean;
  warnings?: string[];
}

export type ServerProblem = Partial<Problem> & { code: string };

/** The options of a conversion, as the API names them; absent means the server's default. */
export interface Options {
  quality?: number;
  bitrate?: number;
  start?: number;
  end?: number | null;
  mono?: boolean;
  loudness?: number | null;
  /** A number from 1, a language or mix; absent for the one that the file marks as its default. */
  track?: number | string;
}

const CSRF_COOKIE = 'tapedeck_csrf';
export const CSRF_HEADER = 'X-CSRF-Token';

/** An address of the API, relative to the page's own address. */
export function at(path: string): string {
  return new URL(path, document.baseURI).href;
}

/**
 * The token that a request which changes something must carry. It changes with each refresh, so it is
 * read each time; {@link steadyCsrf} does so when no refresh is about to change it.
 */
export function csrf(): string {
  for (const part of document.cookie.split('; ')) {
    if (part.startsWith(`${CSRF_COOKIE}=`)) {
      return decodeURIComponent(part.slice(CSRF_COOKIE.length + 1));
    }
  }
  return '';
}

export interface Call {
  json?: unknown;
  query?: Record<string, string | number | undefined>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Whether to refresh a session that has expired and try again; default true. */
  refresh?: boolean;
}

/** Refreshes a session that has expired. */
interface Refresher {
  /** False when it cannot. */
  refresh(): Promise<boolean>;
  /** The refresh that is under way; null for none. */
  readonly refreshing: Promise<boolean> | null;
}

let refresher: Refresher = { refresh: async () => false, refreshing: null };

export function refreshBy(by: Refresher): void {
  refresher = by;
}

/**
 * The token once no refresh is under way. A request that carries the old token while the browser
 * already has the new cookie is refused.
 */
export async function steadyCsrf(): Promise<string> {
  await refresher.refreshing;
  return csrf();
}

/** Calls the API; anything but success is a {@link ProblemError}. */
export async function call<T = void>(method: string, path: string, more: Call = {}): Promise<T> {
  const response = await request(method, path, more);
  if (response.status === 204 || response.headers.get('Content-Length') === '0') {
    return undefined as T;
  }
  const text = await response.text();
  if (text === '') {
    return undefined as T;
  }
  if (!/json/i.test(response.headers.get('Content-Type') ?? '')) {
    throw new ProblemError(problemOf(answer(response, text)));
  }
  return JSON.parse(text) as T;
}

/** Calls the API and returns the response of a success; anything else is a {@link ProblemError}. */
export async function request(method: string, path: string, more: Call = {}): Promise<Response> {
  // Requests that are part of refreshing do not wait for it.
  const token = () => (method === 'GET' || more.refresh === false ? csrf() : steadyCsrf());
  const sentToken = await token();
  const first = await once(method, path, more, sentToken);
  if (first.ok) {
    return first;
  }
  const error = new ProblemError(problemOf(answer(first, await bodyText(first))));
  const stale = first.status === 403 && csrf() !== sentToken;
  const ended = first.status === 401 && more.refresh !== false;
  if (!(stale || (ended && (await refresher.refresh())))) {
    throw error;
  }
  const second = await once(method, path, more, await token());
  if (!second.ok) {
    throw new ProblemError(problemOf(answer(second, await bodyText(second))));
  }
  return second;
}

async function once(method: string, path: string, more: Call, token: string): Promise<Response> {
  const url = new URL(at(path));
  for (const [name, value] of Object.entries(more.query ?? {})) {
    if (value !== undefined && value !== '') {
      url.searchParams.set(name, String(value));
    }
  }
  note(method, url, more.json);
  const headers: Record<string, string> = { Accept: 'application/json', ...more.headers };
  if (method !== 'GET') {
    headers[CSRF_HEADER] = token;
  }
  if (more.json !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  try {
    return await fetch(url, {
      method,
      headers,
      body: more.json === undefined ? null : JSON.stringify(more.json),
      signal: more.signal ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ProblemError(localProblem('offline'));
  }
}

async function bodyText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    return '';
  }
}

function answer(response: Response, body: string) {
  return {
    status: response.status,
    contentType: response.headers.get('Content-Type') ?? '',
    server: response.headers.get('Server') ?? '',
    retryAfter: response.headers.get('Retry-After') ?? '',
    body,
  };
}

/** The problem in anything that was thrown. */
export function problemIn(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) {
    return thrown.problem;
  }
  return localProblem('file-unreadable', {
    code: 'unknown',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  });
}
