package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Conversion;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LinkRoutesTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] MP3 = "an MP3, nearly".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private Edge edge;
  private Conversion conversion;
  private String path = "";

  @BeforeEach
  void start() throws Exception {
    edge = new Edge(folder);
    conversion = edge.ready(Edge.ANNA, "talk.mp4", MP3);
    path = "/v1/conversions/" + conversion.id() + "/links";
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private JsonNode link() throws Exception {
    HttpResponse<String> made = edge.send("POST", path, NONE);
    assertThat(made.statusCode()).isEqualTo(201);
    return Edge.json(made);
  }

  private HttpResponse<String> anybody(String url, String... headers) throws Exception {
    return edge.as("", "GET", url.substring(edge.uri("").toString().length()), NONE, headers);
  }

  private static String shared(JsonNode link) {
    return link.get("page").asString().replace("/l/", "/v1/shared/");
  }

  @Test
  void thePageLearnsTheNameTheLengthAndTheEndAndNothingOfTheOwner() throws Exception {
    HttpResponse<String> said = anybody(shared(link()));
    JsonNode document = Edge.json(said);
    assertThat(document.propertyNames())
        .containsExactlyInAnyOrder("name", "size", "duration", "url", "expiresAt");
    assertThat(document.get("name").asString()).isEqualTo("talk.mp3");
    assertThat(said.body()).doesNotContain(Edge.ANNA.value());
    assertThat(anybody(document.get("url").asString()).body()).isEqualTo("an MP3, nearly");
  }

  @Test
  void aProgramIsSentOnToTheMp3OnThisServer() throws Exception {
    JsonNode link = link();
    HttpResponse<String> sent = anybody(link.get("page").asString());
    assertThat(sent.statusCode()).isEqualTo(302);
    String to = sent.headers().firstValue("Location").orElseThrow();
    assertThat(to).startsWith("/v1/conversions/" + conversion.id() + "/mp3?");
    assertThat(link.get("url").asString()).endsWith(to);
  }

  @Test
  void anotherAccountNeitherSeesNorRevokesALink() throws Exception {
    JsonNode link = link();
    String one = path + "/" + link.get("id").asString();
    assertThat(edge.as("bert", "GET", path, NONE).statusCode()).isEqualTo(404);
    assertThat(edge.as("bert", "DELETE", one, NONE).statusCode()).isEqualTo(404);
    assertThat(edge.as("", "DELETE", one, NONE).statusCode()).isEqualTo(401);
    assertThat(anybody(shared(link)).statusCode()).isEqualTo(200);
    assertThat(edge.send("DELETE", one, NONE).statusCode()).isEqualTo(204);
    assertThat(anybody(shared(link)).statusCode()).isEqualTo(403);
    assertThat(Edge.json(edge.get(path)).get("links")).isEmpty();
  }

  @Test
  void aRevokedLinkIsAPageForPeopleAndAProblemForPrograms() throws Exception {
    JsonNode link = link();
    edge.send("DELETE", path + "/" + link.get("id").asString(), NONE);
    String page = link.get("page").asString();
    HttpResponse<String> people = anybody(page, "Accept", "text/html", "Accept-Language", "it");
    assertThat(people.statusCode()).isEqualTo(403);
    assertThat(people.body()).contains("Questo link non funziona pi");
    assertThat(people.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(Edge.code(anybody(page))).isEqualTo("link-expired");
    assertThat(Edge.code(anybody(link.get("url").asString()))).isEqualTo("link-expired");
  }
}
