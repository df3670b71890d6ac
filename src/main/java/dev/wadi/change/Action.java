package dev.wadi.change;

import java.util.Locale;

/** What a change did to its row. */
public enum Action {
  INSERT,
  UPDATE,
  DELETE,
  TRUNCATE,
  /** Nothing: the row was there already when a backfill read it. */
  READ;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * The word stored in the event table: {@code insert}, {@code update}, {@code delete}, {@code
   * truncate} or {@code read}.
   */
  @Override
  public String toString() {
    return text;
  }

  /**
   * Reads the word that {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is none of the five
   */
  public static Action parse(String word) {
    for (var action : values()) {
      if (action.text.equals(word.strip())) {
        return action;
      }
    }
    throw new IllegalArgumentException(
        "action '" + word + "': must be one of insert, update, delete, truncate");
  }
}
