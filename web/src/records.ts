import type { Options } from './api';
import type { Labels } from './media/kinds';

/**
 * What the browser keeps of a file so that it is there after a reload: where it goes and which
 * file it was. A record goes when its upload ends or its owner signs out.
 */
export interface UploadRecord {
  key: string;
  account: string;
  name: string;
  /** Of the file that was chosen. */
  sourceSize: number;
  lastModified: number;
  /** Bytes that are sent in all. */
  total: number;
  /** Empty while the server has not given one. */
  url: string;
  /** Whether its owner has said to send it. */
  wanted: boolean;
  soundOnly: boolean;
  /** Name of the sound in the origin's private file system; empty when there is none. */
  kept: string;
  options: Options;
  /** The words; a cover is in the sound that is kept. */
  labels: Labels;
  startedAt: number;
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
    // A full or forbidden storage costs resuming after a reload, nothing else.
  }
}

const SOUND = 'tapedeck-';

/** The name under which the sound of an upload is kept. */
export function soundName(key: string): string {
  return SOUND + key;
}

/** The sound that was taken out before, if the browser still has all of it. */
export async function readSound(name: string, size: number): Promise<File | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle(name)).getFile();
    return file.size === size ? file : null;
  } catch {
    return null;
  }
}

export async function removeSound(name: string): Promise<void> {
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

/** Removes sounds that no record knows: of tabs that were closed at a bad moment. */
export async function sweepSounds(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const known = new Set(readRecords().map((record) => record.kept));
    for await (const name of root.keys()) {
      if (name.startsWith(SOUND) && !known.has(name)) {
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

/** Where a file is, for browsers that can open it again after a reload (with its owner's consent). */
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
