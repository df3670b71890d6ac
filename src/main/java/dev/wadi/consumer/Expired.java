package dev.wadi.consumer;

/**
 * Events that retention took before a group had them.
 *
 * @param events how many
 * @param from seq of the first; 0 if there are none
 * @param to seq of the last; 0 if there are none
 */
record Expired(long events, long from, long to) {

  static final Expired NONE = new Expired(0, 0, 0);

  Expired and(long first, long last) {
    return new Expired(events + last - first + 1, events == 0 ? first : from, last);
  }
}
