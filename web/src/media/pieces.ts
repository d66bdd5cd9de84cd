import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FlacOutputFormat,
  Mp3OutputFormat,
  Mp4OutputFormat,
  Output,
  WavOutputFormat,
  WebMOutputFormat,
  type AudioCodec,
  type InputAudioTrack,
  type OutputFormat,
} from 'mediabunny';

// Waveforms over plain http, where a browser gives a worker no decoder (WebCodecs). The page itself decodes small files
// that are made of some packets each.

/**
 * Decodes a small audio file.
 *
 * @return the loudest sample of each of {@code parts} equal parts, 0 to 1
 */
export type Decode = (file: Uint8Array, parts: number) => Promise<Float32Array>;

/** Seconds in one piece of a file that is decoded whole, at most about. */
const LONG = 10;
/** Seconds that are decoded of each part of a long file. */
const SHORT = 0.3;

/** Whether this browser decodes here. */
export const decodesHere = (): boolean => typeof AudioDecoder !== 'undefined';

/** As drawPeaks does, piece by piece. */
export async function drawPieces(
  track: InputAudioTrack,
  from: number,
  length: number,
  bins: number,
  whole: boolean,
  decode: Decode,
  cancelled: () => boolean,
  report: (peaks: Float32Array, done: boolean) => void,
): Promise<void> {
  const step = length / bins;
  const each = whole ? Math.max(1, Math.floor(LONG / step)) : 1;
  const peaks = new Float32Array(bins);
  for (let bin = 0; bin < bins && !cancelled(); bin += each) {
    const parts = Math.min(each, bins - bin);
    const start = from + (whole ? bin : bin + 0.5) * step;
    const file = await piece(track, start, start + (whole ? parts * step : Math.min(step / 2, SHORT)));
    peaks.set(file ? await decode(file, parts) : [], bin);
    report(peaks.slice(), false);
  }
  report(peaks, true);
}

/** A format that browsers can decode this codec in. */
function formatFor(codec: AudioCodec): OutputFormat {
  switch (codec) {
    case 'opus':
    case 'vorbis':
      return new WebMOutputFormat();
    case 'mp3':
      return new Mp3OutputFormat({ xingHeader: false });
    case 'flac':
      return new FlacOutputFormat();
    default:
      return codec.startsWith('pcm') ? new WavOutputFormat() : new Mp4OutputFormat({ fastStart: 'in-memory' });
  }
}

/** A file of the packets between two times; null when there are none. */
async function piece(track: InputAudioTrack, start: number, end: number): Promise<Uint8Array | null> {
  const codec = await track.getCodec();
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  const packets = new EncodedPacketSink(track);
  let packet = (await packets.getPacket(start)) ?? (await packets.getFirstPacket());
  if (!codec || !packet || packet.timestamp >= end) {
    return null;
  }
  const target = new BufferTarget();
  const output = new Output({ format: formatFor(codec), target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  const first = packet.timestamp;
  do {
    const moved = packet.clone({ timestamp: packet.timestamp - first });
    await source.add(moved, moved.timestamp === 0 ? { decoderConfig } : undefined);
    packet = await packets.getNextPacket(packet);
  } while (packet && packet.timestamp < end);
  await output.finalize();
  return new Uint8Array(target.buffer!);
}
