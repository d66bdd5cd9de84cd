package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Outage;
import io.tapedeck.logging.LogLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogLinesTest {
  private final Logger log = LoggerFactory.getLogger("io.tapedeck.test.Room");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void back() {
    System.setErr(before);
    LogLines.configure(LogLines.Format.TEXT, Level.INFO);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineHasTimeLevelRoomMessageAndKeyValues() {
    LogLines.configure(LogLines.Format.TEXT, Level.INFO);
    log.atInfo().addKeyValue("conversion", "cnv_1").addKeyValue("why", "no room").log("failed");

    assertThat(said()).matches("\\S+Z INFO  Room: failed conversion=cnv_1 why=\"no room\"\\R");
  }

  @Test
  void jsonCarriesTheSameAndTheErrorWithItsTrace() {
    LogLines.configure(LogLines.Format.JSON, Level.INFO);
    log.atError().setCause(new IllegalStateException("x\ny")).addKeyValue("n", 3).log("broke");

    Document line = Document.of(said());
    assertThat(line.text("level")).isEqualTo("ERROR");
    assertThat(line.text("logger")).isEqualTo("io.tapedeck.test.Room");
    assertThat(line.text("n")).isEqualTo("3");
    assertThat(line.text("error")).contains("IllegalStateException", "LogLinesTest");
  }

  @Test
  void anOutageIsOneLineWithItsCauseAndATraceOnlyForWhoLooksForOne() {
    Outage outage =
        new Outage(
            "RabbitMQ did not confirm", new IOException("x", new IOException("reset\nby peer")));
    LogLines.configure(LogLines.Format.TEXT, Level.INFO);
    log.atWarn().setCause(outage).log("tried again");
    assertThat(said()).hasLineCount(1).contains("tried again cause=\"reset | by peer\"");

    LogLines.configure(LogLines.Format.TEXT, Level.DEBUG);
    log.atWarn().setCause(outage).log("tried again");
    assertThat(said()).contains("cause=\"reset | by peer\"", "LogLinesTest");
  }

  @Test
  void textFromStrangersCannotBeginALine() {
    LogLines.configure(LogLines.Format.TEXT, Level.INFO);
    log.info("name {}", "a\n2026-01-01T00:00:00Z ERROR Room: forged");
    log.atInfo().addKeyValue("name", "b\r\nc").log("named");

    assertThat(said()).hasLineCount(2);
  }

  @Test
  void librariesAreHeardFromWarningsOnAndWeFromTheSetLevel() {
    LogLines.configure(LogLines.Format.TEXT, Level.DEBUG);
    Logger library = LoggerFactory.getLogger("org.example.Library");
    library.info("chatter");
    library.warn("trouble");
    log.debug("detail");
    log.trace("more detail");

    assertThat(said().lines()).hasSize(2);
    assertThat(said()).contains("org.example.Library: trouble", "Room: detail");
  }

  @Test
  void theJdkSpeaksInTheSameLines() {
    LogLines.configure(LogLines.Format.TEXT, Level.INFO);
    System.Logger jdk = System.getLogger("jdk.example.Part");
    jdk.log(System.Logger.Level.INFO, "chatter");
    jdk.log(System.Logger.Level.WARNING, "{0} of {1} left", 1, "two {}");
    jdk.log(System.Logger.Level.ERROR, "broke", new IllegalStateException("here"));

    assertThat(said())
        .contains("WARN  jdk.example.Part: 1 of two {} left", "ERROR jdk.example.Part: broke")
        .contains("IllegalStateException: here")
        .doesNotContain("chatter");
  }
}
