package io.tapedeck.tags;

import java.util.List;

/**
 * What a source says of itself, under the source's own name for it.
 *
 * @param key name of a frame, a field or an atom
 * @param name further name, as comments have one
 * @param language three letters by ISO 639-2, or nothing
 * @param values one or several
 */
record Statement(String key, String name, String language, List<String> values) {
  static Statement of(String key, String value) {
    return new Statement(key, "", "", List.of(value));
  }
}
