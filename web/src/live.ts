import { at } from './api';

/** One server-sent event. */
export interface LiveEvent {
  id: string;
  type: string;
  data: string;
}

/** Parses a text/event-stream that arrives in pieces of any size (WHATWG HTML 9.2.6). */
export class EventParser {
  private rest = '';
  private id = '';
  private type = '';
  private data: string[] = [];

  /** The events that this piece completes; comments are ignored. */
  push(piece: string): LiveEvent[] {
    const events: LiveEvent[] = [];
    this.rest += piece;
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) {
          events.push({ id: this.id, type: this.type || 'message', data: this.data.join('\n') });
        }
        this.type = '';
        this.data = [];
      } else {
        this.field(line);
      }
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      this.data.push(value);
    } else if (name === 'event') {
      this.type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.id = value;
    }
  }
}

/** Receives what happens to the live connection. */
export interface LiveListener {
  event(event: LiveEvent): void;
  /** The stream is open; {@code resumed} when it continues after the last event received. */
  opened(resumed: boolean): void;
  /** It is time to poll the server: there is no stream, or a proxy holds it back. */
  poll(): void;
  /** The stream was refused because nobody is signed in; answers whether to try again. */
  refused(): Promise<boolean>;
}

const SILENCE = 40_000;
const POLL = 4_000;
const LONGEST_PAUSE = 15_000;

/**
 * Keeps a stream of server-sent events open, resumes it with Last-Event-ID after a break, and asks for
 * polling while nothing arrives. It uses fetch, because EventSource shows neither the status of a
 * response nor whether a proxy holds the stream back.
 */
export class Live {
  private readonly stop = new AbortController();
  private lastId = '';
  private alive = false;
  private pollTimer = 0;

  constructor(private readonly listener: LiveListener) {
    this.pollTimer = window.setInterval(() => {
      if (!this.alive && document.visibilityState === 'visible') {
        listener.poll();
      }
    }, POLL);
    void this.run();
  }

  close(): void {
    this.stop.abort();
    window.clearInterval(this.pollTimer);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stop.signal.aborted) {
      const outcome = await this.stream();
      this.alive = false;
      if (outcome === 'refused' && !(await this.listener.refused())) {
        return;
      }
      failures = outcome === 'ended' ? 0 : failures + 1;
      await this.pause(Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures, 5)));
    }
  }

  private async stream(): Promise<'ended' | 'failed' | 'refused'> {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    this.stop.signal.addEventListener('abort', giveUp);
    let watchdog = window.setTimeout(giveUp, SILENCE);
    try {
      const response = await fetch(at('v1/events'), {
        headers: {
          Accept: 'text/event-stream',
          ...(this.lastId === '' ? {} : { 'Last-Event-ID': this.lastId }),
        },
        signal: attempt.signal,
        cache: 'no-store',
        credentials: 'same-origin',
      });
      const type = response.headers.get('Content-Type') ?? '';
      if (!response.ok || !type.startsWith('text/event-stream') || !response.body) {
        void response.body?.cancel();
        return response.status === 401 ? 'refused' : 'failed';
      }
      const parser = new EventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return 'ended';
        }
        window.clearTimeout(watchdog);
        watchdog = window.setTimeout(giveUp, SILENCE);
        if (!this.alive) {
          this.alive = true;
          this.listener.opened(this.lastId !== '');
        }
        for (const event of parser.push(value)) {
          this.lastId = event.id || this.lastId;
          this.listener.event(event);
        }
      }
    } catch {
      return 'failed';
    } finally {
      window.clearTimeout(watchdog);
      this.stop.signal.removeEventListener('abort', giveUp);
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = window.setTimeout(done, milliseconds);
      const signal = this.stop.signal;
      function done() {
        window.clearTimeout(timer);
        window.removeEventListener('online', done);
        signal.removeEventListener('abort', done);
        resolve();
      }
      window.addEventListener('online', done);
      signal.addEventListener('abort', done);
    });
  }
}
