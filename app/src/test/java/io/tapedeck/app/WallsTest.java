package io.tapedeck.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls between the modules (docs/adr/0001). Imports run down only. */
class WallsTest {
  private static final Set<String> MODULES =
      Set.of(
          "core",
          "tasks",
          "http",
          "identity",
          "passwords",
          "sql",
          "mp3",
          "auth",
          "uploads",
          "archive",
          "gateway",
          "sharing",
          "admin",
          "media",
          "tags",
          "cage",
          "ffmpeg",
          "extraction",
          "converter",
          "notification",
          "local",
          "cluster",
          "logging",
          "settings",
          "convert",
          "watch",
          "backup",
          "app");

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("contracts")) // test code, all of it
          .importPackages("io.tapedeck");

  private static String in(String module) {
    return "io.tapedeck." + module + "..";
  }

  private static String[] modules(String names) {
    return Arrays.stream(names.split(" ")).map(WallsTest::in).toArray(String[]::new);
  }

  @Test
  void everyModuleIsLookedAt() {
    Set<String> seen =
        HOUSE.stream()
            .map(type -> type.getPackageName().replaceFirst("io\\.tapedeck\\.?", ""))
            .collect(Collectors.toSet());

    assertThat(seen).containsAll(MODULES);
  }

  @ParameterizedTest
  @CsvSource({
    "core, core",
    "tasks, core tasks",
    "mp3, mp3",
    "http, core http",
    "sql, core sql",
    "identity, core tasks http sql identity",
    "passwords, core passwords",
    "auth, core tasks http identity passwords sql auth",
    "uploads, core sql uploads",
    "archive, core http archive",
    "sharing, core http sql sharing",
    "gateway, core tasks http identity sql uploads archive sharing gateway",
    "admin, core http identity sql uploads auth admin",
    "media, core media",
    "tags, core media tags",
    "cage, core cage",
    "ffmpeg, core cage media tags ffmpeg",
    "extraction, core media mp3 tags ffmpeg extraction",
    "converter, core tasks media cage ffmpeg extraction converter",
    "notification, core tasks http sql notification",
    "logging, core http logging",
    "settings, core http auth uploads gateway cage ffmpeg notification logging settings",
    "convert, core http cage ffmpeg extraction convert",
    "watch, core http extraction convert watch",
    "backup, core backup",
    "local, core tasks sql local",
    "cluster, core tasks sql cluster",
  })
  void aModuleKnowsOnlyThoseBelowIt(String module, String known) {
    classes()
        .that()
        .resideInAPackage(in(module))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAnyPackage("io.tapedeck..")).or(resideInAnyPackage(modules(known))))
        .allowEmptyShould(!MODULES.contains(module))
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "mp3"})
  void theLanguageAndTheEngineKnowTheJdkOnly(String module) {
    classes()
        .that()
        .resideInAPackage(in(module))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(in(module), "java..", "org.jspecify..")
        .allowEmptyShould(!MODULES.contains(module))
        .check(HOUSE);
  }

  @Test
  void whatRunsAgainAndAgainKnowsTheLanguageAndTheLogOnly() {
    classes()
        .that()
        .resideInAPackage(in("tasks"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(in("tasks"), in("core"), "java..", "org.jspecify..", "org.slf4j..")
        .check(HOUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "org.eclipse.jetty.., http",
    "tools.jackson.., http",
    "com.fasterxml.jackson.., http",
    "com.nimbusds.., identity",
    "com.password4j.., passwords",
    "com.mongodb.., cluster",
    "org.bson.., cluster",
    "com.rabbitmq.., cluster",
    "org.flywaydb.., sql",
    "com.zaxxer.., sql",
    "picocli.., app admin convert watch backup",
    "org.snakeyaml.., settings",
    "io.micrometer.., app",
    "java.sql.., sql identity auth admin uploads sharing notification local backup",
    "javax.sql.., sql identity auth admin uploads sharing notification local",
  })
  void aLibraryIsKnownToItsOwnModuleOnly(String library, String known) {
    noClasses()
        .that()
        .resideOutsideOfPackages(modules(known))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(HOUSE);
  }

  @Test
  void onlyTheModulesOfFfmpegAndItsCageStartProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("ffmpeg"), in("cage"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Process.class)
        .check(HOUSE);
  }

  @Test
  void onlyCommandsReadTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("app"), in("convert"))
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(HOUSE);
  }

  @Test
  void noTwoModulesNeedEachOther() {
    slices().matching("io.tapedeck.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void eachModuleCanBeReadInAnAfternoon() throws IOException {
    for (String module : MODULES) {
      Path sources = Path.of("..", module, "src", "main", "java");
      long lines = 0;
      try (Stream<Path> all = Files.walk(sources)) {
        for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
          lines += Files.readAllLines(file).size();
        }
      }
      assertThat(lines).as(module).isBetween(1L, 3_000L);
    }
  }

  @Test
  void noNameIsUsedForTwoThings() {
    Map<String, Set<String>> homes =
        HOUSE.stream()
            .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    type -> type.getSimpleName(),
                    Collectors.mapping(type -> type.getPackageName(), Collectors.toSet())));

    assertThat(homes).allSatisfy((name, packages) -> assertThat(packages).as(name).hasSize(1));
  }
}
