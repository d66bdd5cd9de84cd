import { at } from './api';

/** One server-sent event. */
export interface LiveEvent {
  id: string;
  type: string;
  data: string;
}

/** Takes apart a text/event-stream as it comes, in pieces of any size (WHATWG HTML 9.2.6). */
export class EventParser {
  private rest = '';
  private id = '';
  private type = '';
  private data: string[] = [];

  /** The events that are complete with this piece. Comments give none. */
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

/** What the live connection tells its owner. */
export interface LiveListener {
  event(event: LiveEvent): void;
  /** The stream is open; {@code resumed} when it went on after the last event seen. */
  opened(resumed: boolean): void;
  /** Time to ask the server instead: no stream, or one that is held back on the way. */
  poll(): void;
  /** The stream was refused as not signed in; answers whether to try again. */
  refused(): Promise<boolean>;
}

const SILENCE = 40_000;
const POLL = 4_000;
const LONGEST_PAUSE = 15_000;

/**
 * Keeps a stream of server-sent events open, goes on with Last-Event-ID after a break, and asks for
 * polling while nothing comes through. By fetch and not by EventSource, which tells neither the
 * status of an answer nor whether a proxy holds the stream back.
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
