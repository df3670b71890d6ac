package dev.wadi.pipeline;

/** What filters say of a row; as in SQL, only {@link #MATCH} lets it pass. */
public enum Verdict {
  MATCH,
  NO_MATCH,
  /** A value is null, was not sent by Postgres, or cannot be compared. */
  UNKNOWN
}
