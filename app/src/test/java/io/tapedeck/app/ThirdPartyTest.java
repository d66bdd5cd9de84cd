package io.tapedeck.app;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * THIRD-PARTY.md is made from what the libraries say of themselves (Maven writes it to
 * target/licences.txt) and from the page's package-lock.json. A library whose licence nobody has
 * accepted fails here.
 */
class ThirdPartyTest {
  private static final Path ROOT = Path.of("..");

  /** The SPDX identifier of a licence that may be shipped, by each name that libraries give it. */
  private static final Map<String, String> ACCEPTED =
      Map.ofEntries(
          entry("AL 2.0", "Apache-2.0"),
          entry("Apache License 2.0", "Apache-2.0"),
          entry("Apache License, Version 2.0", "Apache-2.0"),
          entry("Apache-2.0", "Apache-2.0"),
          entry("The Apache License, Version 2.0", "Apache-2.0"),
          entry("The Apache Software License, Version 2.0", "Apache-2.0"),
          entry("The Apache Software License, version 2.0", "Apache-2.0"),
          entry("BSD-2-Clause", "BSD-2-Clause"),
          entry("BSD-3-Clause", "BSD-3-Clause"),
          entry("EDL 1.0", "BSD-3-Clause"),
          entry("BlueOak-1.0.0", "BlueOak-1.0.0"),
          entry("ISC", "ISC"),
          entry("MIT", "MIT"),
          entry("MPL-2.0", "MPL-2.0"),
          entry(
              "The GNU General Public License, v2 with Universal FOSS Exception, v1.0",
              "GPL-2.0-only WITH Universal-FOSS-exception-1.0"));

  /** Licences that a library offers beside one that is accepted; the accepted one is taken. */
  private static final List<String> NOT_TAKEN =
      List.of(
          "EPL 2.0",
          "EPL-2.0",
          "GPL v2",
          "GPL2 w/ CPE",
          "MPL 2.0",
          "Public Domain, per Creative Commons CC0");

  /** Built into the page though package.json calls them tools: Svelte and what its code calls. */
  private static final List<String> COMPILED_IN = List.of("svelte", "esm-env", "clsx");

  /**
   * What the page's own list names: the browser's part of tus-js-client takes the last ones along.
   */
  private static final List<String> IN_THE_PAGE =
      List.of(
          "mediabunny",
          "svelte",
          "clsx",
          "esm-env",
          "tus-js-client",
          "js-base64",
          "querystringify",
          "requires-port",
          "url-parse");

  /** Says so in its README alone. */
  private static final Map<String, String> UNDECLARED = Map.of("combine-errors", "MIT");

  private static final String HEAD =
      """
      # Third-party libraries

      What is shipped with Tapedeck beside its own code. LAME, ffmpeg and OpenJDK are in [NOTICE](NOTICE). Made by `ThirdPartyTest`, which
      fails when this is stale or when a licence is not on its list. Where a library may be used under one of several licences,
      this is the one taken.

      """;

  private record Library(String name, String version, String licence, String source) {}

  private static List<Library> jars() throws IOException {
    return Files.readAllLines(Path.of("target", "licences.txt")).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.split("\\|", -1))
        .map(part -> new Library(part[0], part[1], taken(part[0], part[2]), repository(part[3])))
        .toList();
  }

  /** What goes into the page: its dependencies, with theirs. */
  private static List<Library> packages() throws IOException {
    JsonNode lock =
        new ObjectMapper().readTree(ROOT.resolve("web/package-lock.json").toFile()).get("packages");
    List<Library> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : lock.properties()) {
      String name = each.getKey().replaceFirst("^.*node_modules/", "");
      JsonNode said = each.getValue();
      boolean tool = said.has("dev") && !COMPILED_IN.contains(name);
      if (!name.isEmpty() && !tool && !name.startsWith("@types/")) {
        String licence =
            said.has("license")
                ? said.get("license").asString()
                : UNDECLARED.getOrDefault(name, "none");
        String version = said.get("version").asString();
        String source = "`npm pack %s@%s`".formatted(name, version);
        all.add(new Library(name, version, taken(name, licence), source));
      }
    }
    return all;
  }

  private static String taken(String library, String licences) {
    List<String> known = new ArrayList<>();
    for (String each : licences.split(" / ")) {
      if (ACCEPTED.containsKey(each)) {
        known.add(ACCEPTED.get(each));
      } else {
        assertThat(NOT_TAKEN)
            .as("licence of %s: read it, then accept it or not", library)
            .contains(each);
      }
    }
    assertThat(known).as("%s has no licence that is accepted: %s", library, licences).isNotEmpty();
    return known.getFirst();
  }

  /** The repository a POM means: Maven appends each module's name to what its parent says. */
  private static String repository(String said) {
    return said.replaceFirst("^(scm:git:)?(git|http)://", "https://")
        .replaceFirst("^git@([^:]+):", "https://$1/")
        .replaceFirst("^(https://[^/]+/[^/]+/[^/]+?)(\\.git)?(/.*)?$", "$1");
  }

  private static String table(String title, List<Library> libraries) {
    return libraries.stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .map(each ->
            "| %s | %s | %s | %s |"
                .formatted(each.name(), each.version(), each.licence(), each.source()))
        .collect(
            Collectors.joining(
                "\n",
                "## " + title + "\n\n| library | version | licence | source |\n|---|---|---|---|\n",
                "\n"));
  }

  @Test
  void everyLibraryIsListedWithALicenceThatIsAccepted() throws IOException {
    String all = HEAD + table("Of the program", jars()) + "\n" + table("Of the page", packages());
    Path made = Files.writeString(Path.of("target", "THIRD-PARTY.md"), all);

    assertThat(ROOT.resolve("THIRD-PARTY.md"))
        .as("make it anew: cp app/%s THIRD-PARTY.md", made)
        .hasSameTextualContentAs(made);
  }

  @Test
  void thePageNamesTheVersionsOfWhatItHolds() throws IOException {
    String named = Files.readString(ROOT.resolve("web/public/assets/licenses.txt"));
    Map<String, Library> byName = new TreeMap<>();
    packages().forEach(each -> byName.put(each.name(), each));

    for (String each : IN_THE_PAGE) {
      assertThat(named)
          .contains(each + " " + byName.get(each).version() + ", " + byName.get(each).licence());
    }
  }

  @Test
  void whatIsChangedOfLameSaysWhoseItIsAndUnderWhichLicence() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("dev/lib/lame"))) {
      for (Path each : files.filter(file -> !file.endsWith("COPYING")).toList()) {
        assertThat(Files.readString(each))
            .as("%s", each)
            .contains(
                "SPDX-License-Identifier: LGPL-2.0-or-later",
                "SPDX-FileCopyrightText: ",
                "Changed from LAME 3.100 on ");
      }
    }
    assertThat(ROOT.resolve("dev/lib/lame/COPYING")).content().contains("LIBRARY GENERAL PUBLIC");
  }

  @Test
  void theNoticeNamesWhatIsNotUnderTheApacheLicence() throws IOException {
    assertThat(Files.readString(ROOT.resolve("NOTICE")))
        .contains(
            "LAME (LGPL-2.0-or-later)", "ffmpeg (LGPL-2.1-or-later", "MySQL Connector/J (GPL-2.0");
  }
}
