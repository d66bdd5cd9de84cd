import { ALL_FORMATS, BlobSource, Input, type InputAudioTrack, type MetadataTags, type TrackDisposition } from 'mediabunny';
import { extractable } from './extract';
import { isCuttable } from './mp4';
import type { Probe, Track } from './types';

/** Packets that are read to estimate a track's size where the container does not list them. */
const SAMPLE = 300;

/** What the file holds; null when its container is unknown. */
export async function probe(file: Blob): Promise<Probe | null> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    const format = await input.getFormat();
    const audio = await input.getAudioTracks();
    const duration = await input.computeDuration();
    const tracks: Track[] = [];
    const ranks: number[] = [];
    for (const [index, track] of audio.entries()) {
      tracks.push(await describe(file, format.name, track, index + 1, duration));
      ranks.push(rank(await track.getDisposition(), tracks[index]!));
    }
    const standard = tracks[ranks.indexOf(Math.max(...ranks))];
    if (standard) {
      standard.standard = true;
    }
    const hasVideo = (await input.getVideoTracks()).length > 0;
    const { title = '', artist = '', album = '' } = await input.getMetadataTags().catch(() => ({}) as MetadataTags);
    return { container: format.name, duration, tracks, hasVideo, title, artist, album };
  } catch {
    return null;
  } finally {
    input.dispose();
  }
}

/** As the server ranks tracks: with audio, then no commentary, then flagged as default; of equals the first. */
export function rank(
  flags: Pick<TrackDisposition, 'default' | 'commentary' | 'hearingImpaired' | 'visuallyImpaired'>,
  track: Pick<Track, 'codec'>,
): number {
  const secondary = flags.commentary || flags.hearingImpaired || flags.visuallyImpaired;
  return (track.codec !== '' ? 4 : 0) + (secondary ? 0 : 2) + (flags.default ? 1 : 0);
}

async function describe(
  file: Blob,
  container: string,
  track: InputAudioTrack,
  number: number,
  duration: number,
): Promise<Track> {
  const codec = (await track.getCodec()) ?? '';
  const stats = codec === '' ? null : await track.computePacketStats(SAMPLE).catch(() => null);
  const bytes = Math.min(file.size, Math.round(((stats?.averageBitrate ?? 0) * duration) / 8));
  const language = await track.getLanguageCode();
  return {
    number,
    codec,
    language: language === 'und' ? '' : language,
    name: (await track.getName()) ?? '',
    channels: codec === '' ? 0 : await track.getNumberOfChannels(),
    rate: codec === '' ? 0 : await track.getSampleRate(),
    duration: (await track.computeDuration().catch(() => 0)) || duration,
    bytes,
    standard: false,
    extractable: extractable(container, codec),
    cuttable: extractable(container, codec) && (await isCuttable(file, number).catch(() => false)),
  };
}
