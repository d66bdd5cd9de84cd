package io.tapedeck.convert;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapedeck completion}: what a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Prints the completion of commands and options for a shell.",
      "bash: source <(tapedeck completion bash)",
      "zsh: tapedeck completion zsh >FOLDER/_tapedeck, where FOLDER is in fpath",
      "fish: tapedeck completion fish >~/.config/fish/completions/tapedeck.fish",
    },
    mixinStandardHelpOptions = true)
public final class CompletionCommand implements Callable<Integer> {
  /** A shell. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell = Shell.bash;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec root = CommandTree.root(spec);
    System.out.print(
        switch (shell) {
          case bash -> AutoComplete.bash(root.name(), root.commandLine());
          case zsh -> ZshCompletion.of(root);
          case fish -> FishCompletion.of(root);
        });
    System.out.flush();
    return 0;
  }
}
