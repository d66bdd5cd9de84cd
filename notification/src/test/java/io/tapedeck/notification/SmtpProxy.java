package io.tapedeck.notification;

import io.tapedeck.notification.SmtpMailer.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Stands before a real SMTP server: adds TLS from the first byte or STARTTLS, answers chosen
 * commands with refusals, and writes down what was said in the clear and in secret.
 */
final class SmtpProxy implements AutoCloseable {
  final List<String> heardInTheClear = new CopyOnWriteArrayList<>();
  final List<String> heard = new CopyOnWriteArrayList<>();

  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<String>> refusals = new ConcurrentHashMap<>();
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int behind;
  private final Security security;
  private final SSLContext tls;
  private final Thread accepting = Thread.ofVirtual().unstarted(this::accept);

  SmtpProxy(int behind, Security security, SSLContext tls) throws IOException {
    this.behind = behind;
    this.security = security;
    this.tls = tls;
    accepting.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections there were so far. */
  int connections() {
    return clients.size();
  }

  /** The next command with this verb is answered so instead of being passed on. */
  void refuseOnce(String verb, String reply) {
    refusals.computeIfAbsent(verb, v -> new ConcurrentLinkedQueue<>()).add(reply);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket plain) {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      Line upstream = new Line(server);
      Line client = new Line(security == Security.TLS ? secured(plain) : plain);
      boolean secret = security == Security.TLS;
      client.say(upstream.reply());
      for (String said = client.hear(); said != null; said = client.hear()) {
        heard.add(said);
        if (!secret) {
          heardInTheClear.add(said);
        }
        String verb = said.split(" ")[0].toUpperCase(Locale.ROOT);
        String refusal = refusals.getOrDefault(verb, new ConcurrentLinkedQueue<>()).poll();
        if (refusal != null) {
          client.say(refusal);
        } else if (verb.equals("STARTTLS") && security == Security.STARTTLS) {
          client.say("220 go on");
          client = new Line(secured(plain));
          secret = true;
        } else {
          upstream.say(said);
          String reply = upstream.reply();
          boolean offer = verb.equals("EHLO") && security == Security.STARTTLS && !secret;
          client.say(offer ? "250-door\r\n250-STARTTLS\r\n" + reply : reply);
          if (verb.equals("DATA") && reply.startsWith("354")) {
            client.say(mail(client, upstream));
          }
        }
      }
    } catch (IOException e) {
      // The client left; what it said stays written down.
    } finally {
      close(plain);
    }
  }

  private static String mail(Line client, Line upstream) throws IOException {
    String line;
    do {
      line = client.hear();
      upstream.say(line);
    } while (!".".equals(line));
    return upstream.reply();
  }

  private Socket secured(Socket plain) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
    socket.setUseClientMode(false);
    socket.startHandshake();
    return socket;
  }

  private static void close(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Nobody is let in any more once this returns: the system listens while a thread waits for it.
   * Whoever was in is thrown out.
   */
  @Override
  public void close() {
    try {
      listening.close();
      accepting.join();
      clients.forEach(SmtpProxy::close);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One side of a conversation, line by line. */
  private static final class Line {
    private final BufferedReader in;
    private final OutputStream out;

    Line(Socket socket) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      out = socket.getOutputStream();
    }

    String hear() throws IOException {
      return in.readLine();
    }

    void say(String line) throws IOException {
      out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** A reply, which may have several lines: {@code 250-…} and at last {@code 250 …}. */
    String reply() throws IOException {
      StringBuilder all = new StringBuilder();
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        all.append(line).append("\r\n");
        line = in.readLine();
      }
      return all + String.valueOf(line);
    }
  }
}
