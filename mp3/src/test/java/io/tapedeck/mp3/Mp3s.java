package io.tapedeck.mp3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Encodes and decodes for tests, with real encoders and decoders. */
final class Mp3s {
  /** The smallest ID3 tag there is: a title of one letter. */
  static final byte[] TAG = {
    'I', 'D', '3', 4, 0, 0, 0, 0, 0, 12, 'T', 'I', 'T', '2', 0, 0, 0, 2, 0, 0, 3, 'T'
  };

  static final Lame LAME = Lame.system();

  private Mp3s() {}

  /** A grid with many joins; multiples of 49 where the padding must fall into step. */
  static Grid smallGrid(EncoderOptions options) {
    int size = options.version().frameSamples;
    return options.rate() instanceof Rate.Vbr
        ? new Grid(32, 24, 20, size)
        : new Grid(98, 49, 40, size);
  }

  static byte[] encode(Path dir, EncoderOptions options, float[] pcm) throws IOException {
    return encode(dir, options, pcm, 2, 4096, new byte[0]);
  }

  static byte[] encode(
      Path dir, EncoderOptions options, float[] pcm, int threads, int buffer, byte[] before)
      throws IOException {
    Path file = Files.createTempFile(dir, "", ".mp3");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var encoder =
            Mp3Encoder.open(LAME, options, before, channel, threads, _ -> {}, smallGrid(options))) {
      int samples = pcm.length / options.channels();
      for (int from = 0; from < samples; from += buffer) {
        encoder.write(pcm, from * options.channels(), Math.min(buffer, samples - from));
      }
      encoder.finish();
    }
    return Files.readAllBytes(file);
  }

  /** What one LAME encoder makes of it, frame by frame. */
  static List<Packet> serial(EncoderOptions options, float[] pcm) {
    var packets = new ArrayList<Packet>();
    try (var segment = new Segment(new ChunkEncoder(LAME, options), 0)) {
      for (SampleBuffer buffer : buffers(pcm, options.channels())) {
        segment.feed(buffer);
        segment.collect();
      }
      segment.flush();
      for (int frame = 0; segment.has(frame); frame++) {
        packets.add(segment.get(frame));
      }
    }
    return packets;
  }

  private static List<SampleBuffer> buffers(float[] pcm, int channels) {
    var buffers = new ArrayList<SampleBuffer>();
    int samples = pcm.length / channels;
    for (int from = 0; from < samples; from += SampleBuffer.SIZE) {
      var buffer = new SampleBuffer();
      buffer.take(pcm, from, Math.min(SampleBuffer.SIZE, samples - from), channels);
      buffers.add(buffer);
    }
    return buffers;
  }

  /** The frames as LAME laid them: with the reservoir off, each its own main data and padding. */
  static byte[] unpacked(EncoderOptions options, float[] pcm) {
    try (var encoder = new ChunkEncoder(LAME, options)) {
      for (SampleBuffer buffer : buffers(pcm, options.channels())) {
        encoder.encode(buffer);
      }
      encoder.flush();
      return encoder.take(new byte[0]);
    }
  }

  /** All frames of a file but the first, which is the Info frame. */
  static List<Packet> packets(byte[] mp3) {
    var packets = new ArrayList<Packet>();
    var parser = new FrameParser(mp3).skipId3();
    var unpacker = new Unpacker();
    parser.next();
    while (parser.hasNext()) {
      int at = parser.offset();
      parser.next();
      packets.add(unpacker.unpack(mp3, at));
    }
    return packets;
  }

  /** The music without tag and Info frame. */
  static byte[] music(byte[] mp3) {
    var parser = new FrameParser(mp3).skipId3();
    parser.next();
    return Arrays.copyOfRange(mp3, parser.offset(), mp3.length);
  }

  /** What a frame sounds like: everything but where it lay and how large its frame was. */
  static String audio(Packet packet) {
    byte[] side = packet.sideInfo().clone();
    SideInfo.setMainDataBegin(packet.header(), side, 0, 0);
    return "%08x %08x %08x of %d bytes"
        .formatted(
            packet.header().word() & 0xFFFF0DFF,
            Arrays.hashCode(side),
            Arrays.hashCode(packet.mainData()),
            packet.mainData().length);
  }

  /** Frames that audio different, by number. */
  static List<Integer> differing(List<Packet> some, List<Packet> others) {
    var differing = new ArrayList<Integer>();
    for (int i = 0; i < Math.max(some.size(), others.size()); i++) {
      if (i >= some.size()
          || i >= others.size()
          || !audio(some.get(i)).equals(audio(others.get(i)))) {
        differing.add(i);
      }
    }
    return differing;
  }

  /** Decoded by ffmpeg, gapless; interleaved 32-bit floats. */
  static float[] ffmpeg(byte[] mp3) throws Exception {
    // From a file: of what comes by a pipe ffmpeg does not cut the end.
    Path file = Files.createTempFile("tapedeck", ".mp3");
    byte[] raw;
    try {
      Files.write(file, mp3);
      raw = piped(new byte[0], "ffmpeg", "-v", "error", "-i", file.toString(), "-f", "f32le", "-");
    } finally {
      Files.delete(file);
    }
    float[] samples = new float[raw.length / 4];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(samples);
    return samples;
  }

  /** Decoded by mpg123, gapless; interleaved 16 bits. */
  static byte[] mpg123(byte[] mp3) throws Exception {
    return piped(mp3, "mpg123", "-q", "-s", "-");
  }

  static boolean has(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** What a program makes of its standard input. */
  static byte[] piped(byte[] input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var feeding = Executors.newVirtualThreadPerTaskExecutor()) {
      feeding.execute(() -> {
        try (var out = process.getOutputStream()) {
          out.write(input);
        } catch (IOException gone) {
          // It read as much as it wanted; its answer is what counts.
        }
      });
      byte[] answer = process.getInputStream().readAllBytes();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return answer;
    }
  }
}
