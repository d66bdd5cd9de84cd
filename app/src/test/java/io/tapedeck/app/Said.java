package io.tapedeck.app;

import io.tapedeck.contracts.JsonSchema;
import io.tapedeck.convert.ConvertCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One command run in this process, with what it said. */
record Said(int code, String out, String err, ByteArrayOutputStream raw) {
  private static final JsonSchema LINES =
      JsonSchema.beside(ConvertCommand.class, "result.schema.json");

  static Said by(String... command) {
    return to(new byte[0], command);
  }

  /** The command with these bytes on its standard input. */
  static Said to(byte[] input, String... command) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream warned = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input));
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(warned, true, StandardCharsets.UTF_8));
      int code = Main.run(command);
      if (List.of(command).containsAll(List.of("convert", "--json"))) {
        LINES.requireValid(said.toString(StandardCharsets.UTF_8));
      }
      return new Said(
          code,
          said.toString(StandardCharsets.UTF_8),
          warned.toString(StandardCharsets.UTF_8),
          said);
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }
}
