import type { Part } from './mp4-part';
import type { Extracted, Tags, WorkerRequest, Probe, WorkerReply } from './types';

type Listener = (reply: WorkerReply) => void;
type Draw = (peaks: Float32Array | null, done: boolean) => void;
type Unnumbered = WorkerRequest extends infer Each ? (Each extends WorkerRequest ? Omit<Each, 'job'> : never) : never;

let worker: Worker | null = null;
let lastJob = 0;
const listeners = new Map<number, Listener>();

/** The worker, started when the first file is to be read. */
function startedWorker(): Worker {
  if (!worker) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'media' });
    worker.addEventListener('message', (message: MessageEvent<WorkerReply>) => {
      const reply = message.data;
      if (reply.kind === 'decode') {
        void decode(reply.file, reply.parts)
          .catch(() => null)
          .then((peaks) => worker?.postMessage({ job: reply.job, task: 'decoded', peaks } satisfies WorkerRequest));
      } else {
        listeners.get(reply.job)?.(reply);
      }
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

/** The loudest sample of each of some equal parts of a small audio file. */
async function decode(file: Uint8Array, parts: number): Promise<Float32Array> {
  const audio = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(file.slice().buffer);
  const peaks = new Float32Array(parts);
  for (let channel = 0; channel < audio.numberOfChannels; channel++) {
    const samples = audio.getChannelData(channel);
    for (let at = 0; at < samples.length; at++) {
      const part = Math.floor((at * parts) / samples.length);
      peaks[part] = Math.min(1, Math.max(peaks[part]!, Math.abs(samples[at]!)));
    }
  }
  return peaks;
}

function post(request: Unnumbered, listener: Listener): number {
  const job = ++lastJob;
  listeners.set(job, listener);
  startedWorker().postMessage({ ...request, job });
  return job;
}

/** What a file holds; null when its container is unknown or the file cannot be read. */
export function probeFile(file: File): Promise<Probe | null> {
  return new Promise((resolve) => {
    const job = post({ task: 'probe', file }, (reply) => {
      listeners.delete(job);
      resolve(reply.kind === 'probe' ? reply.probe : null);
    });
  });
}

/** Extracts the audio of a file. Aborting the signal ends the work and rejects. */
export function extractAudio(
  file: File,
  track: number,
  part: Part | null,
  tags: Tags,
  name: string,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<Extracted> {
  return new Promise((resolve, reject) => {
    const job = post({ task: 'extract', file, track, part, tags, name }, (reply) => {
      if (reply.kind === 'progress') {
        progress(reply.fraction);
        return;
      }
      listeners.delete(job);
      if (reply.kind === 'extracted') {
        resolve(reply.extracted);
      } else {
        reject(new Error(reply.kind === 'failed' ? reply.message : 'not an answer'));
      }
    });
    signal.addEventListener('abort', () => {
      startedWorker().postMessage({ job, task: 'cancel' } satisfies WorkerRequest);
      listeners.delete(job);
      reject(new DOMException('the audio is no longer wanted', 'AbortError'));
    });
  });
}

/**
 * Draws a waveform step by step.
 *
 * @return a function that ends the work
 */
export function drawWaveform(
  file: Blob,
  track: number,
  bins: number,
  whole: boolean,
  show: Draw,
): () => void {
  return draw({ task: 'peaks', file, track, bins, whole }, show);
}

/**
 * Draws the waveform of a long MP3 on the server, of which it reads only some places.
 *
 * @return a function that ends the work
 */
export function drawRemoteWaveform(url: string, size: number, bins: number, show: Draw): () => void {
  return draw({ task: 'preview', url, size, bins }, show);
}

function draw(request: Unnumbered, show: Draw): () => void {
  const job = post(request, (reply) => {
    if (reply.kind === 'peaks') {
      show(reply.peaks, reply.done);
    } else {
      show(null, true);
    }
    if (reply.kind !== 'peaks' || reply.done) {
      listeners.delete(job);
    }
  });
  return () => {
    if (listeners.delete(job)) {
      startedWorker().postMessage({ job, task: 'cancel' } satisfies WorkerRequest);
    }
  };
}
