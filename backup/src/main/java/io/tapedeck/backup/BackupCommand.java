package io.tapedeck.backup;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck backup}: a copy of all data, also while a server runs. */
@Command(
    name = "backup",
    description = {
      "Copies all data of this machine into a new folder, also while a server runs.",
      "Every conversion that was ready before is in it with its MP3, compared with its digest."
          + " For the stores of a cluster see docs/operations.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it failed, or a file is not what was stored; the output names it",
      "2:wrong usage"
    })
public final class BackupCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder to make.")
  private Path to = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:TAPEDECK_DATA:-tapedeck-data}",
      description = "Folder everything is kept in. Default: tapedeck-data.")
  private Path data = Path.of("");

  @Override
  public Integer call() {
    Backup.Made made = Backup.make(data, to);
    System.out.printf("%s: %d files, %,d bytes%n", to, made.files(), made.bytes());
    made.damaged()
        .forEach(path ->
            System.err.println("tapedeck: " + data.resolve(path) + " is not what was stored"));
    return made.damaged().isEmpty() ? 0 : 1;
  }
}
