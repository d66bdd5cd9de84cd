/** One audio track as it was found in a file. */
export interface Track {
  /** From 1, in the order of the file's audio tracks; what the API calls track. */
  number: number;
  codec: string;
  /** BCP 47 or ISO 639-2; empty while unknown. */
  language: string;
  name: string;
  channels: number;
  rate: number;
  /** Seconds, as the file says. */
  duration: number;
  /** Bytes of its sound, exact or estimated. */
  bytes: number;
  /** Whether its packets can be copied out here so that the MP3 is the same. */
  extractable: boolean;
}

/** What a person says of a sound beside what its file says; empty texts change nothing. */
export interface Labels {
  title: string;
  artist: string;
  album: string;
  /** A JPEG. */
  cover: Uint8Array | null;
}

/** What was read from a file before anything is sent. */
export interface Probe {
  container: string;
  /** Seconds. */
  duration: number;
  tracks: Track[];
  hasVideo: boolean;
  /** What the file says of itself; empty where it says nothing. */
  title: string;
  artist: string;
  album: string;
}

/** Where the sound goes that was taken out: the browser's own file system, or memory. */
export interface Extracted {
  /** Name in the origin's private file system; empty when it is in memory. */
  name: string;
  blob: Blob | null;
  size: number;
}

/** Takes bytes in order. */
export interface Sink {
  write(bytes: Uint8Array): void | Promise<void>;
  /** Writes a few bytes anew that were written before. */
  patch(at: number, bytes: Uint8Array): void | Promise<void>;
}

export type Order =
  | { job: number; task: 'probe'; file: File }
  | {
      job: number;
      task: 'extract';
      file: File;
      track: number;
      exact: boolean;
      labels: Labels;
      name: string;
    }
  | { job: number; task: 'peaks'; file: Blob; track: number; bins: number; whole: boolean }
  | { job: number; task: 'glance'; url: string; size: number; bins: number }
  | { job: number; task: 'drop' };

export type Report =
  | { job: number; kind: 'probe'; probe: Probe | null }
  | { job: number; kind: 'progress'; fraction: number }
  | { job: number; kind: 'extracted'; extracted: Extracted }
  | { job: number; kind: 'peaks'; peaks: Float32Array; done: boolean }
  | { job: number; kind: 'failed'; message: string };
