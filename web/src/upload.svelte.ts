import type { Options } from './api';
import type { Labels, Probe, Track } from './media/kinds';
import { NO_LABELS } from './media/labels';
import { checkPart, type PartFault } from './part';
import type { Problem } from './problem';
import { Meter } from './rate';
import type { Transfer } from './transfer';

export type Phase =
  | 'reading' // the file's index is being read
  | 'choosing' // waits for its owner to send it
  | 'waiting' // waits for its turn, or for a sign-in
  | 'copying' // the sound is being taken out
  | 'sending'
  | 'paused'
  | 'stopped' // interrupted; the file has to be chosen again
  | 'handing' // all bytes are there; the conversion is about to appear
  | 'stored' // there is a conversion
  | 'failed';

/** One file on its way to the server. */
export class Upload {
  readonly key: string;
  readonly startedAt: number;
  readonly sourceSize: number;
  name: string;
  lastModified: number;
  file: File | null = null;
  phase = $state<Phase>('reading');
  /** Whether its owner has said to send it. */
  wanted = $state(false);
  probe = $state.raw<Probe | null>(null);
  soundOnly = $state(false);
  options = $state<Options>({});
  /** Go with the sound alone, because they are written into its file. */
  labels = $state.raw<Labels>(NO_LABELS);
  total = $state(0);
  sent = $state(0);
  copied = $state(0);
  perSecond = $state(0);
  secondsLeft = $state(0);
  /** Why it waits before it goes on by itself; null while it does not. */
  held = $state.raw<Problem | null>(null);
  smaller = $state.raw<{ hop: string; refused: number } | null>(null);
  problem = $state.raw<Problem | null>(null);
  conversion = $state('');
  /** Whether it is being removed, and that can still be taken back. */
  leaving = $state(false);
  /** The part's ends as they were written, while they are no good; else empty. */
  written = $state({ start: '', end: '' });
  url = '';
  kept = '';
  sound: Blob | null = null;
  transfer: Transfer | null = null;
  copying: AbortController | null = null;
  private readonly meter = new Meter();

  constructor(key: string, name: string, sourceSize: number, lastModified: number, startedAt: number) {
    this.key = key;
    this.name = name;
    this.sourceSize = sourceSize;
    this.lastModified = lastModified;
    this.startedAt = startedAt;
    this.total = sourceSize;
  }

  /** The track that is chosen, as it was found in the file. */
  get track(): Track | null {
    return this.probe?.tracks[(this.options.track ?? 1) - 1] ?? null;
  }

  /** Whether the sound alone can be sent, and is less than the file: of sound files, only one track of several is. */
  get extractable(): boolean {
    const more = this.probe !== null && (this.probe.hasVideo || this.probe.tracks.length > 1);
    return more && this.track?.extractable === true;
  }

  /** Seconds of audio that the MP3 should have by what was read from the file; 0 while unknown. */
  get wantedSeconds(): number {
    const { start = 0, end } = this.options;
    const length = this.track?.duration ?? 0;
    return Math.max(0, Math.min(end ?? length, length) - start);
  }

  /** What is wrong with the part that was written; null when it can be uploaded. */
  get partFault(): PartFault | null {
    return checkPart(this.written, this.options, this.probe?.duration ?? 0);
  }

  progress(sent: number, total: number): void {
    this.held = null;
    this.sent = sent;
    this.total = total;
    this.meter.mark(sent, performance.now());
    this.perSecond = this.meter.perSecond();
    this.secondsLeft = this.meter.secondsTo(total);
  }

  still(): void {
    this.meter.reset();
    this.perSecond = 0;
    this.secondsLeft = 0;
  }
}

/** What the server is told beside the bytes. In a file of one track the wanted one is the first. */
export function metadataOf(upload: Upload): Record<string, string> {
  const { track, ...options } = $state.snapshot(upload.options);
  const metadata: Record<string, string> = {
    filename: upload.name.slice(0, 300),
    filetype: upload.file?.type || 'application/octet-stream',
  };
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) {
      metadata[name] = String(value);
    }
  }
  if (!upload.soundOnly && track !== undefined && track !== 1) {
    metadata['track'] = String(track);
  }
  return metadata;
}
