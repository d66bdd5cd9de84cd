package io.tapedeck.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits the messages of one child by file. The lines of each file become a report that looks as if
 * the child had read only that file.
 */
public final class BatchLog {
  private static final Pattern INPUT = Pattern.compile("^\\[info\\] Input #(\\d+), .*");
  private static final Pattern OUTPUT = Pattern.compile("^\\[info\\] Output #.*");
  private static final Pattern MAPPING =
      Pattern.compile("^(\\[info\\]   Stream #)(\\d+)(:\\d+ -> #0:)\\d+( .*)$");
  private static final Pattern FORMAT = Pattern.compile("^\\[graph_-?\\d+_in_(\\d+)[_:].*");
  private static final Pattern CHAPTER = Pattern.compile("^\\[info\\]     Chapter #.*");
  private static final Pattern COMPLAINT =
      Pattern.compile("^(?:\\[[^]]*\\] )?\\[(error|fatal|panic)\\] .*");

  private final List<FfmpegLog> each = new ArrayList<>();
  private final boolean[] chapters;
  private boolean complaint;
  private int current = -1;

  /** What the demuxer said of the file that is named next. */
  private String guess = "";

  public BatchLog(int files) {
    for (int i = 0; i < files; i++) {
      each.add(new FfmpegLog());
    }
    chapters = new boolean[files];
  }

  /** Takes one line. */
  public synchronized void accept(String line) {
    Matcher input = INPUT.matcher(line);
    Matcher mapping = MAPPING.matcher(line);
    Matcher format = FORMAT.matcher(line);
    if (COMPLAINT.matcher(line).matches() && !FfmpegLog.isOnPurpose(line)) {
      complaint = true;
    } else if (input.matches()) {
      current = file(input.group(1));
      if (current >= 0 && !guess.isEmpty()) {
        each.get(current).accept(guess);
      }
      guess = "";
    } else if (line.contains(FfmpegLog.GUESS)) {
      guess = line;
    } else if (OUTPUT.matcher(line).matches()) {
      current = -1;
    } else if (mapping.matches() && file(mapping.group(2)) >= 0) {
      each.get(file(mapping.group(2)))
          .accept(mapping.group(1) + "0" + mapping.group(3) + "0" + mapping.group(4));
    } else if (format.matches() && file(format.group(1)) >= 0) {
      each.get(file(format.group(1))).accept(line);
    } else if (current >= 0) {
      chapters[current] |= CHAPTER.matcher(line).matches();
      each.get(current).accept(line.replace("  Stream #" + current + ":", "  Stream #0:"));
    }
  }

  /** The file with this number; -1 if there is none, as in text that comes from a file itself. */
  private int file(String digits) {
    int number = digits.length() > 3 ? each.size() : Integer.parseInt(digits);
    return number < each.size() ? number : -1;
  }

  /** Whether the child complained about any file. */
  public synchronized boolean complaint() {
    return complaint;
  }

  public FfmpegLog of(int file) {
    return each.get(file);
  }

  public synchronized boolean hasChapters(int file) {
    return chapters[file];
  }
}
