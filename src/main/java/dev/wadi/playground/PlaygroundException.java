package dev.wadi.playground;

import org.jspecify.annotations.Nullable;

/** The playground cannot run; the message alone tells the user why and what to do. */
public final class PlaygroundException extends RuntimeException {

  PlaygroundException(String message) {
    this(message, null);
  }

  PlaygroundException(String message, @Nullable Throwable cause) {
    super("playground: " + message, cause);
  }
}
