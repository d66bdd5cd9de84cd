import { ALL_FORMATS, AudioSampleSink, BlobSource, Input, type AudioSample } from 'mediabunny';
import { decodesHere, drawPieces, type Decode } from './pieces';

/** Places that are decoded per bin in a long file; the waveform of two hours need not be exact. */
const PROBES = 2;

/**
 * Draws a waveform: the loudest sample of each of {@code bins} equal parts, 0 to 1. With {@code
 * whole} every sample is decoded; else a few places of each part are, so that hours take seconds.
 */
export async function drawPeaks(
  file: Blob,
  number: number,
  bins: number,
  whole: boolean,
  decode: Decode,
  cancelled: () => boolean,
  report: (peaks: Float32Array, done: boolean) => void,
): Promise<void> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    const track = (await input.getAudioTracks())[number - 1];
    if (!track || (decodesHere() && !(await track.canDecode()))) {
      throw new Error('the audio cannot be decoded here');
    }
    const from = Math.max(0, await track.getFirstTimestamp());
    const length = (await track.computeDuration()) - from;
    if (!decodesHere()) {
      await drawPieces(track, from, length, bins, whole, decode, cancelled, report);
      return;
    }
    const peaks = new Float32Array(bins);
    const samples = whole
      ? new AudioSampleSink(track).samples()
      : new AudioSampleSink(track).samplesAtTimestamps(places(from, length, bins));
    let told = performance.now();
    for await (const sample of samples) {
      if (cancelled()) {
        sample?.close();
        return;
      }
      if (sample) {
        const bin = Math.floor(((sample.timestamp - from) / length) * bins);
        const at = Math.min(bins - 1, Math.max(0, bin));
        peaks[at] = Math.max(peaks[at]!, loudest(sample));
        sample.close();
      }
      if (performance.now() - told > 150) {
        told = performance.now();
        report(peaks.slice(), false);
      }
    }
    report(peaks, true);
  } finally {
    input.dispose();
  }
}

function* places(from: number, length: number, bins: number): Generator<number> {
  const step = length / (bins * PROBES);
  for (let index = 0; index < bins * PROBES; index++) {
    yield from + (index + 0.5) * step;
  }
}

let scratch = new Float32Array(4096);

/** The loudest of all channels, 0 to 1. */
export function loudest(sample: AudioSample): number {
  const options = { planeIndex: 0, format: 'f32-planar' } as const;
  const count = sample.allocationSize(options) / 4;
  if (scratch.length < count) {
    scratch = new Float32Array(count);
  }
  sample.copyTo(scratch, options);
  let peak = 0;
  for (let index = 0; index < count; index++) {
    peak = Math.max(peak, Math.abs(scratch[index]!));
  }
  return Math.min(1, peak);
}
