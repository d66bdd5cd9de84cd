import { at, call, CSRF_HEADER, steadyCsrf } from './api';
import { problemOf, Trouble } from './problem';

/** What was found out about the way to the server. */
export interface Findings {
  /** Milliseconds until the server answered. */
  answer: number;
  /** The largest piece that got through, bytes. */
  largest: number;
  /** The smallest that was refused; 0 when all got through. */
  refused: number;
  /** Who refused it; empty while nobody did or it did not say. */
  hop: string;
  /** Bytes per second of the last pieces. */
  speed: number;
  /** Whether the server knew how far the upload was. */
  resumes: boolean;
  events: 'live' | 'held' | 'fail';
}

const MIB = 1 << 20;
const PIECES = [256 * 1024, MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const ALL = 64 * MIB;
/** Milliseconds; on a slow line larger pieces would only keep a person waiting. */
const LONG_ENOUGH = 5_000;
const TUS = { 'Tus-Resumable': '1.0.0' };

/** Measures by a throw-away upload, in growing pieces; it is deleted at the end. */
export async function measure(progress: (part: number) => void): Promise<Findings> {
  const began = performance.now();
  await call('GET', 'v1/limits');
  const answer = performance.now() - began;
  const events = listen();
  const found: Findings = {
    answer,
    largest: 0,
    refused: 0,
    hop: '',
    speed: 0,
    resumes: false,
    events: 'fail',
  };
  const url = await create();
  try {
    await grow(url, found, progress);
    found.resumes = await offset(url) >= found.largest && found.largest > 0;
  } finally {
    await fetch(url, { method: 'DELETE', headers: { ...TUS, [CSRF_HEADER]: await steadyCsrf() } }).catch(
      () => undefined,
    );
  }
  found.events = await events;
  progress(1);
  return found;
}

async function create(): Promise<string> {
  const response = await fetch(at('v1/uploads'), {
    method: 'POST',
    headers: {
      ...TUS,
      [CSRF_HEADER]: await steadyCsrf(),
      'Upload-Length': String(ALL),
      'Upload-Metadata': `filename ${btoa('connection-check.bin')}`,
    },
  });
  const location = response.headers.get('Location');
  if (response.status !== 201 || !location) {
    throw await trouble(response);
  }
  return new URL(location, at('v1/uploads')).href;
}

async function grow(url: string, found: Findings, progress: (part: number) => void): Promise<void> {
  let sent = 0;
  for (const [index, size] of PIECES.entries()) {
    progress(index / PIECES.length);
    const body = noise(size);
    const began = performance.now();
    const response = await fetch(url, {
      method: 'PATCH',
      headers: {
        ...TUS,
        [CSRF_HEADER]: await steadyCsrf(),
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(sent),
      },
      body,
    }).catch(() => null);
    if (response?.status === 204) {
      sent += size;
      found.largest = size;
      const took = Math.max(1, performance.now() - began);
      found.speed = (size * 1000) / took;
      if (took > LONG_ENOUGH) {
        return;
      }
      continue;
    }
    // A proxy may close the connection in the middle of a body that is too large for it.
    const problem = response ? (await trouble(response)).problem : null;
    if (problem && !problem.code.startsWith('hop-')) {
      throw new Trouble(problem);
    }
    found.refused = size;
    found.hop = problem?.hop ?? '';
    return;
  }
}

async function offset(url: string): Promise<number> {
  const response = await fetch(url, { method: 'HEAD', headers: TUS, cache: 'no-store' }).catch(
    () => null,
  );
  return Number(response?.headers.get('Upload-Offset') ?? -1);
}

/** Whether a stream of events begins at once, late, or not at all. */
async function listen(): Promise<Findings['events']> {
  const stop = new AbortController();
  const began = performance.now();
  const timer = window.setTimeout(() => stop.abort(), 8_000);
  try {
    const response = await fetch(at('v1/events'), {
      headers: { Accept: 'text/event-stream' },
      signal: stop.signal,
      cache: 'no-store',
    });
    if (!response.ok || !response.body) {
      return 'fail';
    }
    await response.body.getReader().read();
    return performance.now() - began < 3_000 ? 'live' : 'held';
  } catch {
    return stop.signal.aborted ? 'held' : 'fail';
  } finally {
    window.clearTimeout(timer);
    stop.abort();
  }
}

/** Bytes that no proxy can compress. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65_536) {
    crypto.getRandomValues(bytes.subarray(from, Math.min(size, from + 65_536)));
  }
  return bytes;
}

async function trouble(response: Response): Promise<Trouble> {
  return new Trouble(
    problemOf({
      status: response.status,
      contentType: response.headers.get('Content-Type') ?? '',
      server: response.headers.get('Server') ?? '',
      retryAfter: response.headers.get('Retry-After') ?? '',
      body: await response.text().catch(() => ''),
    }),
  );
}
