package io.tapedeck.e2e;

import static java.util.Comparator.comparingInt;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.http.Json;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The way of a person through the whole of Tapedeck, over real HTTP, wherever it runs: a subclass
 * says on what.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Journey {
  private static final Pattern LINK = Pattern.compile("http://\\S+");

  @TempDir static Path folder;
  private House platform;
  private Path clip;

  /** Starts it; what it needs and is not installed skips the tests. */
  abstract House open(Path folder) throws Exception;

  @BeforeAll
  void start() throws Exception {
    platform = open(folder);
    clip = Media.video(folder.resolve("talk.mp4"), 2, "-metadata", "title=A talk");
  }

  @AfterAll
  void stop() {
    if (platform != null) {
      platform.close();
    }
  }

  House house() {
    return platform;
  }

  @Test
  void fromSignUpToTheDownloadByTheLinkInTheMail() throws Exception {
    Api ada = new Api(platform.uri()).signUp("ada@example.org");
    HttpResponse<InputStream> events = ada.stream(ada.request("v1/events"));
    assertThat(events.headers().firstValue("Content-Type")).contains("text/event-stream");
    String id = Api.id(ada.convert(clip));
    List<String> states = statesUntilEnded(events.body(), id);
    // What changes faster than it is looked up is told once, as it then is.
    List<String> course = List.of("queued", "converting", "ready");
    assertThat(states).isSubsetOf(course).isSortedAccordingTo(comparingInt(course::indexOf));

    JsonNode mp3 = ada.conversion(id).get("mp3");
    HttpResponse<byte[]> mine = ada.bytes(ada.request("v1/conversions/" + id + "/mp3"));
    byte[] digest = Clips.sha256(mine.body());
    assertThat(mp3.get("sha256").asString()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(mine.headers().firstValue("Repr-Digest"))
        .contains("sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
    assertThat(mp3.get("duration").asDouble()).isBetween(1.95, 2.05);

    Path mail = mailAbout(id);
    assertThat(Outbox.read(mail).getAllRecipients()[0]).hasToString("ada@example.org");
    assertThat(Outbox.read(mail).getSubject()).isEqualTo("Your MP3 is ready: “talk.mp4”");
    HttpResponse<byte[]> byLink = new Api(platform.uri()).bytes(HttpRequest.newBuilder(link(mail)));
    assertThat(byLink.statusCode()).isEqualTo(200);
    assertThat(byLink.body()).isEqualTo(mine.body());
    assertThat(Outbox.of(platform.data()).about(id)).hasSize(1);
  }

  @Test
  void aFailureIsExplainedInTheMailInItalian() throws Exception {
    Api bob = new Api(platform.uri());
    Api.expect(
        201,
        bob.post(
            "v1/accounts",
            "{\"email\":\"bob@example.org\",\"password\":\"%s\",\"language\":\"it\"}"
                .formatted(Api.PASSWORD)));
    bob.signIn("bob@example.org");
    Path mute = Media.silentVideo(folder.resolve("muto.mp4"), 1);
    String id = Api.id(bob.convert(mute));
    JsonNode ended = bob.ended(id);
    assertThat(Api.state(ended)).isEqualTo("failed");
    assertThat(ended.get("problem").get("code").asString()).isEqualTo("no-audio-track");
    Path mail = mailAbout(id);
    assertThat(Outbox.read(mail).getSubject()).isEqualTo("Conversione non riuscita: “muto.mp4”");
    assertThat(Outbox.text(mail))
        .contains("Il file non contiene audio", id, ended.get("problem").get("detail").asString());
    HttpResponse<String> page = new Api(platform.uri()).send(HttpRequest.newBuilder(link(mail)));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
  }

  @Test
  void theClientOfTheTutorialWorksUnchanged() throws Exception {
    new Api(platform.uri()).signUp("tutorial@example.org");
    Api client = new Api(platform.uri());
    HttpResponse<String> login =
        client.send(
            client
                .request("login")
                .header("Authorization", Api.basic("tutorial@example.org"))
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(login.statusCode()).isEqualTo(200);
    client.signedIn(login.body().strip());
    HttpResponse<String> upload = client.send(client.uploading("upload", clip));
    assertThat(upload.statusCode()).isEqualTo(200);
    assertThat(upload.body()).contains("success!");
    String fid = Json.tree(upload.body()).get("fid").asString();
    client.ended(fid);
    HttpResponse<byte[]> mp3 = client.bytes(client.request("download?fid=" + fid));
    assertThat(mp3.statusCode()).isEqualTo(200);
    assertThat(mp3.headers().firstValue("Content-Type")).contains("audio/mpeg");
    assertThat(new String(mp3.body(), 0, 3, StandardCharsets.US_ASCII)).isEqualTo("ID3");
    assertThat(Outbox.text(mailAbout(fid))).contains(fid);
  }

  @Test
  void aForgottenPasswordIsReplacedByTheLinkInTheMail() throws Exception {
    Api eve = new Api(platform.uri()).signUp("eve@example.org");
    Api.expect(202, eve.post("v1/password-resets", "{\"email\":\"eve@example.org\"}"));
    Path mail = mailTo("eve@example.org");
    Matcher token = Pattern.compile("tdp_\\w[\\w-]*").matcher(Outbox.text(mail));
    assertThat(token.find()).isTrue();
    HttpResponse<String> changed =
        new Api(platform.uri())
            .post(
                "v1/password-resets/" + token.group(), "{\"password\":\"quite another evening\"}");
    assertThat(changed.statusCode()).isEqualTo(204);
    assertThat(eve.get("v1/conversions").statusCode()).isEqualTo(401);
  }

  /** What an event stream tells about one conversion, up to its end. */
  private static List<String> statesUntilEnded(InputStream stream, String id) throws Exception {
    List<String> states = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data:")) {
          JsonNode conversion = Json.tree(line.substring(5));
          if (Api.id(conversion).equals(id)) {
            states.add(Api.state(conversion));
          }
          if (!states.isEmpty() && Api.ENDED.contains(states.getLast())) {
            return states;
          }
        }
      }
    }
    throw new AssertionError("the stream ended before the conversion did: " + states);
  }

  /** E-mails are written a moment after the end of a conversion. */
  private Path mailAbout(String id) throws Exception {
    for (int i = 0; i < 600; i++) {
      List<Path> mails = Outbox.of(platform.data()).about(id);
      if (!mails.isEmpty()) {
        return mails.getFirst();
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("no e-mail about " + id);
  }

  private Path mailTo(String address) throws Exception {
    for (int i = 0; i < 600; i++) {
      for (Path mail : Outbox.of(platform.data()).files()) {
        if (mail.toString().endsWith(".eml")
            && Outbox.read(mail).getAllRecipients()[0].toString().equals(address)) {
          return mail;
        }
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("no e-mail to " + address);
  }

  private static URI link(Path mail) throws Exception {
    Matcher link = LINK.matcher(Outbox.text(mail));
    assertThat(link.find()).isTrue();
    return URI.create(link.group());
  }
}
