package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.fuzzing.Mutations;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the frames of an MP3 that is kept, with the frame of counts and its seek table. */
class StreamCheckFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            new EncoderOptions(44_100, 2, new Rate.Vbr(4)),
            new EncoderOptions(22_050, 1, new Rate.Cbr(32)))
        .map(options -> {
          float[] pcm = Sounds.MUSIC.make(options.sampleRate(), options.channels(), 9_000);
          byte[] frames = Mp3s.unpacked(options, pcm);
          XingFrame xing = XingFrame.before(FrameHeader.at(frames, 0), new byte[0]);
          xing.add(frames, 0, FrameHeader.at(frames, 0).frameBytes());
          return join(xing.filled(XingFrame.DELAY_OF_LAME, 700), frames);
        });
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + Math.min(second.length, 2_500));
    System.arraycopy(second, 0, both, first.length, both.length - first.length);
    return both;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) {
    StreamCheck check = new StreamCheck();
    byte[] own = new byte[0];
    @Nullable XingFrame xing = null;
    int at = 0;
    while (at < bytes.length) {
      StreamCheck.Kind kind = check.next(bytes, at, bytes.length);
      if (kind == StreamCheck.Kind.INFO && xing == null) {
        own = Arrays.copyOfRange(bytes, at, at + check.length());
      } else if (kind == StreamCheck.Kind.INFO) {
        xing.skip(Arrays.copyOfRange(bytes, at, at + check.length()));
      } else if (kind == StreamCheck.Kind.AUDIO) {
        xing = xing == null ? XingFrame.before(Objects.requireNonNull(check.first()), own) : xing;
        xing.add(bytes, at, check.length());
      } else {
        break;
      }
      at += check.length();
    }
    if (xing != null) {
      for (int delay : new int[] {0, XingFrame.DECODER_DELAY, XingFrame.MOST_DELAY}) {
        assertThat(xing.filled(delay, 100_000)).hasSameSizeAs(xing.placeholder());
        assertThat(xing.outside(delay, 100_000)).isNotNegative();
      }
      assertThat(xing.claimed()).isNotNegative();
    }
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}
