package io.tapedeck.mp3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * The file around the frames: bytes before them, Info frame, music. The Info frame is filled in at
 * the end.
 */
final class Mp3File implements Packer.Output {
  private final SeekableByteChannel channel;
  private final InfoTag infoTag;
  private final long start;
  private final long infoAt;
  private final SeekTable seekTable = new SeekTable();
  private final Packer packer;
  private long musicBytes;
  private int musicCrc;
  private long nextFrame;

  Mp3File(SeekableByteChannel channel, EncoderOptions options, byte[] before) throws IOException {
    this.channel = channel;
    this.infoTag = new InfoTag(options);
    this.packer = new Packer(this, options.rate() instanceof Rate.Vbr);
    start = channel.position();
    writeFully(ByteBuffer.wrap(before));
    infoAt = channel.position();
    writeFully(ByteBuffer.allocate(infoTag.bytes()));
  }

  void add(Packet packet) throws IOException {
    packer.add(packet);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    // Counts frames where they begin; the header of a frame always comes whole.
    long chunkStart = musicBytes;
    while (nextFrame < chunkStart + length) {
      seekTable.add(nextFrame);
      nextFrame += FrameHeader.at(bytes, (int) (nextFrame - chunkStart) + offset).frameBytes();
    }
    musicCrc = Crc16.ofMusic(musicCrc, bytes, offset, length);
    musicBytes += length;
    writeFully(ByteBuffer.wrap(bytes, offset, length));
  }

  Encoded finish(Lame lame, int lowpass, long samples, int delay, Loudness loudness)
      throws IOException {
    packer.finish();
    int padding = (int) (seekTable.frames() * infoTag.frameSamples() - samples - delay);
    byte[] frame =
        infoTag.frame(
            new InfoTag.Facts(
                lame.version(),
                lowpass,
                seekTable.frames(),
                musicBytes,
                musicCrc,
                delay,
                padding,
                seekTable,
                loudness));
    long end = channel.position();
    channel.position(infoAt);
    writeFully(ByteBuffer.wrap(frame));
    channel.position(end);
    return new Encoded(samples, seekTable.frames(), end - start, delay, padding, loudness);
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
