package io.tapedeck.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * E-mails as {@code .eml} files in a folder, for a machine without a mail server. A file appears
 * whole or not at all, only its owner may read it (it carries links that open things), and the same
 * e-mail is always the same file.
 */
public final class FileMailer implements Mailer {
  private static final Logger LOG = LoggerFactory.getLogger(FileMailer.class);

  private final Path outbox;
  private final InternetAddress from;
  private final Session session = Session.getInstance(new Properties());

  /**
   * Makes the folder when it is not there.
   *
   * @param from the sender's address, such as {@code Tapedeck <tapedeck@example.org>}
   * @throws IllegalArgumentException when that is not an address
   * @throws IOException when the folder cannot be made
   */
  public FileMailer(Path outbox, String from) throws IOException {
    this.outbox = outbox;
    this.from = sender(from);
    if (!Files.isDirectory(outbox)) {
      Files.createDirectories(outbox, onlyFor("rwx------"));
    }
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
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      LOG.atInfo().addKeyValue("e-mail", mail.name()).addKeyValue("file", file).log("e-mail kept");
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
    Files.deleteIfExists(part); // left by a process that was killed here
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

  private static void forget(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      LOG.warn("cannot delete {}; the next try at this e-mail will", part, e);
    }
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
