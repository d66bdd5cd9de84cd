package io.tapedeck.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * E-mails as {@code .eml} files in a folder, for a machine without a mail server. A file appears
 * whole or not at all. Only its owner may read it, because its links give access without a
 * password. The same mail is always the same file. Nobody collects the files, so old ones are
 * deleted: after {@link #KEPT}, or, when there are more than {@link #MOST}, the oldest first.
 */
public final class FileMailer implements Mailer {
  private static final Logger LOG = LoggerFactory.getLogger(FileMailer.class);

  /** Longer than the life of any e-mail's link, unless MP3s are kept for more than a month. */
  static final Duration KEPT = Duration.ofDays(30);

  static final int MOST = 10_000;

  /** E-mails between two checks of the folder. */
  static final int EVERY = 100;

  private final Path outbox;
  private final InternetAddress from;
  private final Clock clock;
  private final AtomicInteger written = new AtomicInteger();
  private final Session session = Session.getInstance(new Properties());

  /**
   * Makes the folder when it is missing, and deletes the files in it that are too old.
   *
   * @param from the sender's address, such as {@code Tapedeck <tapedeck@example.org>}
   * @throws IllegalArgumentException when the sender's address is not valid
   * @throws IOException when the folder cannot be made
   */
  public FileMailer(Path outbox, String from, Clock clock) throws IOException {
    this.outbox = outbox;
    this.clock = clock;
    this.from = sender(from);
    if (!Files.isDirectory(outbox)) {
      Files.createDirectories(outbox, onlyFor("rwx------"));
    }
    clearUp();
  }

  static InternetAddress sender(String from) {
    try {
      return Mime.address(from);
    } catch (AddressException e) {
      throw new IllegalArgumentException("the sender is not an e-mail address: " + from, e);
    }
  }

  @Override
  public Delivery send(Mail mail) {
    Path file = outbox.resolve(mail.name() + ".eml");
    Path part = outbox.resolve("." + mail.name() + ".part");
    try {
      write(mail, part);
      Files.setLastModifiedTime(part, FileTime.from(clock.instant()));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      LOG.atInfo().addKeyValue("e-mail", mail.name()).addKeyValue("file", file).log("e-mail kept");
      if (written.incrementAndGet() % EVERY == 0) {
        clearUp();
      }
      return new Delivery.Sent();
    } catch (MessagingException e) {
      return new Delivery.Refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Delivery.Later("cannot write " + file + ": " + e.getMessage());
    } finally {
      forget(part);
    }
  }

  private void write(Mail mail, Path part) throws IOException, MessagingException {
    Files.deleteIfExists(part); // left by a killed process
    try (FileChannel channel =
            FileChannel.open(
                part,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                onlyFor("rw-------"));
        OutputStream out = Channels.newOutputStream(channel)) {
      Mime.message(session, from, mail).writeTo(out);
      channel.force(true);
    }
  }

  private FileAttribute<?>[] onlyFor(String permissions) {
    return outbox.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("cannot delete {}; tried again later", file, e);
    }
  }

  /** An e-mail, or the rest of a partly written one. */
  private record Kept(Path file, Instant at) {}

  private void clearUp() {
    Instant oldest = clock.instant().minus(KEPT);
    List<Kept> kept = kept();
    for (int i = 0; i < kept.size(); i++) {
      if (i >= MOST || kept.get(i).at().isBefore(oldest)) {
        forget(kept.get(i).file());
      }
    }
  }

  /** All files, the newest first. */
  private List<Kept> kept() {
    List<Kept> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(outbox, "{*.eml,.*.part}")) {
      for (Path file : files) {
        kept.add(new Kept(file, Instant.ofEpochMilli(file.toFile().lastModified())));
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("old e-mails in {} are not deleted; tried again later", outbox, e);
    }
    kept.sort(Comparator.comparing(Kept::at).reversed());
    return kept;
  }

  @Override
  public Health check() {
    return Files.isWritable(outbox)
        ? Health.up()
        : Health.down("the outbox " + outbox + " cannot be written to");
  }

  /** Holds nothing open. */
  @Override
  public void close() {}
}
