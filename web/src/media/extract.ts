import {
  ALL_FORMATS,
  BlobSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  Input,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type EncodedPacket,
  type InputAudioTrack,
  type MetadataTags,
  type StreamTargetChunk,
} from 'mediabunny';
import { Gone } from './bytes';
import type { Labels, Sink } from './kinds';
import { copyMatroska } from './matroska';
import { copyMp4 } from './mp4';

const PLAIN = /^(MP4|QuickTime File Format)$/;
const MATROSKA = /^(Matroska|WebM)$/;
const STREAM = 'MPEG Transport Stream';

/** What a transport stream may hold; the rest has no place in MP4 that all decoders agree on. */
const IN_STREAM = ['aac', 'ac3', 'eac3'];

/** Whether the sound of such a track can be copied out so that the MP3 stays the same. */
export function extractable(container: string, codec: string): boolean {
  if (container === STREAM) {
    return IN_STREAM.includes(codec);
  }
  return codec !== '' && (PLAIN.test(container) || MATROSKA.test(container));
}

/**
 * Copies the packets of one audio track, as they are, into a small file of its own.
 *
 * @param number the track, from 1
 * @param exact whether times have to be those of the source to the millisecond, because a part is cut out
 * @param labels what is said of the sound beside what the file says
 * @param gone whether nobody waits for it any more
 */
export async function extract(
  file: Blob,
  number: number,
  exact: boolean,
  labels: Labels,
  sink: Sink,
  gone: () => boolean,
  progress: (fraction: number) => void,
): Promise<void> {
  const plain = await copyMp4(file, number, labels, sink, gone, progress);
  if (!plain && !(await copyMatroska(file, number, exact, labels, sink, gone, progress))) {
    await copyPackets(file, number, labels, sink, gone, progress);
  }
}

/** The way for fragmented MP4 and for transport streams: packet by packet into an MP4. */
async function copyPackets(
  file: Blob,
  number: number,
  labels: Labels,
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
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: false }),
      target: new StreamTarget(inOrder(sink)),
    });
    output.setMetadataTags({ ...(await input.getMetadataTags()), ...said(labels) });
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source);
    await output.start();
    await pump(track, source, gone, progress);
    await output.finalize();
  } finally {
    input.dispose();
  }
}

/** The labels as mediabunny names them, only those that are there. */
function said({ title, artist, album, cover }: Labels): MetadataTags {
  const tags: MetadataTags = {};
  for (const [name, text] of Object.entries({ title, artist, album })) {
    if (text !== '') {
      tags[name as 'title' | 'artist' | 'album'] = text;
    }
  }
  if (cover) {
    tags.images = [{ data: cover, mimeType: 'image/jpeg', kind: 'coverFront' }];
  }
  return tags;
}

/** Writes what comes in order, and the few places that are filled in later. */
function inOrder(sink: Sink): WritableStream<StreamTargetChunk> {
  let end = 0;
  return new WritableStream({
    write: async ({ data, position }) => {
      const known = data.subarray(0, Math.max(0, end - position));
      const fresh = data.subarray(known.length);
      if (position > end) {
        throw new Error('the file is not written in order');
      }
      if (known.length > 0) {
        await sink.patch(position, known);
      }
      if (fresh.length > 0) {
        await sink.write(fresh);
        end += fresh.length;
      }
    },
  });
}

async function pump(
  track: InputAudioTrack,
  source: EncodedAudioPacketSource,
  gone: () => boolean,
  progress: (fraction: number) => void,
): Promise<void> {
  const duration = await track.computeDuration();
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  let first: EncodedPacket | null = null;
  let count = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, first ? undefined : { decoderConfig });
    first ??= packet;
    if (count++ % 64 === 0) {
      if (gone()) {
        throw new Gone();
      }
      progress(Math.min(1, packet.timestamp / duration));
    }
  }
}
