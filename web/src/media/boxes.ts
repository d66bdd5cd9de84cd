import { concat, viewOf } from './bytes';

/** A box of an MP4 or MOV (ISO 14496-12). */
export interface Box {
  type: string;
  /** Where it begins, where its content begins, and where it ends. */
  at: number;
  content: number;
  end: number;
}

export function boxAt(bytes: Uint8Array, at: number, room: number): Box | null {
  const view = viewOf(bytes);
  if (at + 8 > bytes.length) {
    return null;
  }
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  let size = view.getUint32(at);
  let content = at + 8;
  if (size === 1) {
    if (at + 16 > bytes.length) {
      return null;
    }
    size = Number(view.getBigUint64(at + 8));
    content += 8;
  } else if (size === 0) {
    size = room;
  }
  return size < content - at ? null : { type, at, content, end: at + size };
}

export function children(bytes: Uint8Array, parent: Box): Box[] {
  const boxes: Box[] = [];
  for (let at = parent.content; at + 8 <= parent.end; ) {
    const box = boxAt(bytes, at, parent.end - at);
    // Old QuickTime files end a container with four zero bytes.
    if (!box || box.end > parent.end) {
      break;
    }
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

export function child(bytes: Uint8Array, parent: Box, ...path: string[]): Box | null {
  let box: Box | null = parent;
  for (const type of path) {
    box = box ? (children(bytes, box).find((each) => each.type === type) ?? null) : null;
  }
  return box;
}

export function boxOf(type: string, content: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  viewOf(head).setUint32(0, content.length + 8);
  head.set([...type].map((each) => each.charCodeAt(0)), 4);
  return concat(head, content);
}

/** A box with some of its innermost boxes replaced. */
export function rebuilt(
  moov: Uint8Array,
  box: Box,
  path: string[],
  fresh: Map<string, Uint8Array>,
): Uint8Array {
  const parts = children(moov, box).map((each) => {
    if (path.length > 0 && each.type === path[0]) {
      return rebuilt(moov, each, path.slice(1), fresh);
    }
    const other = path.length === 0 ? fresh.get(each.type) : undefined;
    return other ?? moov.subarray(each.at, each.end);
  });
  return boxOf(box.type, concat(...parts));
}
