import type { Options } from './api';
import type { Part } from './media/mp4-part';
import type { Tags, Probe, Track } from './media/types';
import { NO_TAGS } from './media/tags';
import { exactClock } from './format';
import { checkPart, type PartFault } from './part';
import type { Problem } from './problem';
import { Meter } from './rate';
import type { Transfer } from './transfer';

export type Phase =
  | 'reading' // the file's index is being read
  | 'choosing' // waits for the person to upload it
  | 'waiting' // waits for its turn, or for a sign-in
  | 'extracting' // the audio is being extracted
  | 'uploading'
  | 'paused'
  | 'stopped' // interrupted by a reload; the file has to be chosen again
  | 'finishing' // all bytes are there; the conversion is about to appear
  | 'stored' // there is a conversion
  | 'failed';

/** Seconds before a part that may be uploaded with it, at most about. */
const AROUND = 12;

/** One file on its way to the server. */
export class Upload {
  readonly key: string;
  readonly startedAt: number;
  readonly sourceSize: number;
  name: string;
  lastModified: number;
  file: File | null = null;
  phase = $state<Phase>('reading');
  /** Whether the person has asked to upload it. */
  wanted = $state(false);
  probe = $state.raw<Probe | null>(null);
  /** Whether only the audio is uploaded. */
  audioOnly = $state(false);
  options = $state<Options>({});
  /** Written into the extracted audio; a whole video is uploaded without them. */
  tags = $state.raw<Tags>(NO_TAGS);
  /** Bytes. */
  total = $state(0);
  uploaded = $state(0);
  /** How much of the audio is extracted, 0 to 1. */
  extracted = $state(0);
  perSecond = $state(0);
  secondsLeft = $state(0);
  /** Why it pauses before it resumes by itself; null while it does not. */
  held = $state.raw<Problem | null>(null);
  smaller = $state.raw<{ hop: string; refused: number } | null>(null);
  problem = $state.raw<Problem | null>(null);
  conversion = $state('');
  /** Whether it is being removed, which can still be undone. */
  removing = $state(false);
  /** The part's ends as they were typed, while they are not valid; else empty. */
  written = $state({ start: '', end: '' });
  /** Whether the person has paused it; a reload does not resume it. */
  paused = false;
  url = '';
  /** Name of the extracted audio in the origin's private file system; empty when there is none. */
  storedName = '';
  /** Seconds of the source before the extracted audio. */
  offset = 0;
  audio: Blob | null = null;
  transfer: Transfer | null = null;
  extraction: AbortController | null = null;
  private readonly meter = new Meter();

  constructor(key: string, name: string, sourceSize: number, lastModified: number, startedAt: number) {
    this.key = key;
    this.name = name;
    this.sourceSize = sourceSize;
    this.lastModified = lastModified;
    this.startedAt = startedAt;
    this.total = sourceSize;
  }

  /** The chosen track, as it was found in the file; the file's default while none was chosen. */
  get track(): Track | null {
    const { track: chosen } = this.options;
    return (
      this.probe?.tracks.find(({ number, standard }) => (chosen === undefined ? standard : number === chosen)) ?? null
    );
  }

  /** Whether the audio alone can be uploaded and is smaller than the file: an audio file must have several tracks. */
  get extractable(): boolean {
    const more = this.probe !== null && (this.probe.hasVideo || this.probe.tracks.length > 1);
    return more && this.track?.extractable === true;
  }

  /** The chosen part; null for the whole. */
  get part(): Part | null {
    const { start = 0, end } = this.options;
    return start > 0 || (end ?? null) !== null ? { start, end: end ?? null } : null;
  }

  /** Whether only the chosen part of the audio is uploaded. */
  get cut(): boolean {
    return this.audioOnly && this.part !== null && this.track?.cuttable === true;
  }

  /** About how many bytes of audio would be uploaded. */
  get audioBytes(): number {
    const track = this.track;
    if (!track || !this.part || !track.cuttable || track.duration <= 0) {
      return track?.bytes ?? 0;
    }
    const [start, end] = [Math.max(0, this.part.start - AROUND), this.part.end ?? track.duration];
    return Math.round((track.bytes * Math.min(1, (end + 1 - start) / track.duration)));
  }

  /** The name for the server. Two parts of one file have different names. */
  get sentName(): string {
    const name = this.name.slice(0, 270);
    if (!this.part) {
      return this.name.slice(0, 300);
    }
    const dot = name.lastIndexOf('.');
    const stem = dot > 0 ? name.slice(0, dot) : name;
    const { start, end } = this.part;
    const last = end ?? this.probe?.duration ?? 0;
    const time = (seconds: number) => exactClock(seconds).replaceAll(':', '.');
    return `${stem} (${time(start)}–${last > 0 ? time(last) : ''})${dot > 0 ? name.slice(dot) : ''}`;
  }

  /** Seconds of audio that the MP3 should have by what was read from the file; 0 while unknown. */
  get wantedSeconds(): number {
    const { start = 0, end } = this.options;
    const length = this.track?.duration ?? 0;
    return Math.max(0, Math.min(end ?? length, length) - start);
  }

  /** What is wrong with the part that was typed; null when it can be uploaded. */
  get partFault(): PartFault | null {
    return checkPart(this.written, this.options, this.probe?.duration ?? 0);
  }

  progress(uploaded: number, total: number): void {
    this.held = null;
    this.uploaded = uploaded;
    this.total = total;
    this.meter.mark(uploaded, performance.now());
    this.perSecond = this.meter.perSecond();
    this.secondsLeft = this.meter.secondsTo(total);
  }

  resetSpeed(): void {
    this.meter.reset();
    this.perSecond = 0;
    this.secondsLeft = 0;
  }
}

/** What the server is told beside the bytes. Extracted audio has one track only, so the chosen one is the first. */
export function metadataOf(upload: Upload): Record<string, string> {
  const { track, ...options } = $state.snapshot(upload.options);
  const metadata: Record<string, string> = {
    filename: upload.sentName,
    filetype: upload.file?.type || 'application/octet-stream',
  };
  if (upload.audioOnly && upload.offset > 0) {
    const after = (seconds: number) => Math.round((seconds - upload.offset) * 1000) / 1000;
    options.start = after(options.start ?? 0);
    options.end = typeof options.end === 'number' ? after(options.end) : undefined;
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && value !== null) {
      metadata[name] = String(value);
    }
  }
  if (!upload.audioOnly && track !== undefined) {
    metadata['track'] = String(track);
  }
  return metadata;
}
