package io.tapedeck.converter;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Matroska (RFC 9559) that our ffmpeg child writes to its pipe: blocks without lacing,
 * each with its time, so that a hole in the sound can be seen; one track, or one of each file where
 * a child decodes several. Master elements are simply walked into; what is not needed is skipped.
 */
final class Matroska implements Pcm {
  /**
   * What stands before the sound.
   *
   * @param rate samples per second
   * @param tags of the file, by Matroska's upper-case names
   * @param trackTags of the track
   */
  record Header(
      int rate,
      int channels,
      Map<String, String> tags,
      Map<String, String> trackTags,
      List<Chapter> chapters) {
    /** For containers that keep what is said of the file with its track. */
    Header withTrackTags() {
      Map<String, String> all = new HashMap<>(trackTags);
      all.putAll(tags);
      return new Header(rate, channels, all, trackTags, chapters);
    }
  }

  /** A chapter, with times from the start of the track's timeline. */
  record Chapter(Duration start, Duration end, String title) {}

  /** What is read of a track until its first block. */
  private static final class Track {
    private final Map<String, String> tags = new HashMap<>();
    private long number = 1;
    private long uid;
    private double rate;
    private int channels = 1;
  }

  private static final int SEGMENT = 0x18538067;
  private static final int CLUSTER = 0x1F43B675;
  private static final int BLOCK_LIMIT = 64 << 20;
  private static final int TEXT_LIMIT = 64 << 10;

  private final DataInputStream in;
  private final Map<String, String> tags = new HashMap<>();
  private final List<Chapter> chapters = new ArrayList<>();
  private final List<Track> tracks = new ArrayList<>();
  private Track described = new Track();
  private Map<String, String> tagged = tags;
  private String tagName = "";
  private Duration chapterStart = Duration.ZERO;
  private Duration chapterEnd = Duration.ZERO;
  private long clusterTime;
  private int blockTrack;
  private long blockTime;
  private byte[] block = new byte[0];
  private int blockSize;
  private boolean brokenOff;

  Matroska(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
  }

  /** Reads up to the first block; the rate is 0 when the stream ends before any sound. */
  Header header() throws IOException {
    return next() ? header(blockTrack) : new Header(0, 0, tags, Map.of(), List.copyOf(chapters));
  }

  /** What was said of one of several tracks, once its first block was read. */
  Header header(int number) {
    Track track =
        tracks.stream().filter(each -> each.number == number).findFirst().orElse(described);
    return new Header(
        (int) Math.round(track.rate), track.channels, tags, track.tags, List.copyOf(chapters));
  }

  @Override
  public boolean next() throws IOException {
    try {
      return search();
    } catch (EOFException e) {
      brokenOff = true;
      return false;
    }
  }

  @Override
  public boolean brokenOff() {
    return brokenOff;
  }

  private boolean search() throws IOException {
    while (true) {
      int first = in.read();
      if (first < 0) {
        return false;
      }
      int id = id(first);
      long size = size();
      if (take(id, size)) {
        return true;
      }
    }
  }

  /** The track of the block, counted from 1. */
  int track() {
    return blockTrack;
  }

  @Override
  public long millis() {
    return blockTime;
  }

  @Override
  public byte[] bytes() {
    return block;
  }

  @Override
  public int length() {
    return blockSize;
  }

  private boolean take(int id, long size) throws IOException {
    switch (id) {
      // Segment, Info, Tracks, Audio, Chapters, EditionEntry, ChapterDisplay, Tags
      case SEGMENT, 0x1549A966, 0x1654AE6B, 0xE1, 0x1043A770, 0x45B9, 0x80, 0x1254C367 -> {}
      case CLUSTER, 0xA0, 0x63C0, 0x67C8, 0xB6 -> {} // BlockGroup, Targets, SimpleTag, ChapterAtom
      case 0xAE -> { // TrackEntry
        described = new Track();
        tracks.add(described);
      }
      case 0xD7 -> described.number = unsigned(size);
      case 0x73C5 -> described.uid = unsigned(size);
      case 0x536E -> described.tags.putIfAbsent("TITLE", text(size)); // Name of the track
      case 0xB5 -> described.rate = size == 4 ? in.readFloat() : in.readDouble();
      case 0x9F -> described.channels = (int) unsigned(size);
      case 0x7373 -> tagged = tags; // Tag
      case 0x63C5 -> tagged = tagsOf(unsigned(size)); // TagTrackUID
      case 0x45A3 -> tagName = text(size);
      case 0x4487 -> tagged.putIfAbsent(tagName, text(size));
      case 0x7BA9 -> tags.put("TITLE", text(size));
      case 0x91 -> chapterStart = Duration.ofNanos(unsigned(size));
      case 0x92 -> chapterEnd = Duration.ofNanos(unsigned(size));
      case 0x85 -> chapters.add(new Chapter(chapterStart, chapterEnd, text(size)));
      case 0xE7 -> clusterTime = unsigned(size);
      case 0xA3, 0xA1 -> {
        readBlock(size);
        return true;
      }
      default -> in.skipNBytes(size);
    }
    return false;
  }

  private Map<String, String> tagsOf(long uid) {
    for (Track track : tracks) {
      if (track.uid == uid) {
        return track.tags;
      }
    }
    return uid == 0 ? tags : described.tags;
  }

  private void readBlock(long size) throws IOException {
    if (size < 4 || size > BLOCK_LIMIT) {
      throw new IOException("a Matroska block of " + size + " bytes");
    }
    blockTrack = in.readUnsignedByte() & 0x7F; // at most 126 of them: a number of one byte
    blockTime = clusterTime + in.readShort();
    in.readUnsignedByte(); // flags
    blockSize = (int) size - 4;
    if (block.length < blockSize) {
      block = new byte[blockSize];
    }
    in.readFully(block, 0, blockSize);
  }

  private int id(int first) throws IOException {
    int more = Integer.numberOfLeadingZeros(first) - 24;
    if (more > 3) {
      throw new IOException("not a Matroska element");
    }
    int id = first;
    for (int i = 0; i < more; i++) {
      id = (id << 8) | in.readUnsignedByte();
    }
    return id;
  }

  private long size() throws IOException {
    int first = in.readUnsignedByte();
    int more = Integer.numberOfLeadingZeros(first) - 24;
    long size = first & (0x7F >> more);
    for (int i = 0; i < more; i++) {
      size = (size << 8) | in.readUnsignedByte();
    }
    return size;
  }

  private long unsigned(long size) throws IOException {
    long value = 0;
    for (long i = 0; i < size; i++) {
      value = (value << 8) | in.readUnsignedByte();
    }
    return value;
  }

  private String text(long size) throws IOException {
    byte[] bytes = in.readNBytes((int) Math.min(size, TEXT_LIMIT));
    in.skipNBytes(size - bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
