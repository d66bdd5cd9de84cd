import { concat, Cancelled, viewOf, Window } from './bytes';
import { element, sizeBytes, unsigned, unsignedBytes } from './ebml';
import type { Tags, Sink } from './types';
import { attachments, matroskaTags } from './tags';

// Matroska and WebM (RFC 9559): blocks of all tracks follow one another. The chosen track's
// description and frames are copied without change. So codec delay and padding are kept, and a decoder
// gives the same samples. Only the clusters around the frames are new. Consecutive frames are laced,
// many in one block, because one block for each frame would add more than 2 % at common bitrates.

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const SEEK_HEAD = 0x114d9b74;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const AUDIO = 2;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const TAGS = 0x1254c367;
const CHAPTERS = 0x1043a770;

/** Elements that are copied whole from any position; the rest (cues, attachments, padding) is left out. */
const WHOLE = [TAGS, CHAPTERS];
const LARGEST_WHOLE = 16 << 20;
const LARGEST_BLOCK = 16 << 20;
/** Bytes read at once: much, because a read takes about as long as 256 KiB (docs/adr/0019). */
const READ = 4 << 20;
const CLUSTER_BYTES = 1 << 20;
const CLUSTER_TIME = 30_000;
const BLOCK_DURATION = 0x9b;
const KEY_FRAME = 0x80;
const EBML_LACING = 0x06;
const LACED = 16;
/** Milliseconds; frames further apart are never in one block, so that a gap stays a gap. */
const LONGEST_STEP = 50;

interface Element {
  id: number;
  content: number;
  /** -1 when it is unknown: a live recording. */
  size: number;
}

function vintLength(first: number): number {
  return Math.clz32(first) - 23;
}

/** The element header at a position; null at the end of the file and for invalid bytes. */
async function elementAt(window: Window, at: number): Promise<Element | null> {
  const head = await window.bytes(at, 16);
  const idLength = head.length > 1 ? vintLength(head[0]!) : 9;
  if (idLength > 4 || head.length < idLength + 1) {
    return null;
  }
  let id = 0;
  for (let index = 0; index < idLength; index++) {
    id = id * 256 + head[index]!;
  }
  const sizeLength = vintLength(head[idLength]!);
  if (sizeLength > 8 || head.length < idLength + sizeLength) {
    return null;
  }
  let size = head[idLength]! & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (let index = 1; index < sizeLength; index++) {
    size = size * 256 + head[idLength + index]!;
    unknown &&= head[idLength + index] === 0xff;
  }
  return { id, content: at + idLength + sizeLength, size: unknown ? -1 : size };
}

/**
 * Copies one audio track, with chapters and tags.
 *
 * @param exact whether each frame keeps the source's time to the millisecond; else to a few
 *     milliseconds
 * @param tags replace those of the file
 * @return false when the file is not Matroska; then nothing was written
 */
export async function copyMatroska(
  file: Blob,
  number: number,
  exact: boolean,
  tags: Tags,
  sink: Sink,
  cancelled: () => boolean,
  progress: (fraction: number) => void,
): Promise<boolean> {
  const window = new Window(file, READ);
  const head = await elementAt(window, 0);
  if (head?.id !== EBML || head.size < 0 || head.size > 4096) {
    return false;
  }
  const end = head.content + head.size;
  const preface = (await window.bytes(0, end)).slice();
  const segment = await elementAt(window, end);
  if (segment?.id !== SEGMENT) {
    return false;
  }
  const copy = new Copy(window, segment.content, number, exact, tags, sink, preface);
  return copy.run(cancelled, progress);
}

/** A block with one frame: the length of its track number, and its time in milliseconds of the file. */
interface Frame {
  block: Uint8Array;
  length: number;
  time: number;
}

const simpleBlock = (block: Uint8Array) => element(SIMPLE_BLOCK, block);

/** The sizes of all laced frames except the last: the first in full, the others as differences (RFC 9559 10.3.3). */
function laceSizes(sizes: number[]): Uint8Array[] {
  return sizes.slice(0, -1).map((size, index) => {
    if (index === 0) {
      return sizeBytes(size);
    }
    const step = size - sizes[index - 1]!;
    let length = 1;
    while (Math.abs(step) > 2 ** (7 * length - 1) - 1) {
      length++;
    }
    return sizeBytes(step + 2 ** (7 * length - 1) - 1, length);
  });
}

class Copy {
  private track = 0;
  private started = false;
  private readonly before: Uint8Array[] = [];
  private readonly wholes = new Map<number, Uint8Array>();
  private cluster: Uint8Array[] = [];
  private clusterBytes = 0;
  private clusterTime = 0;
  private time = 0;
  private frames: Frame[] = [];

  constructor(
    private readonly window: Window,
    private readonly segment: number,
    private readonly number: number,
    private readonly exact: boolean,
    private readonly tags: Tags,
    private readonly sink: Sink,
    private readonly preface: Uint8Array,
  ) {}

  async run(cancelled: () => boolean, progress: (fraction: number) => void): Promise<boolean> {
    let at = this.segment;
    let steps = 0;
    for (;;) {
      const found = await elementAt(this.window, at);
      if (!found || found.content >= this.window.length) {
        break;
      }
      // A cluster is entered, not skipped: its blocks come next, and in a live recording its size is unknown.
      at = found.id === CLUSTER ? found.content : found.content + Math.max(0, found.size);
      if (found.id !== CLUSTER && (found.size < 0 || at > this.window.length)) {
        break;
      }
      await this.take(found);
      if (steps++ % 256 === 0) {
        if (cancelled()) {
          throw new Cancelled();
        }
        progress(at / this.window.length);
      }
    }
    if (this.track === 0) {
      return false;
    }
    await this.unlaced();
    await this.start();
    await this.flush();
    return true;
  }

  private async take(found: Element): Promise<void> {
    switch (found.id) {
      case SEEK_HEAD:
        await this.seek(found);
        return;
      case INFO:
        this.before.push(element(INFO, await this.content(found)));
        return;
      case TRACKS:
        await this.chooseTrack(found);
        return;
      case TAGS:
      case CHAPTERS:
        await this.whole(found);
        return;
      case TIMESTAMP:
        this.time = unsigned(await this.content(found));
        return;
      case SIMPLE_BLOCK:
        await this.simple(found);
        return;
      case BLOCK_GROUP:
        await this.group(found);
        return;
      default:
    }
  }

  private async content(found: Element): Promise<Uint8Array> {
    if (found.size > LARGEST_BLOCK) {
      throw new Error('an element is larger than it can rightly be');
    }
    return (await this.window.bytes(found.content, found.size)).slice();
  }

  /** Tags and chapters may be at the end of the file, but a decoder that reads once needs them before the audio. */
  private async seek(head: Element): Promise<void> {
    for (const entry of await this.children(head)) {
      const parts = await this.children(entry);
      const target = parts.find((part) => part.id === 0x53ab);
      const place = parts.find((part) => part.id === 0x53ac);
      if (!target || !place || !WHOLE.includes(unsigned(await this.content(target)))) {
        continue;
      }
      const found = await elementAt(
        this.window,
        this.segment + unsigned(await this.content(place)),
      );
      if (found && WHOLE.includes(found.id)) {
        await this.whole(found);
      }
    }
  }

  private async whole(found: Element): Promise<void> {
    const fits = found.size >= 0 && found.size <= LARGEST_WHOLE;
    if (!this.started && !this.wholes.has(found.id) && fits) {
      this.wholes.set(found.id, element(found.id, await this.content(found)));
    }
  }

  private async children(parent: Element): Promise<Element[]> {
    const found: Element[] = [];
    const end = parent.content + parent.size;
    for (let at = parent.content; at < end; ) {
      const each = await elementAt(this.window, at);
      if (!each || each.size < 0) {
        break;
      }
      found.push(each);
      at = each.content + each.size;
    }
    return found;
  }

  private async chooseTrack(tracks: Element): Promise<void> {
    let seen = 0;
    for (const entry of await this.children(tracks)) {
      if (entry.id !== TRACK_ENTRY) {
        continue;
      }
      const parts = await this.children(entry);
      const type = parts.find((part) => part.id === TRACK_TYPE);
      const number = parts.find((part) => part.id === TRACK_NUMBER);
      if (!type || !number || unsigned(await this.content(type)) !== AUDIO) {
        continue;
      }
      if (++seen === this.number) {
        this.track = unsigned(await this.content(number));
        this.before.push(element(TRACKS, element(TRACK_ENTRY, await this.content(entry))));
        return;
      }
    }
  }

  /** The length of the track number when the block at a position is of the chosen track; else 0. */
  private async mine(content: number): Promise<number> {
    const head = await this.window.bytes(content, 8);
    const length = vintLength(head[0] ?? 0);
    if (length > 4) {
      return 0;
    }
    const value = unsigned(head.slice(0, length)) - 2 ** (7 * length);
    return value === this.track ? length : 0;
  }

  private async simple(found: Element): Promise<void> {
    const length = await this.mine(found.content);
    if (length === 0) {
      return;
    }
    const block = await this.content(found);
    if (this.exact || block[length + 2] !== KEY_FRAME) {
      await this.unlaced();
      await this.put(block, length, this.timeOf(block, length), simpleBlock);
    } else {
      await this.lace({ block, length, time: this.timeOf(block, length) });
    }
  }

  /** A block's time is relative to its cluster's. */
  private timeOf(block: Uint8Array, length: number): number {
    return this.time + viewOf(block).getInt16(length);
  }

  /** Collects frames in even steps until they fill a block. */
  private async lace(frame: Frame): Promise<void> {
    if (!this.evenly(frame.time)) {
      await this.unlaced();
    } else if (this.frames.length === LACED) {
      await this.laced(frame.time);
    }
    this.frames.push(frame);
  }

  /** Whether a frame at this time continues the even steps, as far as whole milliseconds show. */
  private evenly(time: number): boolean {
    const [first, second] = this.frames;
    const last = this.frames.at(-1);
    if (!first || !last) {
      return true;
    }
    const step = time - last.time;
    const expected = second ? second.time - first.time : step;
    return step >= 0 && step <= LONGEST_STEP && Math.abs(step - expected) <= 1;
  }

  /** Writes the collected frames as one block; the time of the next frame tells how long it lasts. */
  private async laced(next: number): Promise<void> {
    const frames = this.frames;
    this.frames = [];
    const first = frames[0]!;
    const head = first.block.slice(0, first.length + 3);
    head[first.length + 2] = EBML_LACING;
    const data = frames.map((frame) => frame.block.subarray(frame.length + 3));
    const block = concat(
      head,
      new Uint8Array([frames.length - 1]),
      ...laceSizes(data.map((each) => each.length)),
      ...data,
    );
    const duration = element(BLOCK_DURATION, unsignedBytes(next - first.time));
    await this.put(block, first.length, first.time, (fitted) =>
      element(BLOCK_GROUP, concat(element(BLOCK, fitted), duration)),
    );
  }

  /** Writes the collected frames one by one. */
  private async unlaced(): Promise<void> {
    const frames = this.frames;
    this.frames = [];
    for (const frame of frames) {
      await this.put(frame.block, frame.length, frame.time, simpleBlock);
    }
  }

  private async group(found: Element): Promise<void> {
    const parts = await this.children(found);
    const block = parts.find((part) => part.id === BLOCK);
    const length = block ? await this.mine(block.content) : 0;
    if (!block || length === 0) {
      return;
    }
    const bytes = await this.content(block);
    const others: Uint8Array[] = [];
    for (const part of parts) {
      if (part !== block) {
        others.push(element(part.id, await this.content(part)));
      }
    }
    await this.unlaced();
    await this.put(bytes, length, this.timeOf(bytes, length), (fitted) =>
      element(BLOCK_GROUP, concat(element(BLOCK, fitted), ...others)),
    );
  }

  /** Adds a block to the cluster, or begins the next cluster. */
  private async put(
    block: Uint8Array,
    trackLength: number,
    time: number,
    wrap: (fitted: Uint8Array) => Uint8Array,
  ): Promise<void> {
    const view = viewOf(block);
    await this.start();
    const apart = Math.abs(time - this.clusterTime) > CLUSTER_TIME;
    if (this.cluster.length === 0 || apart || this.clusterBytes > CLUSTER_BYTES) {
      await this.flush();
      this.clusterTime = Math.max(0, time);
    }
    view.setInt16(trackLength, time - this.clusterTime);
    const whole = wrap(block);
    this.cluster.push(whole);
    this.clusterBytes += whole.length;
  }

  private async start(): Promise<void> {
    if (this.started) {
      return;
    }
    this.started = true;
    await this.sink.write(this.preface);
    // A segment of unknown size, so that nothing has to be counted before it is written.
    await this.sink.write(
      new Uint8Array([0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255]),
    );
    const said = [...matroskaTags(this.tags), ...attachments(this.tags)];
    for (const part of [...this.before, ...this.wholes.values(), ...said]) {
      await this.sink.write(part);
    }
  }

  private async flush(): Promise<void> {
    if (this.cluster.length > 0) {
      const time = element(TIMESTAMP, unsignedBytes(this.clusterTime));
      await this.sink.write(element(CLUSTER, concat(time, ...this.cluster)));
      this.cluster = [];
      this.clusterBytes = 0;
    }
  }
}
