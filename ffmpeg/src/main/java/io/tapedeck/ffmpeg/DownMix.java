package io.tapedeck.ffmpeg;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes stereo of channels that ffmpeg cannot mix, because they have no names. */
public final class DownMix {
  private static final Pattern UNNAMED = Pattern.compile(", (?:(\\d{1,2}) channels|ambisonic \\d)");

  private DownMix() {}

  /**
   * A filter with a comma behind it, if it is needed: the mean of the first, the third … channel to
   * the left, that of the second, the fourth … to the right. Of Ambisonics the first channel goes
   * to both, because it is the sum of all directions.
   *
   * @param stream how ffmpeg describes the stream
   */
  public static Optional<String> of(String stream) {
    Matcher unnamed = UNNAMED.matcher(stream);
    if (!unnamed.find()) {
      return Optional.empty();
    }
    if (unnamed.group(1) == null) {
      return Optional.of("pan=stereo|c0=c0|c1=c0,");
    }
    int channels = Integer.parseInt(unnamed.group(1));
    return channels <= 2
        ? Optional.empty()
        : Optional.of("pan=stereo|c0=" + mean(0, channels) + "|c1=" + mean(1, channels) + ",");
  }

  private static String mean(int first, int channels) {
    int count = (channels - first + 1) / 2;
    String factor = String.format(Locale.ROOT, "%.6f*c", 1.0 / count);
    return IntStream.range(0, channels)
        .filter(channel -> channel % 2 == first)
        .mapToObj(channel -> factor + channel)
        .collect(Collectors.joining("+"));
  }
}
