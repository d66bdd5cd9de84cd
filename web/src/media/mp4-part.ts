import { boxOf, child, children, type Box } from './boxes';
import { concat, viewOf } from './bytes';

// A part of an audio track: the packets around it, as they are. The new file begins at a packet whose time is
// a whole number of milliseconds, so that a start and an end that are counted from there mean the same samples.

/** Seconds. */
export interface Part {
  start: number;
  /** Null for the end of the file. */
  end: number | null;
}

/** Which samples of a track are kept, and what its boxes say then. */
export interface Kept {
  first: number;
  /** After the last one. */
  end: number;
  /** Seconds of the source before the new file. */
  offset: number;
  times: Uint8Array;
  /** In the track's timescale. */
  duration: number;
  /** In the movie's timescale. */
  movieDuration: number;
  edits: Uint8Array | null;
}

/** Seconds before the start: the converter's decoder begins two before it, at a packet. */
const BEFORE = 2.2;
/** Seconds after the end: what follows decides about holes. */
const AFTER = 1;
/** Codecs whose packets need no others than those shortly before them. */
const CODECS = ['mp4a', 'ac-3', 'ec-3', 'alac', 'fLaC', '.mp3'];
/** Boxes of a table of samples that follow from the kept samples, or that no decoder needs. */
const TABLES = ['stsd', 'stts', 'stsc', 'stsz', 'stco', 'co64', 'sgpd', 'sbgp'];

/** What is kept of a track for a part; null where it cannot be cut, or nothing would be left out. */
export function keptFor(moov: Uint8Array, root: Box, trak: Box, count: number, part: Part): Kept | null {
  const view = viewOf(moov);
  const stbl = child(moov, trak, 'mdia', 'minf', 'stbl')!;
  const mdhd = child(moov, trak, 'mdia', 'mdhd');
  const mvhd = child(moov, root, 'mvhd');
  const stts = child(moov, stbl, 'stts');
  const stsd = child(moov, stbl, 'stsd');
  const edit = editOf(moov, trak);
  if (!mdhd || !mvhd || !stts || !stsd || !edit || children(moov, stbl).some((box) => !TABLES.includes(box.type))) {
    return null;
  }
  const codec = String.fromCharCode(...moov.subarray(stsd.content + 12, stsd.content + 16));
  if (!CODECS.includes(codec)) {
    return null;
  }
  const scale = view.getUint32(mdhd.content + (moov[mdhd.content] === 1 ? 20 : 12));
  const movieScale = view.getUint32(mvhd.content + (moov[mvhd.content] === 1 ? 20 : 12));
  const found = find(view, stts, count, part, scale, movieScale, edit.media);
  if (!found || (found.first === 0 && found.end === count)) {
    return null;
  }
  const { first, end, begin, finish } = found;
  const offset = first === 0 ? 0 : (begin - edit.media) / scale;
  const media = first === 0 ? edit.media : 0;
  const rest = edit.length === null ? Infinity : edit.length - offset * movieScale;
  const movieDuration = Math.round(Math.min(rest, ((finish - begin - media) * movieScale) / scale));
  return {
    first,
    end,
    offset,
    times: timesOf(view, stts, first, end),
    duration: finish - begin,
    movieDuration,
    edits: edit.length === null ? null : editsOf(movieDuration, media),
  };
}

/** A track's only edit: where in the media it begins, and its length in the movie's timescale; null for any other list. */
function editOf(moov: Uint8Array, trak: Box): { media: number; length: number | null } | null {
  const view = viewOf(moov);
  const elst = child(moov, trak, 'edts', 'elst');
  if (!elst) {
    return { media: 0, length: null };
  }
  if (view.getUint32(elst.content + 4) !== 1) {
    return null;
  }
  const wide = moov[elst.content] === 1;
  const at = elst.content + 8;
  const length = wide ? Number(view.getBigUint64(at)) : view.getUint32(at);
  const media = wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
  return media < 0 || length === 0 ? null : { media, length };
}

function editsOf(length: number, media: number): Uint8Array {
  const content = new Uint8Array(28);
  const view = viewOf(content);
  content[0] = 1;
  view.setUint32(4, 1);
  view.setBigUint64(8, BigInt(length));
  view.setBigUint64(16, BigInt(media));
  view.setUint16(24, 1);
  return boxOf('edts', boxOf('elst', content));
}

interface Found {
  first: number;
  end: number;
  /** The time of the first kept sample, and that of the end, in the track's timescale. */
  begin: number;
  finish: number;
}

function find(
  view: DataView,
  stts: Box,
  count: number,
  part: Part,
  scale: number,
  movieScale: number,
  media: number,
): Found | null {
  const from = (part.start - BEFORE) * scale + media;
  const to = part.end === null ? Infinity : (part.end + AFTER) * scale + media;
  const exact = (time: number) =>
    ((time - media) * 1000) % scale === 0 && ((time - media) * movieScale) % scale === 0;
  const found = { first: 0, end: count, begin: 0, finish: -1 };
  let sample = 0;
  let time = 0;
  for (let entry = 0; entry < view.getUint32(stts.content + 4); entry++) {
    const alike = view.getUint32(stts.content + 8 + entry * 8);
    const delta = view.getUint32(stts.content + 12 + entry * 8);
    for (let each = 0; each < alike && sample < count; each++, sample++, time += delta) {
      if (time <= from && exact(time)) {
        found.first = sample;
        found.begin = time;
      }
      if (time >= to) {
        found.end = sample;
        found.finish = time;
        return found;
      }
    }
  }
  found.finish = time;
  return sample === count ? found : null;
}

/** The times of the kept samples, as a table of their own. */
function timesOf(view: DataView, stts: Box, first: number, end: number): Uint8Array {
  const entries: number[] = [];
  let sample = 0;
  for (let entry = 0; entry < view.getUint32(stts.content + 4); entry++) {
    const alike = view.getUint32(stts.content + 8 + entry * 8);
    const kept = Math.min(end, sample + alike) - Math.max(first, sample);
    if (kept > 0) {
      entries.push(kept, view.getUint32(stts.content + 12 + entry * 8));
    }
    sample += alike;
  }
  const content = new Uint8Array(8 + entries.length * 4);
  viewOf(content).setUint32(4, entries.length / 2);
  entries.forEach((value, index) => viewOf(content).setUint32(8 + index * 4, value));
  return boxOf('stts', content);
}

/** A header (mvhd, mdhd or tkhd) with another duration. */
export function withDuration(bytes: Uint8Array, box: Box, duration: number): Uint8Array {
  const copy = bytes.slice(box.at, box.end);
  const view = viewOf(copy);
  const content = box.content - box.at;
  const track = box.type === 'tkhd' ? 4 : 0;
  if (copy[content] === 1) {
    view.setBigUint64(content + 24 + track, BigInt(duration));
  } else {
    view.setUint32(content + 16 + track, Math.min(duration, 0xffffffff));
  }
  return copy;
}

/** The sizes of samples as a table. */
export function sizesOf(sizes: number[]): Uint8Array {
  const content = new Uint8Array(12 + sizes.length * 4);
  const view = viewOf(content);
  view.setUint32(8, sizes.length);
  sizes.forEach((size, index) => view.setUint32(12 + index * 4, size));
  return boxOf('stsz', content);
}

/** A track's description with the other boxes of a part. */
export function described(trak: Uint8Array, root: Box, kept: Kept): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const box of children(trak, root)) {
    if (box.type === 'tkhd') {
      parts.push(withDuration(trak, box, kept.movieDuration));
      if (kept.edits) {
        parts.push(kept.edits);
      }
    } else if (box.type !== 'edts') {
      parts.push(trak.subarray(box.at, box.end));
    }
  }
  return boxOf('trak', concat(...parts));
}
