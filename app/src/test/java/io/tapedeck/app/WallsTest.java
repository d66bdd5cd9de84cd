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
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls between the rooms (docs/adr/0001). Imports run down only. */
class WallsTest {
  private static final Set<String> ROOMS =
      Set.of(
          "core",
          "http",
          "sql",
          "mp3",
          "auth",
          "gateway",
          "converter",
          "notification",
          "local",
          "cluster",
          "app");

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("contracts")) // test code, all of it
          .importPackages("io.tapedeck");

  private static String in(String room) {
    return "io.tapedeck." + room + "..";
  }

  private static String[] rooms(String names) {
    return Arrays.stream(names.split(" ")).map(WallsTest::in).toArray(String[]::new);
  }

  @Test
  void everyRoomIsLookedAt() {
    Set<String> seen =
        HOUSE.stream()
            .map(type -> type.getPackageName().replaceFirst("io\\.tapedeck\\.?", ""))
            .collect(Collectors.toSet());

    assertThat(seen).containsAll(ROOMS);
  }

  @ParameterizedTest
  @CsvSource({
    "core, core",
    "mp3, mp3",
    "http, core http",
    "sql, core sql",
    "auth, core http sql auth",
    "gateway, core http sql gateway",
    "converter, core http sql mp3 converter",
    "notification, core http sql notification",
    "local, core sql local",
    "cluster, core sql cluster",
  })
  void aRoomKnowsOnlyThoseBelowIt(String room, String known) {
    classes()
        .that()
        .resideInAPackage(in(room))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAnyPackage("io.tapedeck..")).or(resideInAnyPackage(rooms(known))))
        .allowEmptyShould(!ROOMS.contains(room))
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "mp3"})
  void theLanguageAndTheEngineKnowTheJdkOnly(String room) {
    classes()
        .that()
        .resideInAPackage(in(room))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(in(room), "java..", "org.jspecify..")
        .allowEmptyShould(!ROOMS.contains(room))
        .check(HOUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "org.eclipse.jetty.., http",
    "tools.jackson.., http",
    "com.fasterxml.jackson.., http",
    "com.nimbusds.., http",
    "com.mongodb.., cluster",
    "org.bson.., cluster",
    "com.rabbitmq.., cluster",
    "org.flywaydb.., sql",
    "com.zaxxer.., sql",
    "picocli.., app",
    "io.micrometer.., app",
    "java.sql.., sql auth gateway notification local",
    "javax.sql.., sql auth gateway notification local",
  })
  void aLibraryIsKnownToItsOwnRoomOnly(String library, String known) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms(known))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(HOUSE);
  }

  @Test
  void onlyTheConverterStartsProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("converter"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Process.class)
        .check(HOUSE);
  }

  @Test
  void onlyTheAppReadsTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("app"))
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(HOUSE);
  }

  @Test
  void noTwoRoomsNeedEachOther() {
    slices().matching("io.tapedeck.(*)..").should().beFreeOfCycles().check(HOUSE);
  }
}
