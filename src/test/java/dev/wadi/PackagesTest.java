package dev.wadi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackagesTest {

  /** The way of the data; a package knows only those before it. */
  private static final List<String> DOWNSTREAM =
      List.of(
          "postgres",
          "change",
          "capture",
          "pipeline",
          "eventtable",
          "stream",
          "consumer",
          "webhook",
          "api",
          "console");

  private static final JavaClasses WADI =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.wadi");

  @Test
  void packages_know_only_those_upstream_of_them() {
    for (int i = 0; i < DOWNSTREAM.size() - 1; i++) {
      var later =
          DOWNSTREAM.subList(i + 1, DOWNSTREAM.size()).stream()
              .map(PackagesTest::all)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(all(DOWNSTREAM.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .allowEmptyShould(true)
          .check(WADI);
    }
  }

  @Test
  void changes_know_nobody() {
    noClasses()
        .that()
        .resideInAPackage(all("change"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.wadi.postgres..", "org.apache.camel..", "io.debezium..", "java.sql..")
        .check(WADI);
  }

  @Test
  void only_capture_knows_debezium() {
    noClasses()
        .that()
        .resideOutsideOfPackage(all("capture"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.debezium..", "org.apache.kafka..")
        .check(WADI);
  }

  @Test
  void playground_knows_no_other_package() {
    noClasses()
        .that()
        .resideInAPackage(all("playground"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DOWNSTREAM.stream().map(PackagesTest::all).toArray(String[]::new))
        .check(WADI);
  }

  private static String all(String name) {
    return "dev.wadi." + name + "..";
  }
}
