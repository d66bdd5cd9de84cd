package io.tapedeck.cluster;

import com.mongodb.MongoException;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.tapedeck.core.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The true cause of the drivers' exceptions, in one line and without a password. */
final class Reasons {
  /** MongoDB's driver gives causes only in the text of its message. */
  private static final Pattern IN_TEXT =
      Pattern.compile("(?:exception=|caused by )\\{[\\w.$]+: ([^{}]*(?:\\{[^{}]*}[^{}]*)*)}");

  private Reasons() {}

  static String ofBroker(Throwable thrown) {
    for (@Nullable Throwable each = thrown; each != null; each = each.getCause()) {
      switch (each) {
        case AuthenticationFailureException e -> {
          return Reason.line("authentication refused: " + e.getMessage());
        }
        case PossibleAuthenticationFailureException e -> {
          return "it ended the connection while we signed in: authentication refused, probably";
        }
        case ShutdownSignalException e when closing(e) != null -> {
          return Reason.line(String.valueOf(closing(e)));
        }
        default -> {}
      }
    }
    return Reason.of(thrown);
  }

  /** The broker's own text on why it closed a connection or a channel. */
  private static @Nullable String closing(ShutdownSignalException signal) {
    @Nullable Method reason = signal.getReason();
    return switch (reason) {
      case AMQP.Connection.Close close -> close.getReplyText();
      case AMQP.Channel.Close close -> close.getReplyText();
      case null, default -> null;
    };
  }

  static String ofFiles(MongoException thrown) {
    String text = String.valueOf(thrown.getMessage());
    Matcher cause = IN_TEXT.matcher(text);
    String last = "";
    while (cause.find()) {
      last = cause.group(1);
    }
    return last.isEmpty() ? Reason.of(thrown) : Reason.line(last);
  }
}
