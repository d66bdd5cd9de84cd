package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands before the audio. */
class InfoTagTest {
  private static final EncoderOptions OPTIONS = new EncoderOptions(44100, 2, new Rate.Vbr(4));

  @TempDir Path dir;

  @Test
  void theBytesBeforeTheAudioChangeNothingBehindThem() throws Exception {
    float[] pcm = Sounds.MUSIC.make(44100, 2, 20_000);
    byte[] plain = Mp3s.encode(dir, OPTIONS, pcm);
    byte[] tagged = Mp3s.encode(dir, OPTIONS, pcm, 2, 4096, Mp3s.TAG);
    int size = Mp3s.TAG.length;
    assertThat(Arrays.copyOf(tagged, size)).isEqualTo(Mp3s.TAG);
    assertThat(Arrays.copyOfRange(tagged, size, tagged.length)).isEqualTo(plain);
  }

  @Test
  void theInfoFrameCountsEverything() throws Exception {
    float[] pcm = Sounds.NOISE.make(44100, 2, 100_001);
    byte[] mp3 = Mp3s.encode(dir, OPTIONS, pcm);
    byte[] music = Mp3s.music(mp3);
    ByteBuffer tag = ByteBuffer.wrap(mp3).position(36);
    assertThat(tag.getInt()).isEqualTo(0x58696E67); // "Xing"
    assertThat(tag.getInt()).isEqualTo(15);
    assertThat(tag.getInt()).isEqualTo(Mp3s.packets(mp3).size());
    assertThat(tag.getInt()).isEqualTo(mp3.length);
    int[] toc = new int[100];
    for (int percent = 0; percent < 100; percent++) {
      toc[percent] = tag.get() & 255;
    }
    assertThat(toc).isSorted();
    assertThat(toc[50]).isBetween(120, 136);
    assertThat(new String(mp3, 156, 4, StandardCharsets.US_ASCII)).isEqualTo("LAME");
    int gap = (mp3[177] & 255) << 16 | (mp3[178] & 255) << 8 | (mp3[179] & 255);
    assertThat(gap >> 12).isEqualTo(576);
    assertThat((gap >> 12) + (gap & 4095) + 100_001).isEqualTo(1152 * Mp3s.packets(mp3).size());
    assertThat(ByteBuffer.wrap(mp3).getInt(184)).isEqualTo(mp3.length);
    assertThat(ByteBuffer.wrap(mp3).getShort(188))
        .isEqualTo((short) Crc16.ofMusic(0, music, 0, music.length));
    assertThat(ByteBuffer.wrap(mp3).getShort(190)).isEqualTo((short) Crc16.ofMusic(0, mp3, 0, 190));
    assertThat(ByteBuffer.wrap(mp3).getInt(167) / (double) (1 << 23)).isBetween(0.99, 1.0);
  }

  @Test
  void checksumsAreThoseOfTheStandardAndOfLame() {
    byte[] nine = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc16.ofMusic(0, nine, 0, 9)).isEqualTo(0xBB3D); // CRC-16/ARC
    // CRC-16/CMS over the bytes behind sync and around the checksum itself.
    byte[] frame = new byte[13];
    System.arraycopy(nine, 0, frame, 2, 2);
    System.arraycopy(nine, 2, frame, 6, 7);
    assertThat(Crc16.ofFrame(frame, 0, 13)).isEqualTo(0xAEE7);
  }

  @Test
  void aLongSoundKeepsASmallSeekTable() {
    var table = new SeekTable();
    for (int frame = 0; frame < 1_000_000; frame++) {
      table.add(frame * 400L);
    }
    byte[] toc = table.toc(400, 400_000_400L);
    for (int percent = 1; percent < 100; percent++) {
      assertThat((toc[percent] & 255) / 256.0).isBetween(percent / 100.0 - 0.006, percent / 100.0);
    }
  }
}
