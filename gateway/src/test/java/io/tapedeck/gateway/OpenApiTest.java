package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.http.HttpCode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/** The description of the API against what the server does. */
class OpenApiTest {
  private static final Set<String> VERBS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch");

  /** Lines of other roles; that all of them are there is tested where all roles are together. */
  private static final Set<String> ELSEWHERE = Set.of("accounts", "sessions", "keys", "admin");

  /** The page, which is no API. */
  private static final Set<String> PAGE =
      Set.of(
          "GET /",
          "GET /assets/*",
          "GET /docs",
          "GET /sw.js",
          "GET /manifest.webmanifest",
          "POST /receive");

  @TempDir Path folder;
  private Edge edge;
  private Map<String, Object> api;

  @BeforeEach
  void start() throws Exception {
    edge = new Edge(folder);
    HttpResponse<String> response = edge.as("", "GET", "/openapi.yaml", new byte[0]);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/yaml; charset=utf-8");
    String yaml =
        new String(response.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    api = map(new Load(LoadSettings.builder().build()).loadFromString(yaml));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private Object at(String path) {
    Object value = api;
    for (String part : path.split("/")) {
      value = map(value).get(part.replace('~', '/'));
      assertThat(value).as(path).isNotNull();
    }
    return value;
  }

  private Set<String> documented() {
    Set<String> lines = new TreeSet<>();
    map(api.get("paths"))
        .forEach((path, item) ->
            map(item)
                .forEach((verb, operation) -> {
                  if (VERBS.contains(verb) && !elsewhere(map(operation))) {
                    lines.add(verb.toUpperCase(Locale.ROOT) + " " + path);
                  }
                }));
    return lines;
  }

  private static boolean elsewhere(Map<String, Object> operation) {
    return ((List<?>) operation.get("tags")).stream().anyMatch(ELSEWHERE::contains)
        || operation.get("operationId").equals("tutorialLogin");
  }

  @Test
  void everyAddressIsDescribedAndEveryDescribedOneIsThere() {
    Set<String> live =
        edge.router.lines().stream()
            .filter(line -> !PAGE.contains(line))
            .collect(Collectors.toCollection(TreeSet::new));
    // HEAD is answered by GET; where it is described, it has no line of its own.
    live.add("HEAD /v1/conversions/{id}/mp3");
    live.add("HEAD /v1/archive/zip");
    assertThat(documented()).isEqualTo(live);
  }

  @Test
  void everyProblemIsListed() {
    Set<String> codes = new TreeSet<>();
    Arrays.stream(Code.values()).map(Code::wire).forEach(codes::add);
    Arrays.stream(HttpCode.values()).map(HttpCode::wire).forEach(codes::add);
    List<?> listed = (List<?>) at("components/schemas/Code/enum");
    assertThat(new TreeSet<Object>(listed)).isEqualTo(codes).hasSameSizeAs(listed);
    assertThat((List<?>) at("components/schemas/State/enum"))
        .isEqualTo(Arrays.stream(Kind.values()).map(Kind::wire).toList());
  }

  @Test
  void documentsHaveTheMembersThatAreDescribed() throws Exception {
    Conversion ready = edge.ready(Edge.ANNA, "a.mp4", new byte[5]);
    Conversion failed = edge.failed(Edge.ANNA, "b.mp4");
    JsonNode document = Edge.json(edge.get("/v1/conversions/" + ready.id()));
    assertMembers(document, "Conversion");
    assertMembers(document.get("mp3"), "Mp3");
    assertMembers(
        Edge.json(edge.get("/v1/conversions/" + failed.id())).get("problem"), "ConversionProblem");
    assertMembers(Edge.json(edge.get("/v1/conversions")), "ConversionPage");
    assertMembers(Edge.json(edge.get("/v1/limits")), "Limits");
    assertMembers(Edge.json(edge.get("/v1/conversions/none")), "Problem");
    assertMembers(
        Edge.json(edge.send("POST", "/v1/conversions/" + ready.id() + "/links", new byte[0])),
        "Link");
    assertMembers(Edge.json(edge.get("/v1/archive")), "Archive");
    Set<String> options = new TreeSet<>(map(at("components/schemas/Options/properties")).keySet());
    options.remove("bitrate");
    assertThat(names(document.get("options"))).isEqualTo(options);
  }

  private void assertMembers(JsonNode document, String schema) {
    Map<String, Object> described = map(at("components/schemas/" + schema));
    assertThat(names(document))
        .as(schema)
        .isEqualTo(new TreeSet<>(map(described.get("properties")).keySet()))
        .isEqualTo(new TreeSet<>((List<?>) described.get("required")));
  }

  private static Set<String> names(JsonNode document) {
    return new TreeSet<>(document.propertyNames());
  }

  @Test
  void theFormHasTheOptionsThatAreRead() {
    Set<String> fields =
        new TreeSet<>(map(at("components/schemas/UploadForm/properties")).keySet());
    fields.remove("file");
    assertThat(fields).isEqualTo(new TreeSet<>(OptionFields.NAMES));
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryOperationIsNamedOnce() {
    List<String> references = new ArrayList<>();
    List<String> names = new ArrayList<>();
    walk(api, references, names);
    assertThat(references).isNotEmpty();
    references.forEach(reference -> at(reference.substring("#/".length())));
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(documented().size());
  }

  private static void walk(Object value, List<String> references, List<String> names) {
    Stream<?> inside = Stream.empty();
    if (value instanceof Map<?, ?> map) {
      if (map.get("$ref") instanceof String reference) {
        references.add(reference);
      }
      if (map.get("operationId") instanceof String name) {
        names.add(name);
      }
      inside = map.values().stream();
    } else if (value instanceof List<?> list) {
      inside = list.stream();
    }
    inside.forEach(each -> walk(each, references, names));
  }
}
