import { boxOf, child, children, type Box } from './boxes';
import { concat, viewOf } from './bytes';
import { element } from './ebml';
import type { Labels } from './kinds';

// Title, artist, album and cover, as the containers write them; the server carries them into the MP3.

export const NO_LABELS: Labels = { title: '', artist: '', album: '', cover: null };

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The names in MP4 begin with a copyright sign, which is one byte there. */
const IN_MP4 = { title: '\u00a9nam', artist: '\u00a9ART', album: '\u00a9alb' } as const;
const TEXT = 1;
const JPEG = 13;

/** A movie's user data, with the labels in it; nothing where there is none of either. */
export function userData(moov: Uint8Array, root: Box, labels: Labels): Uint8Array[] {
  const old = children(moov, root).filter((box) => box.type === 'udta');
  const fresh = items(labels);
  if (fresh.size === 0) {
    return old.map((box) => moov.subarray(box.at, box.end));
  }
  const parts: Uint8Array[] = [];
  const kept: Uint8Array[] = [];
  for (const box of old.flatMap((each) => children(moov, each))) {
    if (box.type === 'meta') {
      kept.push(...others(moov, box, fresh));
    } else if (!fresh.has(box.type)) {
      parts.push(moov.subarray(box.at, box.end));
    }
  }
  const ilst = boxOf('ilst', concat(...kept, ...fresh.values()));
  const meta = boxOf('meta', concat(new Uint8Array(4), handler(), ilst));
  return [boxOf('udta', concat(...parts, meta))];
}

/** What a list of tags has beside those that are new. */
function others(moov: Uint8Array, meta: Box, fresh: Map<string, Uint8Array>): Uint8Array[] {
  // QuickTime writes it without the four bytes of version and flags.
  const versioned = viewOf(moov).getUint32(meta.content) === 0;
  const ilst = child(moov, { ...meta, content: meta.content + (versioned ? 4 : 0) }, 'ilst');
  const items = ilst ? children(moov, ilst).filter((item) => !fresh.has(item.type)) : [];
  return items.map((item) => moov.subarray(item.at, item.end));
}

function items(labels: Labels): Map<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  for (const name of ['title', 'artist', 'album'] as const) {
    if (labels[name] !== '') {
      all.set(IN_MP4[name], item(IN_MP4[name], TEXT, utf8(labels[name])));
    }
  }
  if (labels.cover) {
    all.set('covr', item('covr', JPEG, labels.cover));
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

/** The labels as Matroska's tags of the whole file; the last that names a thing counts. */
export function tags(labels: Labels): Uint8Array[] {
  const simple = (['title', 'artist', 'album'] as const)
    .filter((name) => labels[name] !== '')
    .map((name) =>
      element(0x67c8, concat(element(0x45a3, utf8(name.toUpperCase())), element(0x4487, utf8(labels[name])))),
    );
  const target = element(0x63c0, new Uint8Array(0));
  return simple.length > 0 ? [element(0x1254c367, element(0x7373, concat(target, ...simple)))] : [];
}

/** The cover as Matroska's attached file. */
export function attachments(labels: Labels): Uint8Array[] {
  if (!labels.cover) {
    return [];
  }
  const file = concat(
    element(0x466e, utf8('cover.jpg')),
    element(0x4660, utf8('image/jpeg')),
    element(0x465c, labels.cover),
    element(0x46ae, new Uint8Array([1])),
  );
  return [element(0x1941a469, element(0x61a7, file))];
}
