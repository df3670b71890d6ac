package dev.wadi.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The contract of the API, {@code openapi.yaml}. */
public final class OpenApi {

  private final JsonNode contract;

  public OpenApi() {
    try (var yaml = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
      contract = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("openapi.yaml cannot be read, which indicates a bug", e);
    }
  }

  JsonNode contract() {
    return contract;
  }

  /** The contract as JSON. */
  public JsonNode show(ApiRequest request) {
    request.allow();
    return contract;
  }
}
