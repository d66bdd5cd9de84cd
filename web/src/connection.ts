import { at, call, CSRF_HEADER, steadyCsrf } from './api';
import { problemOf, ProblemError } from './problem';

/** What was measured of the connection to the server. */
export interface Findings {
  /** Milliseconds until the server answered. */
  answer: number;
  /** The largest piece that was accepted, bytes. */
  largest: number;
  /** The smallest piece that was refused, bytes; 0 when all were accepted. */
  refused: number;
  /** The proxy that refused it; empty when none did, or it is unknown. */
  hop: string;
  /** Bytes per second of the last pieces. */
  speed: number;
  /** Whether the server knew how much it had received. */
  resumes: boolean;
  events: 'live' | 'held' | 'fail';
}

const MIB = 1 << 20;
const PIECES = [256 * 1024, MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const ALL = 64 * MIB;
/** Milliseconds; on a slow connection larger pieces would only take a person's time. */
const LONG_ENOUGH = 5_000;
const TUS = { 'Tus-Resumable': '1.0.0' };

/** Measures with a test upload in growing pieces, which is deleted at the end. */
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
    await uploadPieces(url, found, progress);
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
    throw await problemOfResponse(response);
  }
  return new URL(location, at('v1/uploads')).href;
}

async function uploadPieces(url: string, found: Findings, progress: (part: number) => void): Promise<void> {
  let uploaded = 0;
  for (const [index, size] of PIECES.entries()) {
    progress(index / PIECES.length);
    const body = randomBytes(size);
    const began = performance.now();
    const response = await fetch(url, {
      method: 'PATCH',
      headers: {
        ...TUS,
        [CSRF_HEADER]: await steadyCsrf(),
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(uploaded),
      },
      body,
    }).catch(() => null);
    if (response?.status === 204) {
      uploaded += size;
      found.largest = size;
      const took = Math.max(1, performance.now() - began);
      found.speed = (size * 1000) / took;
      if (took > LONG_ENOUGH) {
        return;
      }
      continue;
    }
    // A proxy may close the connection in the middle of a body that is too large for it.
    const problem = response ? (await problemOfResponse(response)).problem : null;
    if (problem && !problem.code.startsWith('hop-')) {
      throw new ProblemError(problem);
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
function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65_536) {
    crypto.getRandomValues(bytes.subarray(from, Math.min(size, from + 65_536)));
  }
  return bytes;
}

async function problemOfResponse(response: Response): Promise<ProblemError> {
  return new ProblemError(
    problemOf({
      status: response.status,
      contentType: response.headers.get('Content-Type') ?? '',
      server: response.headers.get('Server') ?? '',
      retryAfter: response.headers.get('Retry-After') ?? '',
      body: await response.text().catch(() => ''),
    }),
  );
}
