package io.tapedeck.e2e;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What {@code dev/cluster up} starts: a cluster with a mail server, until it is told to stop. Says
 * in the file {@code addresses} what is where; e-mails become files in {@code mail}.
 */
final class ClusterMain {
  private ClusterMain() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              stop.countDown();
              await(stopped);
            }));
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    try (Cluster cluster = Cluster.start(folder, settings(mail))) {
      List<String> lines = new ArrayList<>(cluster.addresses());
      lines.add("mail      " + folder.resolve("mail") + "/*.eml");
      Files.write(folder.resolve("addresses.new"), lines);
      Files.move(folder.resolve("addresses.new"), folder.resolve("addresses"));
      int seen = 0;
      while (!stop.await(500, TimeUnit.MILLISECONDS)) {
        seen = keep(mail.getReceivedMessages(), seen, folder.resolve("mail"));
      }
    } finally {
      mail.stop();
      stopped.countDown();
    }
  }

  private static Map<String, String> settings(GreenMail mail) {
    return Map.of(
        "TAPEDECK_MAIL_HOST",
        "127.0.0.1",
        "TAPEDECK_MAIL_PORT",
        String.valueOf(mail.getSmtp().getPort()),
        "TAPEDECK_MAIL_SECURITY",
        "none",
        "TAPEDECK_ACCOUNTS_SIGN_UP",
        "open");
  }

  private static int keep(MimeMessage[] mails, int seen, Path folder) throws Exception {
    Files.createDirectories(folder);
    for (int i = seen; i < mails.length; i++) {
      try (OutputStream to = Files.newOutputStream(folder.resolve(i + 1 + ".eml"))) {
        mails[i].writeTo(to);
      }
    }
    return mails.length;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
