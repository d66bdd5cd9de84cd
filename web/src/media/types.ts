import type { Part } from './mp4-part';

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
  /** Bytes of its audio, exact or estimated. */
  bytes: number;
  /** Whether it is the one to take where none is chosen, by the server's rule. */
  standard: boolean;
  /** Whether it can be extracted here so that the MP3 is the same as that of the whole file. */
  extractable: boolean;
  /** Whether a part of it can be extracted alone. */
  cuttable: boolean;
}

/** Tags that a person sets instead of the file's own; empty texts change nothing. */
export interface Tags {
  title: string;
  artist: string;
  album: string;
  /** Four digits. */
  year: string;
  genre: string;
  /** A number from 1. */
  track: string;
  /** A JPEG. */
  cover: Uint8Array | null;
}

/** What was read from a file before the upload. */
export interface Probe {
  container: string;
  /** Seconds. */
  duration: number;
  tracks: Track[];
  hasVideo: boolean;
  /** The file's own tags; empty where there are none. */
  title: string;
  artist: string;
  album: string;
}

/** Where the extracted audio is: in the browser's own file system, or in memory. */
export interface Extracted {
  /** Name in the origin's private file system; empty when it is in memory. */
  name: string;
  blob: Blob | null;
  size: number;
  /** Seconds of the source before it. */
  offset: number;
}

/** Takes bytes in order. */
export interface Sink {
  write(bytes: Uint8Array): void | Promise<void>;
  /** Overwrites a few bytes that were written before. */
  patch(at: number, bytes: Uint8Array): void | Promise<void>;
}

export type WorkerRequest =
  | { job: number; task: 'probe'; file: File }
  | {
      job: number;
      task: 'extract';
      file: File;
      track: number;
      part: Part | null;
      tags: Tags;
      name: string;
    }
  | { job: number; task: 'peaks'; file: Blob; track: number; bins: number; whole: boolean }
  | { job: number; task: 'preview'; url: string; size: number; bins: number }
  /** The answer to {@code decode}; null when it cannot be decoded. The job is the number of the piece. */
  | { job: number; task: 'decoded'; peaks: Float32Array | null }
  | { job: number; task: 'cancel' };

export type WorkerReply =
  | { job: number; kind: 'probe'; probe: Probe | null }
  | { job: number; kind: 'progress'; fraction: number }
  | { job: number; kind: 'extracted'; extracted: Extracted }
  | { job: number; kind: 'peaks'; peaks: Float32Array; done: boolean }
  /** The page is to decode a small file; the job is the number of the piece. */
  | { job: number; kind: 'decode'; file: Uint8Array; parts: number }
  | { job: number; kind: 'failed'; message: string };
