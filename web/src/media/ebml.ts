import { concat } from './bytes';

/** A number as an element's size, in at least {@code least} bytes. */
export function sizeBytes(size: number, least = 1): Uint8Array {
  let length = least;
  while (length < 8 && size >= 2 ** (7 * length) - 1) {
    length++;
  }
  const bytes = new Uint8Array(length);
  let rest = size;
  for (let index = length - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[0]! |= 0x80 >> (length - 1);
  return bytes;
}

export function element(id: number, content: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest % 256);
  }
  return concat(new Uint8Array(bytes), sizeBytes(content.length), content);
}

export function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

export function unsignedBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return new Uint8Array(bytes);
}
