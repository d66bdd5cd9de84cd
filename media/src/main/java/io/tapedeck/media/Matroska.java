package io.tapedeck.media;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads the Matroska stream (RFC 9559) that our ffmpeg child writes to its pipe. Its blocks have no
 * lacing, and each has its time, so the reader can see a gap in the audio. The stream has one
 * track, or one track for each file if the child decodes several files. The reader enters master
 * elements and skips elements that it does not need. Any bytes end in blocks, an {@link
 * IOException} of the pipe or a {@link Refusal}; the limits of this class bound the memory.
 */
public final class Matroska implements Pcm {
  /**
   * What the stream says before the audio.
   *
   * @param rate samples per second
   * @param mp3 whether the track is MP3 and not PCM samples
   * @param tags of the file, by Matroska's upper-case names; behind a name of a text in a certain
   *     language are a hyphen and three letters for it: {@code COMMENT-ger}
   * @param trackTags of the track
   */
  public record Header(
      int rate,
      int channels,
      boolean mp3,
      Map<String, String> tags,
      Map<String, String> trackTags,
      List<Chapter> chapters) {
    /** For containers that store the tags of the file with its track. */
    public Header withTrackTags() {
      Map<String, String> all = new HashMap<>(trackTags);
      all.putAll(tags);
      return new Header(rate, channels, mp3, all, trackTags, chapters);
    }

    /** The same for audio that was mixed to one channel. */
    public Header mono() {
      return new Header(rate, 1, mp3, tags, trackTags, chapters);
    }

    /** The same header with some of its chapters only. */
    public Header withChapters(Predicate<Chapter> kept) {
      List<Chapter> some = chapters.stream().filter(kept).toList();
      return new Header(rate, channels, mp3, tags, trackTags, some);
    }
  }

  /**
   * A chapter, with times from the start of the track's timeline.
   *
   * @param title empty if it has none
   */
  public record Chapter(Duration start, Duration end, String title) {}

  /** What the reader learns about a track before its first block. */
  private static final class Track {
    private final Map<String, String> tags = new HashMap<>();
    private long number = 1;
    private long uid;
    private double rate;
    private long channels = 1;
    private long delay;
    private boolean audio;
    private boolean encrypted;
    private boolean mp3;
  }

  private static final int SEGMENT = 0x18538067;
  private static final int CLUSTER = 0x1F43B675;
  private static final int AUDIO = 2;
  private static final int HEAD = 4 << 20;
  private static final int BLOCK_LIMIT = 64 << 20;
  private static final int FIRST_ALLOCATION = 1 << 20;
  private static final int TEXT_LIMIT = 256 << 10;
  private static final int TEXTS_LIMIT = 8 << 20;
  private static final int HIGHEST_RATE = 1_000_000;
  private static final int MOST_CHANNELS = 64;
  private static final int MOST_TRACKS = 127;

  /** Of the file and all its tracks together; as many as a thousand files have. */
  private static final int MOST_TAGS = 10_000;

  /** Characters of a tag's name; a longer one is none that is known. */
  private static final int LONGEST_NAME = 100;

  private static final int MOST_CHAPTERS = 1_000;

  /** Later than any audio, and small enough for calculations: 285 years in milliseconds. */
  private static final long LATEST_MILLIS = 9_000_000_000_000L;

  private final DataInputStream in;
  private final Map<String, String> tags = new HashMap<>();
  private final List<Chapter> chapters = new ArrayList<>();
  private final List<Track> tracks = new ArrayList<>();
  private Track described = new Track();
  private Map<String, String> tagged = tags;
  private String tagName = "";
  private String tagLanguage = "";
  private int tagCount;
  private long textBytes;
  private long clusterTime;
  private int blockTrack;
  private long blockTime;
  private byte[] block = new byte[0];
  private int blockSize;
  private long discarded;
  private boolean brokenOff;

  public Matroska(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
  }

  /**
   * Reads what a file of strangers says of its tracks, as far as it stands in the first {@value
   * #HEAD} bytes.
   *
   * @throws Refusal if it is malformed
   */
  public static Matroska headOf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Matroska head = new Matroska(new ByteArrayInputStream(in.readNBytes(HEAD)));
      head.next();
      return head;
    }
  }

  /** Reads up to the first block; the rate is 0 if the stream ends before any audio. */
  public Header header() throws IOException {
    return next()
        ? header(blockTrack)
        : new Header(0, 0, false, tags, Map.of(), List.copyOf(chapters));
  }

  /** The header of one of several tracks; known after its first block. */
  public Header header(int number) {
    Track track =
        tracks.stream().filter(each -> each.number == number).findFirst().orElse(described);
    // Written so that NaN is refused too.
    if (!(track.rate >= 1 && track.rate <= HIGHEST_RATE)
        || track.channels < 1
        || track.channels > MOST_CHANNELS) {
      throw malformed(track.channels + " channels of " + track.rate + " Hz");
    }
    return new Header(
        (int) Math.round(track.rate),
        (int) track.channels,
        track.mp3,
        tags,
        track.tags,
        List.copyOf(chapters));
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

  /** The track of the current block, counted from 1. */
  public int track() {
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

  /**
   * Nanoseconds at the end of the last block that are not part of the audio; known after {@link
   * #next}.
   */
  public long discarded() {
    return discarded;
  }

  /** Nanoseconds at the start of the n-th audio track, from 0, that are not part of the audio. */
  public long codecDelay(int n) {
    return tracks.stream()
        .filter(track -> track.audio)
        .skip(n)
        .mapToLong(track -> track.delay)
        .findFirst()
        .orElse(0);
  }

  /** For each audio track: is it encrypted? */
  public List<Boolean> encrypted() {
    return tracks.stream().filter(track -> track.audio).map(track -> track.encrypted).toList();
  }

  private boolean take(int id, long size) throws IOException {
    switch (id) {
      // Segment, Info, Tracks, Audio, Chapters, EditionEntry, ChapterDisplay, Tags
      case SEGMENT, 0x1549A966, 0x1654AE6B, 0xE1, 0x1043A770, 0x45B9, 0x80, 0x1254C367 -> {}
      case CLUSTER, 0xA0, 0x63C0, 0x67C8 -> {} // BlockGroup, Targets, SimpleTag
      case 0xB6 -> add(new Chapter(Duration.ZERO, Duration.ZERO, "")); // ChapterAtom
      case 0xAE -> { // TrackEntry
        described = new Track();
        if (tracks.size() >= MOST_TRACKS) {
          throw malformed("more than " + MOST_TRACKS + " tracks");
        }
        tracks.add(described);
      }
      case 0xD7 -> described.number = unsigned(size);
      case 0x73C5 -> described.uid = bits(size);
      case 0x6D80, 0x6240 -> {} // ContentEncodings, ContentEncoding
      case 0x5035 -> { // ContentEncryption
        described.encrypted = true;
        in.skipNBytes(size);
      }
      case 0x83 -> described.audio = unsigned(size) == AUDIO;
      case 0x56AA -> described.delay = unsigned(size); // CodecDelay
      case 0x75A2 -> discarded = unsigned(size); // DiscardPadding, behind its block
      case 0x86 -> described.mp3 = text(size).equals("A_MPEG/L3"); // CodecID
      case 0x536E -> put(described.tags, "TITLE", text(size)); // Name of the track
      case 0xB5 -> described.rate = number(size);
      case 0x9F -> described.channels = unsigned(size);
      case 0x7373 -> tagged = tags; // Tag
      case 0x63C5 -> tagged = tagsOf(bits(size)); // TagTrackUID
      case 0x22B59C -> put(described.tags, "LANGUAGE", text(size)); // of the track
      case 0x45A3 -> {
        tagName = name(size);
        tagLanguage = "";
      }
      case 0x447A -> tagLanguage = "-" + name(size); // behind the name
      case 0x4487 -> put(tagged, tagName + tagLanguage, text(size));
      case 0x7BA9 -> tags.put("TITLE", text(size));
      case 0x91, 0x92, 0x85 -> complete(id, size);
      case 0xE7 -> clusterTime = Math.min(LATEST_MILLIS, unsigned(size));
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
      throw malformed("a block of " + size + " bytes");
    }
    blockTrack = in.readUnsignedByte() & 0x7F; // at most 126 of them: a number of one byte
    blockTime = clusterTime + in.readShort();
    in.readUnsignedByte(); // flags
    blockSize = (int) size - 4;
    discarded = 0;
    if (block.length < blockSize) {
      block = new byte[Math.min(blockSize, FIRST_ALLOCATION)];
    }
    // A size is only a claim: memory is taken as bytes arrive.
    for (int read = 0; read < blockSize; read = Math.min(blockSize, block.length)) {
      if (read == block.length) {
        block = Arrays.copyOf(block, (int) Math.min(blockSize, 2L * read));
      }
      in.readFully(block, read, Math.min(blockSize, block.length) - read);
    }
  }

  private int id(int first) throws IOException {
    int more = Integer.numberOfLeadingZeros(first) - 24;
    if (more > 3) {
      throw malformed("no element begins with " + first);
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
    if (more > 7) {
      throw malformed("a size of more than eight bytes");
    }
    long size = first & (0x7F >> more);
    for (int i = 0; i < more; i++) {
      size = (size << 8) | in.readUnsignedByte();
    }
    return size;
  }

  /** A number of up to 64 bits; a number larger than a long becomes the largest long. */
  private long unsigned(long size) throws IOException {
    long bits = bits(size);
    return bits < 0 ? Long.MAX_VALUE : bits;
  }

  private long bits(long size) throws IOException {
    if (size > 8) {
      throw malformed("a number of " + size + " bytes");
    }
    long value = 0;
    for (long i = 0; i < size; i++) {
      value = (value << 8) | in.readUnsignedByte();
    }
    return value;
  }

  private double number(long size) throws IOException {
    return switch (Math.clamp(size, 0, 9)) {
      case 0 -> 0;
      case 4 -> in.readFloat();
      case 8 -> in.readDouble();
      default -> throw malformed("a number of " + size + " bytes");
    };
  }

  /** Our own child should never write this, whatever its input file is. */
  private static Refusal malformed(String what) {
    return new Refusal(Code.UNREADABLE_MEDIA, "what ffmpeg makes of it is not understood: " + what);
  }

  private void put(Map<String, String> tags, String name, String value) {
    if (tagCount < MOST_TAGS && tags.putIfAbsent(name, value) == null) {
      tagCount++;
    }
  }

  private void add(Chapter chapter) {
    if (chapters.size() < MOST_CHAPTERS) {
      chapters.add(chapter);
    } else {
      chapters.set(MOST_CHAPTERS - 1, chapter);
    }
  }

  /** Takes a time or the title of the last chapter. */
  private void complete(int id, long size) throws IOException {
    if (chapters.isEmpty()) {
      in.skipNBytes(size);
      return;
    }
    Chapter last = chapters.removeLast();
    chapters.add(
        switch (id) {
          case 0x91 -> new Chapter(Duration.ofNanos(unsigned(size)), last.end, last.title);
          case 0x92 -> new Chapter(last.start, Duration.ofNanos(unsigned(size)), last.title);
          default -> new Chapter(last.start, last.end, text(size));
        });
  }

  private String name(long size) throws IOException {
    String name = text(size);
    return name.substring(0, Math.min(LONGEST_NAME, name.length()));
  }

  /**
   * A text. Sources have tags in any encoding, and ffmpeg hands them over as they are: bytes that
   * are not UTF-8 become one character each.
   */
  private String text(long size) throws IOException {
    byte[] bytes = in.readNBytes((int) Math.min(size, TEXT_LIMIT));
    in.skipNBytes(size - bytes.length);
    textBytes += bytes.length;
    if (textBytes > TEXTS_LIMIT) {
      return "";
    }
    ByteBuffer from = ByteBuffer.wrap(bytes);
    CharBuffer to = CharBuffer.allocate(bytes.length);
    // Not the end of the input: a character that the limit has cut is left out.
    boolean bad =
        StandardCharsets.UTF_8.newDecoder().decode(from, to, size == bytes.length).isError();
    return bad ? new String(bytes, StandardCharsets.ISO_8859_1) : to.flip().toString();
  }
}
