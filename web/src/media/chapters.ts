/** A chapter of an MP3, by its ID3v2 tag; seconds. */
export interface Chapter {
  start: number;
  title: string;
}

const HEADER = 10;
/** Bytes; a tag with larger pictures has its chapters before them or not at all. */
const LONGEST = 4_000_000;

/** Reads the chapters from the tag at the beginning of an MP3 on the server. */
export async function readChapters(url: string, signal: AbortSignal): Promise<Chapter[]> {
  const head = await range(url, 0, HEADER, signal);
  const size = tagSize(head);
  return size === 0 ? [] : chapters(await range(url, 0, Math.min(HEADER + size, LONGEST), signal));
}

async function range(url: string, from: number, length: number, signal: AbortSignal): Promise<Uint8Array> {
  const headers = { Range: `bytes=${from}-${from + length - 1}` };
  const answer = await fetch(url, { headers, signal, credentials: 'same-origin' });
  if (answer.status !== 206) {
    throw new Error(`no part of the MP3: ${answer.status}`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/** Bytes of the tag after its header; 0 for none (ID3v2.4 3.1). */
function tagSize(bytes: Uint8Array): number {
  const isTag = bytes.length >= HEADER && String.fromCharCode(...bytes.subarray(0, 3)) === 'ID3';
  return isTag ? syncsafe(bytes, 6) : 0;
}

function syncsafe(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 21) | (bytes[at + 1]! << 14) | (bytes[at + 2]! << 7) | bytes[at + 3]!;
}

/** The chapters in a tag of ID3v2.3 or 2.4 (ID3v2 Chapter Frame Addendum), by their start. */
export function chapters(tag: Uint8Array): Chapter[] {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength);
  const newer = tag[3] === 4;
  const found: Chapter[] = [];
  for (const { name, from, to } of frames(view, HEADER, tag.length, newer)) {
    if (name === 'CHAP') {
      let at = from;
      while (at < to && tag[at] !== 0) {
        at++;
      }
      const start = at + 1 + 16 <= to ? view.getUint32(at + 1) / 1000 : 0;
      const title = frames(view, at + 17, to, newer).find((each) => each.name === 'TIT2');
      found.push({ start, title: title ? text(tag.subarray(title.from, title.to)) : '' });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

function frames(view: DataView, from: number, end: number, newer: boolean) {
  const found: { name: string; from: number; to: number }[] = [];
  let at = from;
  while (at + HEADER <= end && view.getUint8(at) !== 0) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, HEADER);
    const size = newer ? syncsafe(bytes, 4) : view.getUint32(at + 4);
    const to = at + HEADER + size;
    if (to > end) {
      break;
    }
    found.push({ name: String.fromCharCode(...bytes.subarray(0, 4)), from: at + HEADER, to });
    at = to;
  }
  return found;
}

const ENCODINGS = ['windows-1252', 'utf-16', 'utf-16be', 'utf-8'];

/** A text: its encoding in the first byte, then its characters up to a zero. */
function text(bytes: Uint8Array): string {
  const encoding = bytes[0] === 1 && bytes[1] === 0xfe ? 'utf-16be' : (ENCODINGS[bytes[0] ?? 0] ?? 'utf-8');
  return new TextDecoder(encoding).decode(bytes.subarray(1)).replace(/\0[^]*$/, '');
}
