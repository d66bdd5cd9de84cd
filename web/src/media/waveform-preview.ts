import { AudioSampleSink, BufferSource, Input, MP3 } from 'mediabunny';
import { loudest } from './peaks';
import { decodesHere, type Decode } from './pieces';

/** Bytes read at each place: some frames of any bitrate. */
const SAMPLE_BYTES = 6 << 10;
/** The first frames at each place may need bytes before it, which are not read (the bit reservoir, ISO 11172-3 2.4.3.4); they are skipped. */
const SKIPPED_FRAMES = 2;
/** Places that are read at the same time. */
const AT_ONCE = 4;

const RATES: Record<number, readonly number[]> = {
  3: [44_100, 48_000, 32_000],
  2: [22_050, 24_000, 16_000],
  0: [11_025, 12_000, 8_000],
};
const FULL = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const HALF = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

export type ReadRange = (from: number, to: number) => Promise<Uint8Array>;

/**
 * Draws the waveform of a long MP3 from one place in each of {@code bins} equal parts. So an MP3 of
 * hours costs two megabytes of download.
 */
export async function drawPreview(
  read: ReadRange,
  size: number,
  bins: number,
  decode: Decode,
  cancelled: () => boolean,
  report: (peaks: Float32Array, done: boolean) => void,
): Promise<void> {
  const start = endOfTag(await read(0, 10));
  const where = positionsByTime(await read(start, Math.min(size, start + SAMPLE_BYTES)), start, size);
  const peaks = new Float32Array(bins);
  let next = 0;
  const work = async () => {
    while (next < bins && !cancelled()) {
      const bin = next++;
      const from = where((bin + 0.5) / bins);
      peaks[bin] = await peakIn(await read(from, Math.min(size, from + SAMPLE_BYTES)), decode);
      report(peaks.slice(), false);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  report(peaks, true);
}

/** Where the audio begins, after an ID3v2 tag if there is one (ID3v2.4 3.1). */
function endOfTag(bytes: Uint8Array): number {
  const tagged = bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33;
  return tagged ? 10 + bytes.subarray(6, 10).reduce((sum, byte) => sum * 128 + byte, 0) : 0;
}

/**
 * Maps a part of the whole time to a byte position, with the table that encoders write into the first
 * frame: 100 numbers, in 1/256 of the bytes. Without a table, time is taken as proportional to bytes.
 */
export function positionsByTime(first: Uint8Array, start: number, size: number): (part: number) => number {
  const text = String.fromCharCode(...first.subarray(0, 64));
  const at = Math.max(text.indexOf('Xing'), text.indexOf('Info'));
  const flags = at < 0 ? 0 : first[at + 7]!;
  const skipped = (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0);
  const table = flags & 4 ? first.subarray(at + 8 + skipped, at + 108 + skipped) : null;
  return (part) => {
    const slot = Math.min(99, Math.floor(part * 100));
    const low = table?.[slot] ?? slot * 2.56;
    const high = table?.[slot + 1] ?? (table ? 256 : low + 2.56);
    const share = (low + (high - low) * (part * 100 - slot)) / 256;
    return Math.floor(start + share * (size - start));
  };
}

/** The complete frames in bytes from anywhere in an MP3: at least two consecutive ones, or none. */
export function framesIn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < bytes.length - 4; at++) {
    let end = at;
    let count = 0;
    for (let length = lengthAt(bytes, at); length > 0 && end + length <= bytes.length && alike(bytes, at, end); count++) {
      end += length;
      length = lengthAt(bytes, end);
    }
    if (count > 1) {
      return bytes.slice(at, end);
    }
  }
  return new Uint8Array();
}

/** Version, layer and sampling rate stay the same from frame to frame. */
function alike(bytes: Uint8Array, one: number, other: number): boolean {
  return bytes[one + 1] === bytes[other + 1] && ((bytes[one + 2]! ^ bytes[other + 2]!) & 0x0c) === 0;
}

/** Bytes of the layer III frame there; 0 where none begins (ISO 11172-3 2.4.2.3, ISO 13818-3 2.4.2.3). */
function lengthAt(bytes: Uint8Array, at: number): number {
  const [sync = 0, kind = 0, rates = 0] = bytes.subarray(at, at + 3);
  const version = (kind >> 3) & 3;
  const rate = RATES[version]?.[(rates >> 2) & 3] ?? 0;
  const kilobits = (version === 3 ? FULL : HALF)[rates >> 4] ?? 0;
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2 || rate === 0 || kilobits === 0) {
    return 0;
  }
  return Math.floor(((version === 3 ? 144_000 : 72_000) * kilobits) / rate) + ((rates >> 1) & 1);
}

async function peakIn(bytes: Uint8Array, decode: Decode): Promise<number> {
  const frames = framesIn(bytes);
  if (frames.length === 0) {
    return 0;
  }
  if (!decodesHere()) {
    return (await decode(frames, 1))[0] ?? 0;
  }
  const input = new Input({ source: new BufferSource(frames), formats: [MP3] });
  try {
    const track = await input.getPrimaryAudioTrack();
    let peak = 0;
    let frame = 0;
    for await (const sample of new AudioSampleSink(track!).samples()) {
      peak = frame++ < SKIPPED_FRAMES ? 0 : Math.max(peak, loudest(sample));
      sample.close();
    }
    return peak;
  } finally {
    input.dispose();
  }
}
