import {
  ALL_FORMATS,
  BlobSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  Input,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import type { Sink } from './kinds';

const KNOWN = /^(MP4|QuickTime File Format|Matroska|WebM|MPEG Transport Stream)$/;

/** Whether the sound of such a track can be copied out so that the MP3 stays the same. */
export function extractable(container: string, codec: string): boolean {
  return KNOWN.test(container) && codec !== '';
}

/**
 * Copies the packets of one audio track, as they are, into a small file of its own.
 *
 * @param number the track, from 1
 * @param gone whether nobody waits for it any more
 */
export async function extract(
  file: Blob,
  number: number,
  sink: Sink,
  gone: () => boolean,
  progress: (fraction: number) => void,
): Promise<void> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    const track = (await input.getAudioTracks())[number - 1];
    const codec = await track?.getCodec();
    if (!track || !codec) {
      throw new Error('the track is not there');
    }
    const duration = await track.computeDuration();
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: 'fragmented' }),
      target: new StreamTarget(
        new WritableStream<StreamTargetChunk>({ write: (chunk) => sink.write(chunk.data) }),
      ),
    });
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source);
    await output.start();
    const config = await track.getDecoderConfig();
    let first = true;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (gone()) {
        await output.cancel();
        throw new Error('cancelled');
      }
      await source.add(packet, first && config ? { decoderConfig: config } : undefined);
      first = false;
      progress(Math.min(1, packet.timestamp / duration));
    }
    await output.finalize();
  } finally {
    input.dispose();
  }
}
