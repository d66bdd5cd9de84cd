import { boxAt, boxOf, child, children, rebuilt, type Box } from './boxes';
import { concat, Cancelled, viewOf, Window } from './bytes';
import type { Tags, Sink } from './types';
import { described, keptFor, sizesOf, withDuration, type Kept, type Part } from './mp4-part';
import { userData } from './tags';

// MP4 and MOV (ISO 14496-12): the index (moov) lists the position of each chunk of audio. Chunks are
// copied without change. The index is copied too, without the other tracks; only its chunk offsets are
// new. So edit lists, tags and chapters are kept, and a decoder gives the same samples. A run is one
// chunk of the file that is read.

const LARGEST_INDEX = 256 << 20;
/** The most bytes that are read at once. */
const SPAN = 4 << 20;
/** Bytes between two runs that are read too: a separate read takes about as long as so many bytes (docs/adr/0019). */
const GAP = 256 << 10;
/** Samples in one chunk of the new file, where the tables allow it: the fewer chunks, the smaller the index. */
const CHUNK_SAMPLES = 1024;

interface Index {
  ftyp: Uint8Array | null;
  moov: Uint8Array;
}

/** Consecutive bytes of one track. */
interface Run {
  at: number;
  size: number;
  samples: number;
}

interface Trak {
  box: Box;
  handler: string;
  id: number;
  runs: Run[];
  /** Its chunk offsets: stco or co64. */
  table: Box;
  /** The size of each sample where the chunks may be divided anew; null where they stay the same. */
  sizes: number[] | null;
  /** What is kept of it; null for all. */
  kept: Kept | null;
}

/** The index of a plain MP4 or MOV; null for fragmented files and all else. */
async function readIndex(file: Blob): Promise<Index | null> {
  const window = new Window(file, 64);
  let ftyp: Uint8Array | null = null;
  for (let at = 0; at + 8 <= file.size; ) {
    const head = await window.bytes(at, 16);
    const box = boxAt(head, 0, file.size - at);
    if (!box || box.end < 8) {
      return null;
    }
    if (box.type === 'moof') {
      return null;
    }
    if (box.type === 'ftyp' && box.end < 4096) {
      ftyp = new Uint8Array(await file.slice(at, at + box.end).arrayBuffer());
    }
    if (box.type === 'moov') {
      if (box.end > LARGEST_INDEX) {
        return null;
      }
      return { ftyp, moov: new Uint8Array(await file.slice(at, at + box.end).arrayBuffer()) };
    }
    at += box.end;
  }
  return null;
}

function traks(moov: Uint8Array, root: Box): Trak[] | null {
  const found: Trak[] = [];
  for (const box of children(moov, root).filter((each) => each.type === 'trak')) {
    const view = viewOf(moov);
    const hdlr = child(moov, box, 'mdia', 'hdlr');
    const tkhd = child(moov, box, 'tkhd');
    const stbl = child(moov, box, 'mdia', 'minf', 'stbl');
    if (!hdlr || !tkhd || !stbl) {
      return null;
    }
    const handler = String.fromCharCode(...moov.subarray(hdlr.content + 8, hdlr.content + 12));
    const id = view.getUint32(tkhd.content + (moov[tkhd.content] === 1 ? 20 : 12));
    const table = child(moov, stbl, 'stco') ?? child(moov, stbl, 'co64');
    if (!table) {
      return null;
    }
    found.push({ box, handler, id, table, runs: [], sizes: null, kept: null });
  }
  return found;
}

/** The runs of a track, from its tables; null where the tables are of an unknown kind. */
function runsOf(moov: Uint8Array, trak: Trak): Run[] | null {
  const view = viewOf(moov);
  const stbl = child(moov, trak.box, 'mdia', 'minf', 'stbl')!;
  const stsc = child(moov, stbl, 'stsc');
  const stsz = child(moov, stbl, 'stsz');
  if (!stsc || !stsz || oldQuickTimeAudio(moov, stbl)) {
    return null;
  }
  const wide = trak.table.type === 'co64';
  const places = view.getUint32(trak.table.content + 4);
  const fixed = view.getUint32(stsz.content + 4);
  const count = view.getUint32(stsz.content + 8);
  const groups = view.getUint32(stsc.content + 4);
  const runs: Run[] = [];
  const sizes: number[] = [];
  let sample = 0;
  let group = 0;
  let alike = true;
  for (let place = 0; place < places; place++) {
    while (group + 1 < groups && view.getUint32(stsc.content + 8 + (group + 1) * 12) <= place + 1) {
      group++;
    }
    const samples = Math.min(view.getUint32(stsc.content + 12 + group * 12), count - sample);
    alike &&= view.getUint32(stsc.content + 16 + group * 12) === 1;
    let size = fixed * samples;
    if (fixed === 0) {
      for (let each = 0; each < samples; each++) {
        const one = view.getUint32(stsz.content + 12 + (sample + each) * 4);
        sizes.push(one);
        size += one;
      }
    }
    sample += samples;
    const entry = trak.table.content + 8 + place * (wide ? 8 : 4);
    runs.push({ at: wide ? Number(view.getBigUint64(entry)) : view.getUint32(entry), size, samples });
  }
  if (sample < count) {
    return null;
  }
  trak.sizes = alike && fixed === 0 ? sizes : null;
  return runs;
}

/** QuickTime's audio descriptions of version 1 and 2 give sizes in another unit than bytes. */
function oldQuickTimeAudio(moov: Uint8Array, stbl: Box): boolean {
  const stsd = child(moov, stbl, 'stsd');
  if (!stsd) {
    return true;
  }
  const view = viewOf(moov);
  const fixed = view.getUint32(child(moov, stbl, 'stsz')!.content + 4) !== 0;
  const version = view.getUint16(stsd.content + 8 + 16);
  return fixed && version > 0;
}

/**
 * Copies one audio track, with chapters and tags.
 *
 * @param part only what this part needs, where the track can be cut; null for all
 * @param tags replace those of the file
 * @return seconds of the source before the new file; null when the file is not a plain MP4 or MOV, and
 *     nothing was written
 */
export async function copyMp4(
  file: Blob,
  number: number,
  part: Part | null,
  tags: Tags,
  sink: Sink,
  cancelled: () => boolean,
  progress: (fraction: number) => void,
): Promise<number | null> {
  const index = await readIndex(file);
  if (!index) {
    return null;
  }
  const { moov } = index;
  const root = boxAt(moov, 0, moov.length)!;
  const all = traks(moov, root);
  const audio = all?.filter((trak) => trak.handler === 'soun')[number - 1];
  if (!all || !audio || child(moov, root, 'mvex') || child(moov, root, 'cmov')) {
    return null;
  }
  const chapters = chapterIds(moov, all);
  const kept = all.filter((trak) => trak === audio || (chapters.has(trak.id) && isText(trak)));
  for (const trak of kept) {
    const runs = runsOf(moov, trak);
    if (!runs || runs.some((run) => run.at + run.size > file.size)) {
      return null;
    }
    trak.runs = runs;
  }
  if (part) {
    cut(moov, root, audio, kept.length, part);
  }
  const ftyp = index.ftyp ?? new Uint8Array(0);
  const size = kept.reduce((sum, trak) => trak.runs.reduce((all, run) => all + run.size, sum), 0);
  const head = mdatHead(size);
  const parts = newMoov(moov, root, kept, audio, chapters, tags, ftyp.length + head.length);
  await sink.write(ftyp);
  await sink.write(head);
  await copyRuns(file, kept.flatMap((trak) => trak.runs), size, sink, cancelled, progress);
  await sink.write(parts);
  return audio.kept?.offset ?? 0;
}

/** Whether a part of a track can be copied alone. */
export async function isCuttable(file: Blob, number: number): Promise<boolean> {
  const index = await readIndex(file);
  const root = index && boxAt(index.moov, 0, index.moov.length);
  const all = root && traks(index.moov, root);
  const audio = all?.filter((trak) => trak.handler === 'soun')[number - 1];
  if (!audio || child(index!.moov, root!, 'mvex') || !runsOf(index!.moov, audio)) {
    return false;
  }
  cut(index!.moov, root!, audio, all.filter(isText).length + 1, { start: 0, end: 0 });
  return audio.kept !== null;
}

/** Keeps what a part needs. Chapters have times of the whole file, so a file with chapters is not cut. */
function cut(moov: Uint8Array, root: Box, audio: Trak, tracks: number, part: Part): void {
  const chapters = child(moov, root, 'udta', 'chpl') !== null || tracks > 1;
  const kept = audio.sizes && !chapters ? keptFor(moov, root, audio.box, audio.sizes.length, part) : null;
  if (!kept) {
    return;
  }
  const sizes = audio.sizes!;
  let sample = 0;
  audio.runs = audio.runs.flatMap(({ at, samples }) => {
    const [from, to] = [Math.max(kept.first, sample), Math.min(kept.end, sample + samples)];
    const bytes = (first: number, end: number) => sizes.slice(first, end).reduce((sum, size) => sum + size, 0);
    const run = { at: at + bytes(sample, from), size: bytes(from, to), samples: to - from };
    sample += samples;
    return run.samples > 0 ? [run] : [];
  });
  audio.sizes = sizes.slice(kept.first, kept.end);
  audio.kept = kept;
}

const isText = (trak: Trak) => ['text', 'sbtl', 'subt'].includes(trak.handler);

/** Ids of tracks that hold chapters: those that any track refers to as chapters. */
function chapterIds(moov: Uint8Array, all: Trak[]): Set<number> {
  const ids = new Set<number>();
  const view = viewOf(moov);
  for (const trak of all) {
    const chap = child(moov, trak.box, 'tref', 'chap');
    for (let at = chap?.content ?? 0; chap && at + 4 <= chap.end; at += 4) {
      ids.add(view.getUint32(at));
    }
  }
  return ids;
}

function mdatHead(size: number): Uint8Array {
  const wide = size + 8 > 0xffffffff;
  const head = new Uint8Array(wide ? 16 : 8);
  head.set([0x6d, 0x64, 0x61, 0x74], 4);
  if (wide) {
    viewOf(head).setUint32(0, 1);
    viewOf(head).setBigUint64(8, BigInt(size + 16));
  } else {
    viewOf(head).setUint32(0, size + 8);
  }
  return head;
}

/** The index with the kept tracks only, and with their new chunk offsets. */
function newMoov(
  moov: Uint8Array,
  root: Box,
  kept: Trak[],
  audio: Trak,
  chapters: Set<number>,
  tags: Tags,
  start: number,
): Uint8Array {
  let at = start;
  const parts: Uint8Array[] = [];
  for (const box of children(moov, root)) {
    if (box.type === 'mvhd' && audio.kept) {
      parts.push(withDuration(moov, box, audio.kept.movieDuration));
    } else if (box.type !== 'trak' && box.type !== 'udta') {
      parts.push(moov.subarray(box.at, box.end));
    }
  }
  parts.push(...userData(moov, root, tags));
  const named = kept.filter((trak) => trak !== audio && chapters.has(trak.id));
  for (const trak of kept) {
    const copy = moved(moov, trak, at);
    at += trak.runs.reduce((sum, run) => sum + run.size, 0);
    parts.push(trak === audio ? withChapters(copy, named) : copy);
  }
  return boxOf('moov', concat(...parts));
}

/** A full box of 32-bit numbers. */
function numbers(type: string, values: number[]): Uint8Array {
  const content = new Uint8Array(4 + values.length * 4);
  const view = viewOf(content);
  values.forEach((value, index) => view.setUint32(4 + index * 4, value));
  return boxOf(type, content);
}

/** A track's description with its chunks one after the other from {@code start}. */
function moved(moov: Uint8Array, trak: Trak, start: number): Uint8Array {
  const wide = trak.table.type === 'co64';
  const sizes = trak.sizes;
  const places: number[] = [];
  let at = start;
  if (sizes) {
    for (let sample = 0; sample < sizes.length; sample++) {
      if (sample % CHUNK_SAMPLES === 0) {
        places.push(at);
      }
      at += sizes[sample]!;
    }
  } else {
    for (const run of trak.runs) {
      places.push(at);
      at += run.size;
    }
  }
  const high = (place: number) => [Math.floor(place / 2 ** 32), place % 2 ** 32];
  const fresh = new Map<string, Uint8Array>();
  fresh.set(
    trak.table.type,
    numbers(trak.table.type, [places.length, ...(wide ? places.flatMap(high) : places)]),
  );
  if (sizes) {
    fresh.set('stsc', groupsOf(sizes.length));
  }
  return trak.kept ? partOf(moov, trak, trak.kept, fresh) : rebuilt(moov, trak.box, ['mdia', 'minf', 'stbl'], fresh);
}

function partOf(moov: Uint8Array, trak: Trak, kept: Kept, fresh: Map<string, Uint8Array>): Uint8Array {
  const none = new Uint8Array(0);
  fresh.set('stts', kept.times).set('stsz', sizesOf(trak.sizes!)).set('sgpd', none).set('sbgp', none);
  const tables = rebuilt(moov, trak.box, ['mdia', 'minf', 'stbl'], fresh);
  const mdhd = child(tables, boxAt(tables, 0, tables.length)!, 'mdia', 'mdhd')!;
  const header = new Map([['mdhd', withDuration(tables, mdhd, kept.duration)]]);
  const timed = rebuilt(tables, boxAt(tables, 0, tables.length)!, ['mdia'], header);
  return described(timed, boxAt(timed, 0, timed.length)!, kept);
}

/** How many samples each chunk has: {@link CHUNK_SAMPLES}, and the rest in the last. */
function groupsOf(samples: number): Uint8Array {
  const full = Math.floor(samples / CHUNK_SAMPLES);
  const rest = samples % CHUNK_SAMPLES;
  const groups: number[] = [];
  if (full > 0) {
    groups.push(1, CHUNK_SAMPLES, 1);
  }
  if (rest > 0) {
    groups.push(full + 1, rest, 1);
  }
  return numbers('stsc', [groups.length / 3, ...groups]);
}

/** Makes the audio track refer to the chapters, because the video may have been the only one that did. */
function withChapters(trak: Uint8Array, named: Trak[]): Uint8Array {
  const root = boxAt(trak, 0, trak.length)!;
  if (named.length === 0 || child(trak, root, 'tref', 'chap')) {
    return trak;
  }
  const ids = new Uint8Array(named.length * 4);
  named.forEach((each, index) => viewOf(ids).setUint32(index * 4, each.id));
  return boxOf('trak', concat(trak.subarray(root.content), boxOf('tref', boxOf('chap', ids))));
}

async function copyRuns(
  file: Blob,
  runs: Run[],
  size: number,
  sink: Sink,
  cancelled: () => boolean,
  progress: (fraction: number) => void,
): Promise<void> {
  let done = 0;
  for (let from = 0; from < runs.length; ) {
    if (cancelled()) {
      throw new Cancelled();
    }
    const to = endOfSpan(runs, from);
    const span = runs.slice(from, to);
    if (span.length === 1) {
      await copyLong(file, span[0]!, sink);
    } else {
      await sink.write(await readSpan(file, span));
    }
    from = to;
    done += span.reduce((sum, run) => sum + run.size, 0);
    progress(size > 0 ? done / size : 1);
  }
}

/** The end of the runs from {@code from} that are read at once, because they are close together. */
function endOfSpan(runs: Run[], from: number): number {
  let to = from + 1;
  for (; to < runs.length; to++) {
    const [last, next] = [runs[to - 1]!, runs[to]!];
    const gap = next.at - (last.at + last.size);
    if (gap < 0 || gap > GAP || next.at + next.size - runs[from]!.at > SPAN) {
      break;
    }
  }
  return to;
}

/** The bytes of some runs, read at once with the bytes between them. */
async function readSpan(file: Blob, runs: Run[]): Promise<Uint8Array> {
  const [first, last] = [runs[0]!, runs.at(-1)!];
  const bytes = new Uint8Array(await file.slice(first.at, last.at + last.size).arrayBuffer());
  return concat(...runs.map(({ at, size }) => bytes.subarray(at - first.at, at - first.at + size)));
}

async function copyLong(file: Blob, run: Run, sink: Sink): Promise<void> {
  for (let at = run.at; at < run.at + run.size; at += SPAN) {
    const end = Math.min(run.at + run.size, at + SPAN);
    await sink.write(new Uint8Array(await file.slice(at, end).arrayBuffer()));
  }
}
