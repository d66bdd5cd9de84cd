import { extract } from './extract';
import { drawPreview, type ReadRange } from './waveform-preview';
import type { Extracted, WorkerRequest, WorkerReply, Sink } from './types';
import { Jobs } from './jobs';
import { drawPeaks } from './peaks';
import type { Decode } from './pieces';
import { probe } from './probe';

// All media files are read in this worker, so that a slow disk or an unusual file never blocks the page.

const jobs = new Jobs();
const answer = (reply: WorkerReply, transfer: Transferable[] = []) => self.postMessage(reply, { transfer });

/** Pieces that the page decodes. */
const decoding = new Map<number, (peaks: Float32Array | null) => void>();
let pieces = 0;

const decode: Decode = (file, parts) =>
  new Promise((resolve, reject) => {
    const piece = ++pieces;
    decoding.set(piece, (peaks) => (peaks ? resolve(peaks) : reject(new Error('the audio cannot be decoded here'))));
    answer({ job: piece, kind: 'decode', file, parts });
  });

self.addEventListener('message', ({ data: request }: MessageEvent<WorkerRequest>) => {
  const { job } = request;
  if (request.task === 'decoded') {
    decoding.get(job)?.(request.peaks);
    decoding.delete(job);
    return;
  }
  if (request.task === 'cancel') {
    jobs.cancel(job);
    return;
  }
  void jobs
    .run(job, (cancelled) => work(request, cancelled))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      answer({ job, kind: 'failed', message });
    });
});

async function work(request: Exclude<WorkerRequest, { task: 'cancel' | 'decoded' }>, isCancelled: () => boolean): Promise<void> {
  const { job } = request;
  switch (request.task) {
    case 'probe':
      answer({ job, kind: 'probe', probe: await probe(request.file) });
      return;
    case 'extract': {
      const store = await openAudioStore(request.name);
      try {
        const offset = await extract(request.file, request.track, request.part, request.tags, store, isCancelled, (fraction) =>
          answer({ job, kind: 'progress', fraction }),
        );
        answer({ job, kind: 'extracted', extracted: { ...(await store.finish()), offset } });
      } catch (error) {
        await store.discard();
        throw error;
      }
      return;
    }
    case 'peaks':
      await drawPeaks(request.file, request.track, request.bins, request.whole, decode, isCancelled, (peaks, done) =>
        answer({ job, kind: 'peaks', peaks, done }),
      );
      return;
    case 'preview':
      await drawPreview(reader(request.url), request.size, request.bins, decode, isCancelled, (peaks, done) =>
        answer({ job, kind: 'peaks', peaks, done }),
      );
  }
}

/** Reads parts of a file on the server. */
function reader(url: string): ReadRange {
  return async (from, to) => {
    const response = await fetch(url, { headers: { Range: `bytes=${from}-${to - 1}` }, credentials: 'same-origin' });
    if (response.status !== 206) {
      await response.body?.cancel();
      throw new Error(`the server answers ${response.status} to a request for a part`);
    }
    return new Uint8Array(await response.arrayBuffer());
  };
}

interface AudioStore extends Sink {
  finish(): Promise<Omit<Extracted, 'offset'>>;
  discard(): Promise<void>;
}

/** Opens storage for the extracted audio: a private file where the browser has them, so that it survives a reload. */
async function openAudioStore(name: string): Promise<AudioStore> {
  try {
    if (name !== '') {
      return await PrivateFile.open(name);
    }
  } catch {
    // Private windows and plain http have no private files; then memory is used.
  }
  return new Memory();
}

class PrivateFile implements AudioStore {
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

  async finish(): Promise<Omit<Extracted, 'offset'>> {
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

class Memory implements AudioStore {
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

  async finish(): Promise<Omit<Extracted, 'offset'>> {
    return { name: '', blob: new Blob(this.parts), size: this.size };
  }

  async discard(): Promise<void> {
    this.parts = [];
  }
}
