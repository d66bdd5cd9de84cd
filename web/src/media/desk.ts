import type { Extracted, Labels, Order, Probe, Report } from './kinds';

type Listener = (report: Report) => void;
type Draw = (peaks: Float32Array | null, done: boolean) => void;
type Unsent = Order extends infer Each ? (Each extends Order ? Omit<Each, 'job'> : never) : never;

let worker: Worker | null = null;
let lastJob = 0;
const listeners = new Map<number, Listener>();

/** The worker, started when the first file is to be read. */
function staff(): Worker {
  if (!worker) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'media' });
    worker.addEventListener('message', (message: MessageEvent<Report>) => {
      listeners.get(message.data.job)?.(message.data);
    });
    worker.addEventListener('error', () => {
      for (const [job, listener] of listeners) {
        listener({ job, kind: 'failed', message: 'the reader of media stopped' });
      }
      worker = null;
    });
  }
  return worker;
}

function give(order: Unsent, listener: Listener): number {
  const job = ++lastJob;
  listeners.set(job, listener);
  staff().postMessage({ ...order, job });
  return job;
}

/** What a file holds; null when it is of no kind that is known here, or could not be read. */
export function probeFile(file: File): Promise<Probe | null> {
  return new Promise((resolve) => {
    const job = give({ task: 'probe', file }, (report) => {
      listeners.delete(job);
      resolve(report.kind === 'probe' ? report.probe : null);
    });
  });
}

/** Takes the sound out of a file. Aborting the signal ends the work and rejects. */
export function extractSound(
  file: File,
  track: number,
  exact: boolean,
  labels: Labels,
  name: string,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Extracted> {
  return new Promise((resolve, reject) => {
    const job = give({ task: 'extract', file, track, exact, labels, name }, (report) => {
      if (report.kind === 'progress') {
        progress(report.fraction);
        return;
      }
      listeners.delete(job);
      if (report.kind === 'extracted') {
        resolve(report.extracted);
      } else {
        reject(new Error(report.kind === 'failed' ? report.message : 'not an answer'));
      }
    });
    signal.addEventListener('abort', () => {
      staff().postMessage({ job, task: 'drop' } satisfies Order);
      listeners.delete(job);
      reject(new DOMException('the sound is no longer wanted', 'AbortError'));
    });
  });
}

/**
 * Draws a waveform bit by bit.
 *
 * @return ends the work
 */
export function wave(
  file: Blob,
  track: number,
  bins: number,
  whole: boolean,
  draw: Draw,
): () => void {
  return drawn({ task: 'peaks', file, track, bins, whole }, draw);
}

/**
 * Draws the waveform of a long MP3 at the server, of which it reads only some places.
 *
 * @return ends the work
 */
export function farWave(url: string, size: number, bins: number, draw: Draw): () => void {
  return drawn({ task: 'glance', url, size, bins }, draw);
}

function drawn(order: Unsent, draw: Draw): () => void {
  const job = give(order, (report) => {
    if (report.kind === 'peaks') {
      draw(report.peaks, report.done);
    } else {
      draw(null, true);
    }
    if (report.kind !== 'peaks' || report.done) {
      listeners.delete(job);
    }
  });
  return () => {
    if (listeners.delete(job)) {
      staff().postMessage({ job, task: 'drop' } satisfies Order);
    }
  };
}
