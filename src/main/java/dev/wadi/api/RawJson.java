package dev.wadi.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/** Text that is JSON already. */
record RawJson(@JsonValue @JsonRawValue String json) {}
