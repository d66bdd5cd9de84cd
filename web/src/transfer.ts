import { at, csrf, CSRF_HEADER, steadyCsrf } from './api';
import { localProblem, problemOf, type Problem } from './problem';
import { session } from './session.svelte';

/** Pieces of 16 MiB pass the body limits of most hosted proxies; where they do not, they get smaller. */
const PIECE = 16 << 20;
const SMALLEST_PIECE = 256 << 10;
/** How often one piece is tried before a person is asked. */
const TRIES = 7;
const LONGEST_PAUSE = 15_000;

let piece = PIECE;

/** The size of pieces that passes here, as far as known. */
export const pieceSize = (): number => piece;

export interface TransferEvents {
  url(url: string): void;
  progress(sent: number, total: number): void;
  /** The pieces had to become smaller because something on the way refused them. */
  smaller(hop: string, refused: number): void;
  /** The connection is lost, or who answers cannot help now; it goes on by itself. */
  waiting(problem: Problem): void;
  done(conversion: string): void;
  failed(problem: Problem): void;
}

/** One way of bytes to the server by tus 1.0; it can be stopped and gone on with. */
export class Transfer {
  private stopped = false;
  private failures = 0;
  private current: import('tus-js-client').Upload | null = null;

  /**
   * @param url of an upload begun before; empty for a new one
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
      } else if ((problem.retryable || problem.status === 423) && this.failures < TRIES) {
        this.events.waiting(problem);
        await online(this.pause(problem));
      } else {
        this.events.failed(problem);
        return;
      }
    }
  }

  /** Longer after each failure; at least as long as the answer asked for. */
  private pause(problem: Problem): number {
    const usual = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.failures++, 6));
    return Math.max(problem.retryAfter * 1000, usual);
  }

  /** Stops sending; what has arrived stays for another time. */
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
        onProgress: (sent, total) => this.events.progress(sent, total),
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
 * Deletes an upload at the server. What is gone already is no fault.
 *
 * @param leaving whether the page is being left, so that there is no time to wait for anything
 */
export async function forget(url: string, leaving = false): Promise<void> {
  const token = leaving ? csrf() : await steadyCsrf();
  await fetch(url, {
    method: 'DELETE',
    headers: { 'Tus-Resumable': '1.0.0', [CSRF_HEADER]: token },
    credentials: 'same-origin',
    // Also while the page is left.
    keepalive: true,
  }).catch(() => undefined);
}

type TusResponse = import('tus-js-client').HttpResponse;
type TusError = import('tus-js-client').DetailedError;

/** The answer to the last piece says where the conversion is. */
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
