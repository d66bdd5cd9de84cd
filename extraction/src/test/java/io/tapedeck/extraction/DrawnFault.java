package io.tapedeck.extraction;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Something that is wrong with a drawn file. */
sealed interface DrawnFault {
  /** Changes the times of packets, and nothing else. */
  sealed interface OfTimes extends DrawnFault {
    /**
     * The new time of a packet, as an expression of ffmpeg's {@code setts}.
     *
     * @param time the expression so far
     * @param units in which it counts, in a second
     */
    String after(String time, int units);
  }

  /** Changes the bytes of the finished file. */
  sealed interface OfBytes extends DrawnFault {
    byte[] in(byte[] file, Random random);
  }

  /** Each packet is late by up to so many milliseconds. */
  record Jitter(int millis) implements OfTimes {
    @Override
    public String after(String time, int units) {
      return String.format(
          Locale.ROOT,
          "(%s+mod(abs(sin((N+3)*12.9898))*43758.5,1)*%d/1000*%d)",
          time,
          millis,
          units);
    }
  }

  /** The packets of so many milliseconds share a moment. */
  record Bursts(int millis) implements OfTimes {
    @Override
    public String after(String time, int units) {
      return String.format(
          Locale.ROOT, "(floor((%1$s)*1000/%2$d/%3$d)*%2$d/1000*%3$d)", time, millis, units);
    }
  }

  /** All packets share a moment, nearly. */
  record OneMoment() implements OfTimes {
    @Override
    public String after(String time, int units) {
      return "N";
    }
  }

  /** The clock runs fast by so many thousandths. */
  record Clock(int thousandths) implements OfTimes {
    @Override
    public String after(String time, int units) {
      return String.format(Locale.ROOT, "(%s*%f)", time, 1 + thousandths / 1000.0);
    }
  }

  /** Packets from this time on are later: between them there is no audio. */
  record Hole(double at, double seconds) implements OfTimes {
    @Override
    public String after(String time, int units) {
      return String.format(
          Locale.ROOT, "(%s+if(gte(PTS,%f),%f,0))", time, at * units, seconds * units);
    }
  }

  /** The times begin again after so many seconds. */
  record Anew(double after) implements OfTimes {
    @Override
    public String after(String time, int units) {
      return String.format(Locale.ROOT, "mod(%s,%f)", time, after * units);
    }
  }

  /** Only this share of the file is left. */
  record CutOff(double share) implements OfBytes {
    @Override
    public byte[] in(byte[] file, Random random) {
      return Arrays.copyOf(file, (int) (file.length * share));
    }
  }

  /** So many bytes are others, in the part of the file that begins at this share. */
  record Flipped(int count, double from) implements OfBytes {
    @Override
    public byte[] in(byte[] file, Random random) {
      int first = Math.max(100, (int) (file.length * from));
      for (int i = 0; i < count && first < file.length; i++) {
        file[first + random.nextInt(file.length - first)] ^= (byte) (1 + random.nextInt(255));
      }
      return file;
    }
  }

  /** So many random bytes stand behind the file. */
  record Behind(int bytes) implements OfBytes {
    @Override
    public byte[] in(byte[] file, Random random) {
      return joined(file, junk(bytes, random));
    }
  }

  /** So many random bytes stand before the file. */
  record Before(int bytes) implements OfBytes {
    @Override
    public byte[] in(byte[] file, Random random) {
      return joined(junk(bytes, random), file);
    }
  }

  /** A second file of the same kind stands behind the first. */
  record Appended(double seconds) implements DrawnFault {}

  private static byte[] junk(int bytes, Random random) {
    byte[] junk = new byte[bytes];
    random.nextBytes(junk);
    return junk;
  }

  static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
