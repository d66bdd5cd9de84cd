package io.tapedeck.convert;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tapedeck man}: the manual page. */
@Command(
    name = "man",
    description = {
      "Prints the manual page.",
      "To read it: tapedeck man | man -l -",
      "To keep it: tapedeck man >/usr/local/share/man/man1/tapedeck.1",
    },
    mixinStandardHelpOptions = true)
public final class ManCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    System.out.print(ManPage.of(CommandTree.root(spec)));
    System.out.flush();
    return 0;
  }
}
