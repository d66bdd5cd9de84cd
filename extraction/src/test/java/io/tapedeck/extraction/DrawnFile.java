package io.tapedeck.extraction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Makes the file of a draw. */
record DrawnFile(Draw draw, DrawnAudio audio, Path folder) {
  private static final int FLV_HEADER = 13;

  Path make() throws IOException, InterruptedException {
    byte[] bytes = media("first", draw.seconds(), 0);
    Random random = new Random(draw.seed());
    for (DrawnFault fault : draw.faults()) {
      bytes =
          switch (fault) {
            case DrawnFault.OfTimes times -> bytes;
            case DrawnFault.OfBytes change -> change.in(bytes, random);
            case DrawnFault.Appended(double seconds) ->
                DrawnFault.joined(bytes, behind(media("second", seconds, 20)));
          };
    }
    return Files.write(folder.resolve("drawn." + draw.format().extension()), bytes);
  }

  /** ffmpeg stops at a second header of FLV. */
  private byte[] behind(byte[] second) {
    boolean flv = draw.format().extension().equals("flv");
    return flv ? java.util.Arrays.copyOfRange(second, FLV_HEADER, second.length) : second;
  }

  private byte[] media(String name, double seconds, int from)
      throws IOException, InterruptedException {
    DrawnFormat format = draw.format();
    Path file = folder.resolve(name + "." + format.extension());
    List<String> command = new ArrayList<>();
    boolean pictures = draw.pictures() != Draw.Pictures.NONE;
    if (pictures) {
      double length = Math.max(seconds + draw.late(), 1);
      Collections.addAll(command, "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=" + length);
    }
    for (int track = 0; track < draw.tracks(); track++) {
      Collections.addAll(command, "-itsoffset", "" + draw.late());
      double length = seconds + draw.late(); // it counts from before the offset
      Collections.addAll(command, "-ss", "" + (from + 30 * track), "-t", "" + length);
      Collections.addAll(command, "-i", "" + audio.wav(draw.rate(), draw.channels()));
    }
    for (int input = 0; input < draw.tracks() + (pictures ? 1 : 0); input++) {
      Collections.addAll(command, "-map", "" + input);
    }
    if (pictures) {
      String between = draw.pictures() == Draw.Pictures.B_FRAMES ? "2" : "0";
      Collections.addAll(command, "-c:v", format.pictures(), "-b:v", "50k");
      if (!List.of("flv", "msmpeg4").contains(format.pictures())) {
        Collections.addAll(command, "-bf", between);
      }
    }
    Collections.addAll(command, "-c:a", format.codec());
    command.addAll(format.options());
    times(command);
    command.add("" + file);
    Media.ffmpeg(command.toArray(String[]::new));
    return Files.readAllBytes(file);
  }

  private void times(List<String> command) {
    String time = "PTS";
    for (DrawnFault fault : draw.faults()) {
      time =
          fault instanceof DrawnFault.OfTimes change
              ? change.after(time, draw.format().units(draw.rate()))
              : time;
    }
    if (!time.equals("PTS")) {
      String escaped = ("floor(" + time + ")").replace(",", "\\,");
      Collections.addAll(command, "-bsf:a", "setts=ts=" + escaped);
    }
  }
}
