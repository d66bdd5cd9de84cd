package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** A JSON Schema that lines of JSON are held against. */
public record JsonSchema(Schema schema) {
  /** A schema that lies beside a class. */
  public static JsonSchema beside(Class<?> type, String name) {
    try (InputStream in = type.getResourceAsStream(name)) {
      return new JsonSchema(
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(Objects.requireNonNull(in, name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless every line is valid. */
  public void requireValid(String lines) {
    lines
        .lines()
        .forEach(line -> assertThat(schema.validate(line, InputFormat.JSON)).as(line).isEmpty());
  }
}
