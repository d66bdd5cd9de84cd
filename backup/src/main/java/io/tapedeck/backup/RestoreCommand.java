package io.tapedeck.backup;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck restore}: a backup as the data of this machine. */
@Command(
    name = "restore",
    description = {
      "Copies a backup into an empty data folder.",
      "Every file is compared with its digest; if one is damaged, nothing is restored."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "1:nothing was restored", "2:wrong usage"})
public final class RestoreCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The backup.")
  private Path backup = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:TAPEDECK_DATA:-tapedeck-data}",
      description = "Folder everything is kept in, empty or not there. Default: tapedeck-data.")
  private Path data = Path.of("");

  @Override
  public Integer call() {
    System.out.printf("%s: %d files from %s%n", data, Restore.run(backup, data), backup);
    return 0;
  }
}
