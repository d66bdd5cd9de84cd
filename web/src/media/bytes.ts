/** Reads a file at any position, through a buffer, so that positions close together cost one read. */
export class Window {
  private from = 0;
  private held = new Uint8Array(0);

  /** @param size the fewest bytes that are read at once */
  constructor(
    private readonly file: Blob,
    private readonly size: number,
  ) {}

  get length(): number {
    return this.file.size;
  }

  /** The bytes from {@code at}; fewer than {@code count} at the file's end. */
  async bytes(at: number, count: number): Promise<Uint8Array> {
    if (at < this.from || at + count > this.from + this.held.length) {
      const end = Math.min(this.file.size, at + Math.max(count, this.size));
      this.held = new Uint8Array(await this.file.slice(at, end).arrayBuffer());
      this.from = at;
    }
    return this.held.subarray(at - this.from, Math.min(this.held.length, at - this.from + count));
  }
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Thrown to end work that was cancelled. */
export class Cancelled extends Error {
  constructor() {
    super('the work was cancelled');
  }
}
