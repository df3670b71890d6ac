package dev.wadi.consumer;

import org.jspecify.annotations.Nullable;

/** This process does not serve the consumer group now; nothing was done that was answered. */
public final class NotOwnerException extends RuntimeException {

  private final @Nullable String ownerUrl;

  public NotOwnerException(String group, @Nullable String ownerUrl) {
    super(
        "consumer group '"
            + group
            + "': is served by "
            + (ownerUrl == null ? "no process just now; try again in a second" : ownerUrl));
    this.ownerUrl = ownerUrl;
  }

  /** Where the owner answers; null if there is none, or it is about to change. */
  public @Nullable String ownerUrl() {
    return ownerUrl;
  }
}
