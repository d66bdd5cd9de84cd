package io.tapedeck.mp3;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** One LAME encoder, from its first sample to its last. Belongs to one thread at a time. */
final class ChunkEncoder implements AutoCloseable {
  /** LAME's own quality level, 0 (slow) to 9 (fast); chosen by measurement, see docs/adr/0006. */
  static final int EFFORT = 4;

  /** LAME requires 1.25 bytes a sample and 7200 more. */
  private static final int OUTPUT = 5 * SampleBuffer.SIZE / 4 + 7200;

  private final Lame lame;
  private final int channels;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment left = arena.allocate(4L * SampleBuffer.SIZE);
  private final MemorySegment right = arena.allocate(4L * SampleBuffer.SIZE);
  private final MemorySegment output = arena.allocate(OUTPUT);
  private final MemorySegment encoder;

  /** Whole frames from LAME that nobody has taken yet. */
  private byte[] frames = new byte[1 << 16];

  private int length;

  ChunkEncoder(Lame lame, EncoderOptions options) {
    this.lame = lame;
    this.channels = options.channels();
    MemorySegment made;
    try {
      made = (MemorySegment) lame.init.invokeExact();
    } catch (Throwable broken) {
      throw Lame.broken(broken);
    }
    if (made.address() == 0) {
      throw new IllegalStateException("LAME has no memory for an encoder");
    }
    encoder = made;
    try {
      configure(options);
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  private void configure(EncoderOptions options) {
    set("in_samplerate", options.sampleRate());
    set("out_samplerate", options.sampleRate());
    set("num_channels", channels);
    set("mode", channels == 1 ? 3 : 1);
    set("quality", EFFORT);
    set("bWriteVbrTag", 0);
    lame.withoutTag(encoder);
    set("findReplayGain", 0);
    set("error_protection", options.crc() ? 1 : 0);
    set("disable_reservoir", options.rate() instanceof Rate.Vbr ? 1 : 0);
    switch (options.rate()) {
      case Rate.Vbr(int level) -> {
        set("VBR", 4);
        set("VBR_q", level);
      }
      case Rate.Cbr(int kbps) -> {
        set("VBR", 0);
        set("brate", kbps);
      }
    }
    if (ask(lame.initParams) < 0) {
      throw new IllegalArgumentException("LAME refuses " + options);
    }
  }

  /** Hz, as the LAME tag names it. */
  int lowpass() {
    return ask(lame.lowpass);
  }

  /** Encodes samples, which must be clean: NaN makes LAME read outside its arrays. */
  void encode(SampleBuffer buffer) {
    MemorySegment.copy(buffer.left, 0, left, ValueLayout.JAVA_FLOAT, 0, buffer.count());
    if (channels == 2) {
      MemorySegment.copy(buffer.right, 0, right, ValueLayout.JAVA_FLOAT, 0, buffer.count());
    }
    grow(encodeBlock(buffer.count()));
  }

  /** Encodes the end of the audio, which LAME still holds. */
  void flush() {
    int made;
    try {
      made = (int) lame.flush.invokeExact(encoder, output, OUTPUT);
    } catch (Throwable broken) {
      throw Lame.broken(broken);
    }
    grow(made);
  }

  /** Returns {@code before} and then the bytes made since the last call; does not keep them. */
  byte[] take(byte[] before) {
    byte[] taken = Arrays.copyOf(before, before.length + length);
    System.arraycopy(frames, 0, taken, before.length, length);
    length = 0;
    return taken;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      ask(lame.close);
      arena.close();
    }
  }

  private int encodeBlock(int count) {
    MemorySegment second = channels == 1 ? left : right;
    try {
      return (int) lame.encode.invokeExact(encoder, left, second, count, output, OUTPUT);
    } catch (Throwable broken) {
      throw Lame.broken(broken);
    }
  }

  private void grow(int made) {
    if (made < 0) {
      throw new IllegalStateException("LAME fails with " + made);
    }
    if (length + made > frames.length) {
      frames = Arrays.copyOf(frames, Math.max(2 * frames.length, length + made));
    }
    MemorySegment.copy(output, ValueLayout.JAVA_BYTE, 0, frames, length, made);
    length += made;
  }

  private void set(String name, int value) {
    lame.set(encoder, name, value);
  }

  private int ask(java.lang.invoke.MethodHandle question) {
    try {
      return (int) question.invokeExact(encoder);
    } catch (Throwable broken) {
      throw Lame.broken(broken);
    }
  }
}
