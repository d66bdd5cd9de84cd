package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameParserFuzzTest {
  @FuzzTest(maxDuration = "24h")
  void anyBytesAreFramesOrATypedError(byte[] bytes) {
    walk(bytes);
  }

  @Test
  void damagedFilesAreFramesOrATypedError() {
    var random = new Random(7);
    var options = new EncoderOptions(22050, 2, new Rate.Cbr(32));
    byte[] good = Mp3s.unpacked(options, Sounds.MUSIC.make(22050, 2, 20_000));
    assertThat(walk(good)).isGreaterThan(30);
    for (int round = 0; round < 3000; round++) {
      byte[] bad = good.clone();
      for (int change = 0; change <= round % 5; change++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      walk(bad);
    }
  }

  @Test
  void aFrameThatBorrowsFromNothingIsRefused() {
    var options = new EncoderOptions(44100, 1, new Rate.Cbr(64));
    byte[] frame = Mp3s.unpacked(options, new float[1]);
    SideInfo.setMainDataBegin(FrameHeader.at(frame, 0), frame, 4, 17);
    assertThatThrownBy(() -> new Unpacker().unpack(frame, 0))
        .isInstanceOf(BadFrame.class)
        .hasMessageContaining("borrows 17 bytes");
  }

  /** How many frames were there. Fails on anything but {@link BadFrame}, and ends. */
  private static int walk(byte[] bytes) {
    int frames = 0;
    try {
      var parser = new FrameParser(bytes).skipId3();
      var unpacker = new Unpacker();
      while (parser.hasNext()) {
        int at = parser.offset();
        FrameHeader header = parser.next();
        assertThat(parser.offset()).isGreaterThan(at);
        unpacker.unpack(bytes, at);
        assertThat(header.sampleRate()).isBetween(8000, 48000);
        frames++;
      }
    } catch (BadFrame expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
    return frames;
  }
}
