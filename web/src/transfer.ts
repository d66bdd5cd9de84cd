import { at, csrf, CSRF_HEADER, steadyCsrf } from './api';
import { localProblem, problemOf, type Problem } from './problem';
import { session } from './session.svelte';

/** Pieces of 16 MiB pass the body limits of most hosted proxies; where one refuses them, they get smaller. */
const PIECE = 16 << 20;
const SMALLEST_PIECE = 256 << 10;
/** Attempts for one piece before the upload fails and the person has to act. */
const TRIES = 7;
const LONGEST_PAUSE = 15_000;
/**
 * The server still writes what an earlier request brought: it holds the lock (423), or has more bytes by now than it said
 * (409). The next attempt asks for the offset again.
 */
const MOVED = [409, 423];

let piece = PIECE;

/** The largest piece size that is known to pass here, bytes. */
export const pieceSize = (): number => piece;

export interface TransferEvents {
  url(url: string): void;
  progress(uploaded: number, total: number): void;
  /** The pieces had to become smaller because a proxy refused them. */
  smaller(hop: string, refused: number): void;
  /** The connection is lost, or the server cannot answer now; the upload resumes by itself. */
  waiting(problem: Problem): void;
  done(conversion: string): void;
  failed(problem: Problem): void;
}

/** Uploads bytes with tus 1.0. An upload can be stopped and resumed later. */
export class Transfer {
  private stopped = false;
  private failures = 0;
  private current: import('tus-js-client').Upload | null = null;

  /**
   * @param url address of an earlier upload to resume; empty for a new one
   */
  constructor(
    private readonly blob: Blob,
    private readonly metadata: Record<string, string>,
    private url: string,
    private readonly events: TransferEvents,
  ) {}

  async run(): Promise<void> {
    while (!this.stopped) {
      const problem = await this.attempt();
      if (this.stopped || problem === null) {
        return;
      }
      if (problem.code === 'hop-too-large' && piece > SMALLEST_PIECE) {
        this.events.smaller(problem.hop, piece);
        piece = Math.max(SMALLEST_PIECE, piece / 4);
      } else if (problem.code === 'offline') {
        this.events.waiting(problem);
        await online(this.pause(problem));
      } else if (problem.code === 'forbidden' && this.failures++ < 2) {
        await session.refresh();
      } else if (problem.status === 401 && this.failures++ < 2 && (await session.refresh())) {
        continue;
      } else if ((problem.retryable || MOVED.includes(problem.status)) && this.failures < TRIES) {
        this.events.waiting(problem);
        await online(this.pause(problem));
      } else {
        this.events.failed(problem);
        return;
      }
    }
  }

  /** Milliseconds to wait: longer after each failure, and at least as long as the response demands. */
  private pause(problem: Problem): number {
    const growing = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.failures++, 6));
    return Math.max(problem.retryAfter * 1000, growing);
  }

  /** Stops the upload; the server keeps what has arrived. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.current?.abort();
  }

  private async attempt(): Promise<Problem | null> {
    const { Upload, DetailedError } = await import('tus-js-client');
    let conversion = '';
    return new Promise((resolve) => {
      if (this.stopped) {
        resolve(null);
        return;
      }
      const upload = new Upload(this.blob as File, {
        endpoint: at('v1/uploads'),
        uploadUrl: this.url === '' ? null : this.url,
        metadata: this.metadata,
        chunkSize: piece,
        retryDelays: null,
        storeFingerprintForResuming: false,
        removeFingerprintOnSuccess: false,
        uploadDataDuringCreation: false,
        onBeforeRequest: async (request) => request.setHeader(CSRF_HEADER, await steadyCsrf()),
        onAfterResponse: (_request, response) => {
          conversion = conversionIn(response) || conversion;
        },
        onUploadUrlAvailable: () => {
          this.url = upload.url ?? this.url;
          this.events.url(this.url);
        },
        onProgress: (uploaded, total) => this.events.progress(uploaded, total),
        onChunkComplete: () => (this.failures = 0),
        onSuccess: (payload) => {
          this.events.done(conversionIn(payload.lastResponse) || conversion);
          resolve(null);
        },
        onError: (error) => {
          resolve(error instanceof DetailedError ? problemIn(error) : unreadable(error));
        },
      });
      this.current = upload;
      upload.start();
    });
  }
}

/**
 * Deletes an upload on the server. One that is already gone is no problem.
 *
 * @param closing whether the page is being closed, so that there is no time to wait
 */
export async function forget(url: string, closing = false): Promise<void> {
  const token = closing ? csrf() : await steadyCsrf();
  await fetch(url, {
    method: 'DELETE',
    headers: { 'Tus-Resumable': '1.0.0', [CSRF_HEADER]: token },
    credentials: 'same-origin',
    // Also while the page is being closed.
    keepalive: true,
  }).catch(() => undefined);
}

type TusResponse = import('tus-js-client').HttpResponse;
type TusError = import('tus-js-client').DetailedError;

/** The response to the last piece has the conversion's address. */
function conversionIn(response: TusResponse | null): string {
  return /\/conversions\/([^/?]+)$/.exec(response?.getHeader('Location') ?? '')?.[1] ?? '';
}

function problemIn(error: TusError): Problem {
  const response = error.originalResponse;
  if (!response || response.getStatus() === 0) {
    return error.originalRequest ? localProblem('offline') : unreadable(error);
  }
  return problemOf({
    status: response.getStatus(),
    contentType: response.getHeader('Content-Type') ?? '',
    server: response.getHeader('Server') ?? '',
    retryAfter: response.getHeader('Retry-After') ?? '',
    body: response.getBody() ?? '',
  });
}

function unreadable(error: Error): Problem {
  return localProblem('file-unreadable', { detail: error.message });
}

/** Waits that long, or until the browser says that it is online again. */
function online(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = window.setTimeout(done, milliseconds);
    window.addEventListener('online', done);
  });
}
