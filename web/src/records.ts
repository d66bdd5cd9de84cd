import type { Options } from './api';
import type { Tags } from './media/types';

/**
 * What the browser stores of an upload so that it can resume after a reload. A record is deleted when
 * its upload ends or its owner signs out. The names are those of records that browsers have stored
 * already, so they do not change.
 */
export interface UploadRecord {
  key: string;
  account: string;
  name: string;
  /** Of the file that was chosen. */
  sourceSize: number;
  lastModified: number;
  /** Bytes to upload in all. */
  total: number;
  /** Address of the upload on the server; empty while there is none. */
  url: string;
  /** Whether the person has asked to upload it. */
  wanted: boolean;
  /** Whether only the audio is uploaded. */
  soundOnly: boolean;
  /** Name of the extracted audio in the origin's private file system; empty when there is none. */
  kept: string;
  /** Seconds of the source before that audio. Absent in older records: 0. */
  offset?: number;
  options: Options;
  /** Texts only; a cover is in the extracted audio already. */
  labels: Tags;
  startedAt: number;
  /** Whether the person has paused it. */
  paused?: boolean;
}

const KEY = 'tapedeck.uploads';

export function readRecords(): UploadRecord[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? (value as UploadRecord[]) : [];
  } catch {
    return [];
  }
}

export function writeRecord(record: UploadRecord): void {
  const others = readRecords().filter((other) => other.key !== record.key);
  store([...others, record]);
}

export function removeRecord(key: string): void {
  store(readRecords().filter((other) => other.key !== key));
}

function store(records: UploadRecord[]): void {
  try {
    if (records.length === 0) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, JSON.stringify(records));
    }
  } catch {
    // Without storage an upload cannot resume after a reload; all else works.
  }
}

const PREFIX = 'tapedeck-';

/** The name under which the extracted audio of an upload is stored. */
export function audioName(key: string): string {
  return PREFIX + key;
}

/** Audio that was extracted before, if the browser still has all of it. */
export async function readAudio(name: string, size: number): Promise<File | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle(name)).getFile();
    return file.size === size ? file : null;
  } catch {
    return null;
  }
}

export async function removeAudio(name: string): Promise<void> {
  if (name === '') {
    return;
  }
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(name);
  } catch {
    // It was not there.
  }
}

/** Deletes audio that belongs to no record, left by tabs that were closed at a bad moment. */
export async function sweepAudio(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const known = new Set(readRecords().map((record) => record.kept));
    for await (const name of root.keys()) {
      if (name.startsWith(PREFIX) && !known.has(name)) {
        await root.removeEntry(name).catch(() => undefined);
      }
    }
  } catch {
    // No private files here.
  }
}

const DATABASE = 'tapedeck';
const HANDLES = 'files';

function inHandles<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open(DATABASE, 1);
    open.onupgradeneeded = () => open.result.createObjectStore(HANDLES);
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const request = work(open.result.transaction(HANDLES, mode).objectStore(HANDLES));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      open.result.close();
    };
  });
}

/** Stores where a file is, for browsers that can open it again after a reload (if the person agrees). */
export async function keepHandle(key: string, handle: FileSystemFileHandle): Promise<void> {
  await inHandles('readwrite', (store) => store.put(handle, key)).catch(() => undefined);
}

export async function readHandle(key: string): Promise<FileSystemFileHandle | null> {
  const found = await inHandles<FileSystemFileHandle | undefined>('readonly', (store) =>
    store.get(key),
  ).catch(() => undefined);
  return found ?? null;
}

export async function removeHandle(key: string): Promise<void> {
  await inHandles('readwrite', (store) => store.delete(key)).catch(() => undefined);
}
