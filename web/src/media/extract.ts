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
import { Cancelled } from './bytes';
import type { Tags, Sink } from './types';
import { copyMatroska } from './matroska';
import { copyMp4 } from './mp4';
import type { Part } from './mp4-part';

const MP4 = /^(MP4|QuickTime File Format)$/;
const MATROSKA = /^(Matroska|WebM)$/;
const TRANSPORT_STREAM = 'MPEG Transport Stream';

/** Codecs that are copied from a transport stream; for the others, decoders disagree on how MP4 holds them. */
const STREAM_CODECS = ['aac', 'ac3', 'eac3'];

/** Whether such a track can be extracted so that its MP3 is the same as that of the whole file. */
export function extractable(container: string, codec: string): boolean {
  if (container === TRANSPORT_STREAM) {
    return STREAM_CODECS.includes(codec);
  }
  return codec !== '' && (MP4.test(container) || MATROSKA.test(container));
}

/**
 * Copies the packets of one audio track, as they are, into a small file of its own.
 *
 * @param number the track, from 1
 * @param part only this part is converted: times must match the source to the millisecond, and less is copied where possible
 * @param tags replace those of the file
 * @param cancelled whether the work was cancelled
 * @return seconds of the source before the new file
 */
export async function extract(
  file: Blob,
  number: number,
  part: Part | null,
  tags: Tags,
  sink: Sink,
  cancelled: () => boolean,
  progress: (fraction: number) => void,
): Promise<number> {
  const plain = await copyMp4(file, number, part, tags, sink, cancelled, progress);
  if (plain === null && !(await copyMatroska(file, number, part !== null, tags, sink, cancelled, progress))) {
    await copyPackets(file, number, tags, sink, cancelled, progress);
  }
  return plain ?? 0;
}

/** Copies packet by packet into an MP4: for fragmented MP4 and for transport streams. */
async function copyPackets(
  file: Blob,
  number: number,
  tags: Tags,
  sink: Sink,
  cancelled: () => boolean,
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
    const known = await input.getMetadataTags();
    if (known.raw?.['chpl']) {
      // mediabunny would write them in a form that is read as other chapters.
      throw new Error('the chapters would be lost');
    }
    output.setMetadataTags({ ...known, ...mediabunnyTags(tags) });
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source);
    await output.start();
    await pump(track, source, cancelled, progress);
    await output.finalize();
  } finally {
    input.dispose();
  }
}

/** The tags that are set, as mediabunny names them. */
function mediabunnyTags({ title, artist, album, year, genre, track, cover }: Tags): MetadataTags {
  const tags: MetadataTags = {};
  for (const [name, text] of Object.entries({ title, artist, album, genre })) {
    if (text !== '') {
      tags[name as 'title' | 'artist' | 'album' | 'genre'] = text;
    }
  }
  if (year !== '') {
    tags.date = new Date(Date.UTC(Number(year), 0, 1));
  }
  if (track !== '') {
    tags.trackNumber = Number(track);
  }
  if (cover) {
    tags.images = [{ data: cover, mimeType: 'image/jpeg', kind: 'coverFront' }];
  }
  return tags;
}

/** Writes bytes in order, and a few positions again that mediabunny fills in later. */
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
  cancelled: () => boolean,
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
      if (cancelled()) {
        throw new Cancelled();
      }
      progress(Math.min(1, packet.timestamp / duration));
    }
  }
}
