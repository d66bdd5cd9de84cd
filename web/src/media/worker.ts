import { extract } from './extract';
import { glance, type Read } from './glance';
import type { Extracted, Order, Report, Sink } from './kinds';
import { drawPeaks } from './peaks';
import { probe } from './probe';

// All reading of media happens here, away from the page: a slow disk or a strange file never makes
// the page stutter.

const dropped = new Set<number>();
const answer = (report: Report, transfer: Transferable[] = []) => self.postMessage(report, { transfer });

self.addEventListener('message', (message: MessageEvent<Order>) => {
  const order = message.data;
  if (order.task === 'drop') {
    dropped.add(order.job);
    return;
  }
  void work(order).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    answer({ job: order.job, kind: 'failed', message: text });
  });
});

async function work(order: Exclude<Order, { task: 'drop' }>): Promise<void> {
  const { job } = order;
  const gone = () => dropped.has(job);
  switch (order.task) {
    case 'probe':
      answer({ job, kind: 'probe', probe: await probe(order.file) });
      return;
    case 'extract': {
      const keep = await openKeep(order.name);
      try {
        await extract(order.file, order.track, order.exact, order.labels, keep, gone, (fraction) =>
          answer({ job, kind: 'progress', fraction }),
        );
        answer({ job, kind: 'extracted', extracted: await keep.finish() });
      } catch (error) {
        await keep.discard();
        throw error;
      }
      return;
    }
    case 'peaks':
      await drawPeaks(order.file, order.track, order.bins, order.whole, gone, (peaks, done) =>
        answer({ job, kind: 'peaks', peaks, done }),
      );
      return;
    case 'glance':
      await glance(reader(order.url), order.size, order.bins, gone, (peaks, done) =>
        answer({ job, kind: 'peaks', peaks, done }),
      );
  }
}

/** Reads a file at the server in parts. */
function reader(url: string): Read {
  return async (from, to) => {
    const response = await fetch(url, { headers: { Range: `bytes=${from}-${to - 1}` }, credentials: 'same-origin' });
    if (response.status !== 206) {
      await response.body?.cancel();
      throw new Error(`the server answers ${response.status} where a part was asked for`);
    }
    return new Uint8Array(await response.arrayBuffer());
  };
}

interface Keep extends Sink {
  finish(): Promise<Extracted>;
  discard(): Promise<void>;
}

/** A place for the sound: a private file where the browser has such, so that it outlives a reload. */
async function openKeep(name: string): Promise<Keep> {
  try {
    if (name !== '') {
      return await PrivateFile.open(name);
    }
  } catch {
    // Private windows and plain http have no private files; memory will do.
  }
  return new Memory();
}

class PrivateFile implements Keep {
  private at = 0;

  private constructor(
    private readonly name: string,
    private readonly handle: FileSystemSyncAccessHandle,
  ) {}

  static async open(name: string): Promise<PrivateFile> {
    const root = await navigator.storage.getDirectory();
    const file = await root.getFileHandle(name, { create: true });
    const handle = await file.createSyncAccessHandle();
    handle.truncate(0);
    return new PrivateFile(name, handle);
  }

  write(bytes: Uint8Array): void {
    this.at += this.handle.write(bytes as Uint8Array<ArrayBuffer>, { at: this.at });
  }

  patch(at: number, bytes: Uint8Array): void {
    this.handle.write(bytes as Uint8Array<ArrayBuffer>, { at });
  }

  async finish(): Promise<Extracted> {
    this.handle.flush();
    this.handle.close();
    return { name: this.name, blob: null, size: this.at };
  }

  async discard(): Promise<void> {
    this.handle.close();
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(this.name).catch(() => undefined);
  }
}

class Memory implements Keep {
  private parts: Blob[] = [];
  private size = 0;

  write(bytes: Uint8Array): void {
    this.parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    this.size += bytes.byteLength;
  }

  patch(at: number, bytes: Uint8Array): void {
    const whole = new Blob(this.parts);
    const after = whole.slice(at + bytes.length);
    this.parts = [whole.slice(0, at), new Blob([bytes as Uint8Array<ArrayBuffer>]), after];
  }

  async finish(): Promise<Extracted> {
    return { name: '', blob: new Blob(this.parts), size: this.size };
  }

  async discard(): Promise<void> {
    this.parts = [];
  }
}
