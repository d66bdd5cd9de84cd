package io.tapedeck.app;

import io.tapedeck.http.Json;
import java.util.Map;

/** A JSON object, for looking at it by paths such as {@code mp3.url}. */
record Document(Map<?, ?> members) {
  static Document of(String text) {
    return new Document(Json.read(text, Map.class));
  }

  Object at(String path) {
    Object here = members;
    for (String name : path.split("\\.")) {
      here = ((Map<?, ?>) here).get(name);
    }
    return here;
  }

  String text(String path) {
    return String.valueOf(at(path));
  }

  double number(String path) {
    return ((Number) at(path)).doubleValue();
  }
}
