package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecoderTest {
  static Stream<EncoderOptions> everyKindOfOptions() {
    return Stream.of(
        new EncoderOptions(44100, 2, new Rate.Vbr(0)),
        new EncoderOptions(48000, 2, new Rate.Vbr(2), true),
        new EncoderOptions(32000, 1, new Rate.Vbr(4)),
        new EncoderOptions(44100, 1, new Rate.Vbr(9), true));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfOptions")
  void twoDecodersHearTheSame(EncoderOptions options) throws Exception {
    for (Sounds audio : Sounds.ALL) {
      float[] pcm = audio.make(options.sampleRate(), options.channels(), 60_000);
      List<Packet> found = found(options, pcm);
      byte[] before = packed(found);
      byte[] after = packed(recoded(found));
      assertThat(Arrays.equals(Mp3s.ffmpeg(after), Mp3s.ffmpeg(before))).as("%s", audio).isTrue();
      if (Mp3s.has("mpg123")) {
        assertThat(Arrays.equals(Mp3s.mpg123(after), Mp3s.mpg123(before))).as("%s", audio).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Sounds.class)
  void noPacketGrowsAndSoundShrinks(Sounds audio) {
    var options = new EncoderOptions(44100, 2, new Rate.Vbr(2));
    List<Packet> found = found(options, audio.make(44100, 2, 200_000));
    List<Packet> recoded = recoded(found);
    for (int i = 0; i < found.size(); i++) {
      assertThat(recoded.get(i).mainData().length)
          .isLessThanOrEqualTo(found.get(i).mainData().length);
    }
    if (audio == Sounds.MUSIC || audio == Sounds.SPEECH) {
      assertThat(size(recoded)).isLessThan(size(found) * 995 / 1000);
    }
  }

  @Test
  void whatIsTheBestAlreadyStaysAsItIs() {
    var options = new EncoderOptions(44100, 2, new Rate.Vbr(2));
    List<Packet> once = recoded(found(options, Sounds.MUSIC.make(44100, 2, 200_000)));
    List<Packet> twice = recoded(once);
    assertThat(size(once) - size(twice)).isBetween(0L, size(once) / 5000);
  }

  @Test
  void smallerFramesStayAsTheyAre() {
    var options = new EncoderOptions(22050, 2, new Rate.Vbr(2));
    List<Packet> found = found(options, Sounds.MUSIC.make(22050, 2, 50_000));
    assertThat(recoded(found)).containsExactlyElementsOf(found);
  }

  @Test
  void anyBitsGoThroughAndNeverGrow() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var recoder = new Recoder();
    List<Packet> found =
        found(new EncoderOptions(44100, 2, new Rate.Vbr(2)), Sounds.MUSIC.make(44100, 2, 60_000));
    for (int round = 0; round < 20_000; round++) {
      Packet good = found.get(random.nextInt(found.size()));
      byte[] side = good.sideInfo().clone();
      byte[] main = good.mainData().clone();
      for (int change = 0; change < 4 && main.length > 0; change++) {
        main[random.nextInt(main.length)] ^= (byte) (1 << random.nextInt(8));
        int bit = 32 + random.nextInt(59 * 4 - 12);
        if (bit >= 20 + 59 * ((bit - 20) / 59) + 12) {
          side[bit / 8] ^= (byte) (0x80 >> bit % 8); // all but the lengths
        }
      }
      Packet bad = new Packet(good.header(), side, main);
      assertThat(recoder.recode(bad).mainData().length)
          .as("seed %s round %s", seed, round)
          .isLessThanOrEqualTo(main.length);
    }
  }

  /** As LAME makes them, by the effort level that leaves the division to us. */
  private static List<Packet> found(EncoderOptions options, float[] pcm) {
    byte[] frames = Mp3s.unpacked(options, pcm);
    var packets = new ArrayList<Packet>();
    var unpacker = new Unpacker();
    for (var parser = new FrameParser(frames); parser.hasNext(); ) {
      int at = parser.offset();
      parser.next();
      packets.add(unpacker.unpack(frames, at));
    }
    return packets;
  }

  private static List<Packet> recoded(List<Packet> packets) {
    var recoder = new Recoder();
    return packets.stream().map(recoder::recode).toList();
  }

  private static long size(List<Packet> packets) {
    return packets.stream().mapToLong(packet -> packet.mainData().length).sum();
  }

  private static byte[] packed(List<Packet> packets) throws Exception {
    var out = new ByteArrayOutputStream();
    var packer = new Packer(out::write, true);
    for (Packet packet : packets) {
      packer.add(packet);
    }
    packer.finish();
    return out.toByteArray();
  }
}
