import { call } from './api';

/** What the administrator's view reads of the API. */
export interface Person {
  id: string;
  email: string;
  role: 'user' | 'admin';
  createdAt: string;
  lastSeenAt: string | null;
  suspendedAt: string | null;
  usage: { storedBytes: number; audioSeconds: number; active: number };
  quota: Quota;
}

export interface Quota {
  storedBytes: number | null;
  audioSeconds: number | null;
  active: number | null;
}

export interface AnyConversion {
  id: string;
  account: string;
  state: string;
  progress: number;
  attempt: number;
  bytes: number;
  problem: { code: string; title: string; detail: string; hint: string } | null;
  changedAt: string;
}

export interface ServerState {
  version: string;
  now: string;
  waiting: { queued: number; longestSeconds: number; accounts: number; converting: number; deadLetters: number | null };
  disk: { free: number | null; margin: number };
  limits: {
    fileSize: number;
    storedBytes: number | null;
    audioSeconds: number | null;
    active: number;
    retentionSeconds: number;
  };
  parts: { name: string; state: 'up' | 'down'; reason: string | null }[];
  processes: { role: string; seenAt: string }[];
}

export interface DeadLetter {
  id: string;
  type: string;
  conversion: string;
  diedAt: string;
  tries: number;
  reason: string;
}

export interface Act {
  id: string;
  at: string;
  actor: string | null;
  act: string;
  about: string;
  detail: string;
}

/** A page of a list, and the cursor of the next one. */
export interface Paged<T> {
  items: T[];
  next: string | null;
}

/** Reads one page of a list; its items are under the given name. */
export async function readPage<T>(
  path: string,
  name: string,
  query: Record<string, string | number | undefined>,
): Promise<Paged<T>> {
  const said = await call<Record<string, unknown>>('GET', `v1/admin/${path}`, { query });
  return { items: said[name] as T[], next: (said.next as string | null) ?? null };
}

export const change = (id: string, json: object): Promise<Person> =>
  call<Person>('PATCH', `v1/admin/people/${id}`, { json });
