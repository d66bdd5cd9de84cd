import { boxOf, child, children, type Box } from './boxes';
import { concat, viewOf } from './bytes';
import { element } from './ebml';
import type { Tags } from './types';

// Title, artist, album, year, genre, track and cover, as the containers write them; the server copies them into the MP3.

export const NO_TAGS: Tags = { title: '', artist: '', album: '', year: '', genre: '', track: '', cover: null };

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The names in MP4 begin with a copyright sign, which is one byte there. */
const MP4_NAMES = { title: '\u00a9nam', artist: '\u00a9ART', album: '\u00a9alb', year: '\u00a9day', genre: '\u00a9gen' } as const;
const MP4_TEXTS = Object.keys(MP4_NAMES) as (keyof typeof MP4_NAMES)[];
/** The names in Matroska. */
const MATROSKA_NAMES = { title: 'TITLE', artist: 'ARTIST', album: 'ALBUM', year: 'DATE_RELEASED', genre: 'GENRE', track: 'PART_NUMBER' } as const;
const BINARY = 0;
const TEXT = 1;
const JPEG = 13;

/** A movie's user data with the tags in it; empty when there are neither. */
export function userData(moov: Uint8Array, root: Box, tags: Tags): Uint8Array[] {
  const old = children(moov, root).filter((box) => box.type === 'udta');
  const replaced = items(tags);
  if (replaced.size === 0) {
    return old.map((box) => moov.subarray(box.at, box.end));
  }
  const parts: Uint8Array[] = [];
  const kept: Uint8Array[] = [];
  for (const box of old.flatMap((each) => children(moov, each))) {
    if (box.type === 'meta') {
      kept.push(...unchanged(moov, box, replaced));
    } else if (!replaced.has(box.type)) {
      parts.push(moov.subarray(box.at, box.end));
    }
  }
  const ilst = boxOf('ilst', concat(...kept, ...replaced.values()));
  const meta = boxOf('meta', concat(new Uint8Array(4), handler(), ilst));
  return [boxOf('udta', concat(...parts, meta))];
}

/** The tags of the file that are not replaced. */
function unchanged(moov: Uint8Array, meta: Box, replaced: Map<string, Uint8Array>): Uint8Array[] {
  // QuickTime writes it without the four bytes of version and flags.
  const versioned = viewOf(moov).getUint32(meta.content) === 0;
  const ilst = child(moov, { ...meta, content: meta.content + (versioned ? 4 : 0) }, 'ilst');
  const items = ilst ? children(moov, ilst).filter((item) => !replaced.has(item.type)) : [];
  return items.map((item) => moov.subarray(item.at, item.end));
}

function items(tags: Tags): Map<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  for (const name of MP4_TEXTS) {
    if (tags[name] !== '') {
      all.set(MP4_NAMES[name], item(MP4_NAMES[name], TEXT, utf8(tags[name])));
    }
  }
  if (tags.track !== '') {
    all.set('trkn', item('trkn', BINARY, new Uint8Array([0, 0, Number(tags.track) >> 8, Number(tags.track) & 255, 0, 0, 0, 0])));
  }
  if (tags.cover) {
    all.set('covr', item('covr', JPEG, tags.cover));
  }
  return all;
}

function item(type: string, kind: number, value: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  head[3] = kind;
  return boxOf(type, boxOf('data', concat(head, value)));
}

function handler(): Uint8Array {
  const content = new Uint8Array(25);
  content.set(utf8('mdirappl'), 8);
  return boxOf('hdlr', content);
}

/** The tags as Matroska's tags of the whole file; of several with the same name, the last counts. */
export function matroskaTags(tags: Tags): Uint8Array[] {
  const simple = (Object.keys(MATROSKA_NAMES) as (keyof typeof MATROSKA_NAMES)[])
    .filter((name) => tags[name] !== '')
    .map((name) =>
      element(0x67c8, concat(element(0x45a3, utf8(MATROSKA_NAMES[name])), element(0x4487, utf8(tags[name])))),
    );
  const target = element(0x63c0, new Uint8Array(0));
  return simple.length > 0 ? [element(0x1254c367, element(0x7373, concat(target, ...simple)))] : [];
}

/** The cover as an attached file of Matroska. */
export function attachments(tags: Tags): Uint8Array[] {
  if (!tags.cover) {
    return [];
  }
  const file = concat(
    element(0x466e, utf8('cover.jpg')),
    element(0x4660, utf8('image/jpeg')),
    element(0x465c, tags.cover),
    element(0x46ae, new Uint8Array([1])),
  );
  return [element(0x1941a469, element(0x61a7, file))];
}
