package dev.wadi.consumer;

import java.util.Arrays;

/**
 * The events from the cursor to the frontier, each with what is known of it.
 *
 * <p>The cursor moves over everything that is not open. Beside that the window keeps the group's
 * books: each event is counted once, when it is itself settled, wherever the cursor is.
 */
final class Window {

  enum State {
    /** Must be acked before the cursor can pass. */
    OPEN,
    /** Acked or given up. */
    SETTLED,
    /** Not wanted, or gone with retention; never delivered. */
    PASSED,
    /** Looked after by its parked key; the cursor can pass. */
    PARKED
  }

  private static final State[] STATES = State.values();
  private static final int FIRST_CAPACITY = 1024;

  private final long start;
  private byte[] states = new byte[FIRST_CAPACITY];
  private long cursor;
  private long frontier;
  private long settledAbove;
  private long count;
  private long squares;

  /**
   * @param start the seq after which the group started
   * @param cursor everything up to this seq is behind the window
   * @param count events settled so far, one by one
   * @param squares sum of the squares of their seqs, modulo 2^64
   */
  Window(long start, long cursor, long count, long squares) {
    this.start = start;
    this.cursor = cursor;
    this.frontier = cursor;
    this.count = count;
    this.squares = squares;
  }

  long start() {
    return start;
  }

  /** Everything up to this seq is settled, passed or parked. */
  long cursor() {
    return cursor;
  }

  /** The last seq in the window. */
  long frontier() {
    return frontier;
  }

  /** Events from the cursor to the frontier. */
  int size() {
    return (int) (frontier - cursor);
  }

  /** Settled events above the cursor. */
  long settledAbove() {
    return settledAbove;
  }

  long count() {
    return count;
  }

  long squares() {
    return squares;
  }

  /** Takes the next event in. {@code SETTLED} is for one that was counted before a takeover. */
  void append(State state) {
    if (size() == states.length) {
      grow();
    }
    frontier++;
    set(frontier, state);
    settledAbove += state == State.SETTLED ? 1 : 0;
    advance();
  }

  /** Settles an open or parked event; a parked one may be behind the cursor. */
  void settle(long seq) {
    book(seq);
    if (seq > cursor) {
      set(seq, State.SETTLED);
      settledAbove++;
      advance();
    }
  }

  /** Lets the cursor pass an open event. */
  void park(long seq) {
    if (seq > cursor) {
      set(seq, State.PARKED);
      advance();
    }
  }

  /** Adds every settled event above the cursor. */
  void addSettledTo(SeqRanges ranges) {
    for (long seq = cursor + 1; seq <= frontier; seq++) {
      if (state(seq) == State.SETTLED) {
        ranges.add(seq);
      }
    }
  }

  private void advance() {
    while (cursor < frontier) {
      var next = state(cursor + 1);
      if (next == State.OPEN) {
        return;
      }
      cursor++;
      if (next == State.PASSED) {
        book(cursor);
      }
      settledAbove -= next == State.SETTLED ? 1 : 0;
    }
  }

  private void book(long seq) {
    count++;
    squares += seq * seq;
  }

  private State state(long seq) {
    return STATES[states[place(seq)]];
  }

  private void set(long seq, State state) {
    states[place(seq)] = (byte) state.ordinal();
  }

  private int place(long seq) {
    return (int) (seq & states.length - 1);
  }

  private void grow() {
    var old = states;
    int oldMask = old.length - 1;
    states = Arrays.copyOf(old, old.length * 2);
    for (long seq = cursor + 1; seq <= frontier; seq++) {
      states[place(seq)] = old[(int) (seq & oldMask)];
    }
  }
}
