package io.tapedeck.e2e;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The API as its description has it. */
record Described(Map<?, ?> root, List<Operation> operations) {
  private static final Set<String> VERBS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch");

  /**
   * A parameter.
   *
   * @param in path, query or header
   */
  record Parameter(String name, String in, boolean required, Map<?, ?> schema) {}

  /**
   * A method at an address.
   *
   * @param bodies the schema of each content type; empty for bytes
   */
  record Operation(
      String method,
      String path,
      List<Parameter> parameters,
      Map<String, Map<?, ?>> bodies,
      Set<Integer> statuses) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Reads the description; what deletes comes last. */
  static Described of(String yaml) {
    Map<?, ?> root = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    Described all = new Described(root, new ArrayList<>());
    map(root, "paths").forEach((path, item) -> all.add(String.valueOf(path), (Map<?, ?>) item));
    all.operations.sort(Comparator.comparing(operation -> operation.method().equals("DELETE")));
    return all;
  }

  private void add(String path, Map<?, ?> item) {
    item.forEach((verb, described) -> {
      if (VERBS.contains(String.valueOf(verb))) {
        Map<?, ?> operation = (Map<?, ?>) described;
        List<Parameter> parameters = new ArrayList<>(parameters(item));
        parameters.addAll(parameters(operation));
        Map<String, Map<?, ?>> bodies =
            map(map(operation, "requestBody"), "content").entrySet().stream()
                .collect(
                    Collectors.toMap(
                        each -> String.valueOf(each.getKey()),
                        each -> resolved(map((Map<?, ?>) each.getValue(), "schema"))));
        Set<Integer> statuses =
            map(operation, "responses").keySet().stream()
                .map(status -> Integer.parseInt(String.valueOf(status)))
                .collect(Collectors.toSet());
        operations.add(
            new Operation(
                String.valueOf(verb).toUpperCase(Locale.ROOT), path, parameters, bodies, statuses));
      }
    });
  }

  private List<Parameter> parameters(Map<?, ?> owner) {
    List<?> list = owner.get("parameters") instanceof List<?> some ? some : List.of();
    return list.stream()
        .map(each -> resolved((Map<?, ?>) each))
        .map(each ->
            new Parameter(
                String.valueOf(each.get("name")),
                String.valueOf(each.get("in")),
                Boolean.TRUE.equals(each.get("required")),
                resolved(map(each, "schema"))))
        .toList();
  }

  /** The thing itself, where a reference stands for it. */
  Map<?, ?> resolved(Map<?, ?> thing) {
    if (!(thing.get("$ref") instanceof String reference)) {
      return thing;
    }
    Map<?, ?> at = root;
    for (String part : reference.substring("#/".length()).split("/")) {
      at = map(at, part);
    }
    return at;
  }

  private static Map<?, ?> map(Map<?, ?> owner, String name) {
    return owner.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }
}
