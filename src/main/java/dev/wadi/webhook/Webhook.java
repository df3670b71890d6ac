package dev.wadi.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it is stored.
 *
 * @param id number, for its attempts
 * @param generation another one after each resume and change of its URL: what a receiver answers to
 *     requests of one before is no reason to stop this one
 * @param secret what its requests are signed with
 * @param previousSecret what they are signed with besides, after a rotation; null if nothing
 * @param previousSecretUntil until when it signs, and is then erased; null if there is no previous
 *     secret
 * @param paused whether nothing is sent until it is resumed
 * @param waitsUntil until when its receiver asked to be left alone; null if it did not
 * @param disabledReason why its receiver must not be asked any more; null if it may be
 */
public record Webhook(
    int id,
    int generation,
    WebhookDefinition definition,
    SigningSecret secret,
    @Nullable SigningSecret previousSecret,
    @Nullable Instant previousSecretUntil,
    boolean paused,
    @Nullable Instant waitsUntil,
    @Nullable String disabledReason) {

  private static final int LEAST_SECRET_LENGTH = 6;

  public String name() {
    return definition.name();
  }

  /** Whether what was answered to requests of the other one counts for this one too. */
  boolean isSameAs(Webhook other) {
    return id == other.id && generation == other.generation;
  }

  /**
   * A text of its receiver, which knows all that is secret and may repeat it, without that. What is
   * shorter than six characters is not taken for a secret.
   */
  public String masked(String text) {
    var clean = text;
    for (var value : secretTexts()) {
      clean = clean.replace(value, "***");
      if (clean.contains("\\")) {
        clean = escaped(value).matcher(clean).replaceAll("***");
      }
    }
    return clean;
  }

  /** A text in every way that JSON may write it. */
  private static Pattern escaped(String text) {
    var pattern = new StringBuilder();
    text.chars()
        .forEach(
            each ->
                pattern.append(
                    "(?:\\\\?%s|\\\\u%04x)"
                        .formatted(Pattern.quote(Character.toString(each)), each)));
    return Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE);
  }

  private List<String> secretTexts() {
    var texts = new ArrayList<String>();
    for (var value : definition.headers().values().values()) {
      texts.add(value);
      texts.addAll(List.of(value.split(" ")));
    }
    var previous = previousSecret;
    texts.add(secret.base64());
    texts.add(previous == null ? "" : previous.base64());
    texts.removeIf(value -> value.length() < LEAST_SECRET_LENGTH);
    return texts;
  }

  /** The secrets that requests are signed with, the current one first. */
  List<SigningSecret> secrets() {
    var previous = previousSecret;
    return previous == null ? List.of(secret) : List.of(secret, previous);
  }
}
