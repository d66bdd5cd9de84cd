package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tapedeck.mp3.StreamCheck.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCheckTest {
  private static final int SAMPLES = 90_000;

  @TempDir Path folder;

  /** A file's frames without its tag; the first holds counts. */
  private List<byte[]> frames(int rate, int channels) throws Exception {
    EncoderOptions options = new EncoderOptions(rate, channels, new Rate.Vbr(4));
    byte[] mp3 = Mp3s.encode(folder, options, Sounds.MUSIC.make(rate, channels, SAMPLES));
    FrameParser parser = new FrameParser(mp3).skipId3();
    List<byte[]> frames = new ArrayList<>();
    while (parser.hasNext()) {
      int from = parser.offset();
      parser.next();
      frames.add(Arrays.copyOfRange(mp3, from, parser.offset()));
    }
    return frames;
  }

  private static byte[] joined(List<byte[]> frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    frames.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** What a copy of the frames is, with its frame of counts. */
  private static byte[] copy(List<byte[]> frames, int delay, int discarded) {
    StreamCheck check = new StreamCheck();
    List<byte[]> music = new ArrayList<>();
    byte[] own = new byte[0];
    for (byte[] frame : frames) {
      switch (check.next(frame, 0, frame.length)) {
        case AUDIO -> music.add(frame);
        case INFO -> own = frame;
        case PARTIAL, OTHER, DAMAGED -> throw new AssertionError("frame " + music.size());
      }
    }
    FrameHeader first = FrameHeader.at(music.getFirst(), 0);
    XingFrame xing = XingFrame.before(first, own);
    music.forEach(frame -> xing.add(frame, 0, frame.length));
    byte[] counts = xing.filled(delay, discarded);
    assertThat(counts).hasSameSizeAs(xing.placeholder());
    music.addFirst(counts);
    return joined(music);
  }

  @ParameterizedTest
  @CsvSource({"44100, 2", "48000, 1", "22050, 2", "8000, 1"})
  void everyFrameOfAnEncoderIsAudioAndTheFirstHoldsCounts(int rate, int channels) throws Exception {
    StreamCheck check = new StreamCheck();
    List<byte[]> frames = frames(rate, channels);
    assertThat(check.next(frames.getFirst(), 0, frames.getFirst().length)).isEqualTo(Kind.INFO);
    for (byte[] frame : frames.subList(1, frames.size())) {
      assertThat(check.next(frame, 0, frame.length)).isEqualTo(Kind.AUDIO);
      assertThat(check.length()).isEqualTo(frame.length);
    }
    assertThat(check.isFromLame()).isFalse(); // the packer leaves no padding for LAME's name
  }

  @Test
  void theOwnFrameOfCountsIsKeptAsItIs() throws Exception {
    List<byte[]> frames = frames(44_100, 2);
    assertThat(copy(frames, 0, 0)).isEqualTo(joined(frames));
  }

  @ParameterizedTest
  @ValueSource(ints = {44_100, 22_050, 8_000})
  void delayAndPaddingOfACopyAreLeftOutByEveryDecoder(int rate) throws Exception {
    List<byte[]> frames = frames(rate, 2);
    int frame = FrameHeader.at(frames.getLast(), 0).samples();
    int discarded = (frames.size() - 1) * frame - XingFrame.DELAY_OF_LAME - SAMPLES;
    byte[] copy = copy(frames.subList(1, frames.size()), XingFrame.DELAY_OF_LAME, discarded);
    assertThat(Mp3s.ffmpeg(copy)).isEqualTo(Mp3s.ffmpeg(joined(frames))).hasSize(2 * SAMPLES);
    assumeThat(Mp3s.has("mpg123")).isTrue();
    assertThat(Mp3s.mpg123(copy)).isEqualTo(Mp3s.mpg123(joined(frames))).hasSize(4 * SAMPLES);
  }

  @Test
  void countsOfFramesThatDidNotComeAreCorrected() throws Exception {
    List<byte[]> frames = frames(44_100, 2);
    List<byte[]> half = frames.subList(0, frames.size() / 2);
    byte[] copy = copy(half, 0, 0);
    int counted = ByteBuffer.wrap(copy).getInt(4 + 32 + 8);
    assertThat(counted).isEqualTo(half.size() - 1);
    assertThat(Mp3s.ffmpeg(copy)).hasSize(2 * (counted * 1152 - XingFrame.DELAY_OF_LAME));
  }

  @Test
  void whatIsNotLikeTheFirstFrameIsAnother() throws Exception {
    byte[] stereo = frames(44_100, 2).getLast();
    for (byte[] other : List.of(frames(44_100, 1).getLast(), frames(48_000, 2).getLast())) {
      StreamCheck check = new StreamCheck();
      List<byte[]> frames = frames(44_100, 2);
      check.next(frames.get(1), 0, frames.get(1).length);
      assertThat(check.next(other, 0, other.length)).isEqualTo(Kind.OTHER);
      assertThat(check.next(stereo, 0, stereo.length - 1)).isEqualTo(Kind.PARTIAL);
    }
  }

  @Test
  void aFrameThatNeedsDataThatIsNotThereIsDamaged() throws Exception {
    List<byte[]> frames = frames(44_100, 2);
    StreamCheck check = new StreamCheck();
    check.next(frames.get(1), 0, frames.get(1).length);
    byte[] borrowing = frames.get(20).clone();
    borrowing[4] = (byte) 0xFF; // 510 bytes before
    StreamCheck cut = new StreamCheck();
    assertThat(cut.next(borrowing, 0, borrowing.length)).isEqualTo(Kind.AUDIO);
    byte[] empty = frames.get(1).clone();
    StreamCheck joined = new StreamCheck();
    joined.next(empty, 0, empty.length);
    joined.next(frames.getFirst(), 0, frames.getFirst().length);
    assertThat(joined.next(borrowing, 0, borrowing.length)).isEqualTo(Kind.DAMAGED);
  }

  @Test
  void anyBytesAreJudged() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the frames: " + seed);
    Random random = new Random(seed);
    List<byte[]> frames = frames(22_050, 1);
    for (int round = 0; round < 5_000; round++) {
      StreamCheck check = new StreamCheck();
      byte[] bent = frames.get(random.nextInt(frames.size())).clone();
      for (int i = 0; i < 1 + round % 9; i++) {
        bent[random.nextInt(Math.min(bent.length, 40))] = (byte) random.nextInt();
      }
      Kind kind = check.next(bent, 0, random.nextInt(bent.length + 1));
      if (kind == Kind.INFO || kind == Kind.AUDIO) {
        FrameHeader header = FrameHeader.at(bent, 0);
        XingFrame xing = XingFrame.before(header, kind == Kind.INFO ? bent : new byte[0]);
        xing.add(bent, 0, bent.length);
        xing.skip(bent);
        assertThat(xing.filled(1105, 99)).as("seed %d", seed).hasSameSizeAs(xing.placeholder());
        assertThat(xing.claimed()).as("seed %d", seed).isNotNegative();
      }
    }
  }
}
