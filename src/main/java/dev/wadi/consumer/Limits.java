package dev.wadi.consumer;

/**
 * How much a group may hold in memory.
 *
 * @param queuedEvents events that wait for a receiver; reading stops there
 * @param unaskedEvents the same while nobody asks for them
 * @param heldBytes about what they take, and those that are out; reading stops there
 * @param windowEvents events from the cursor to the frontier
 * @param waitingPerKey events of one key; with more the key is parked
 * @param parkedKeys keys that go their own way; what fails beyond that holds up the cursor
 * @param receivedBytes about what one receive answers at most, beyond its first message
 * @param ledgerDeltas rows of the ledger after which it is replaced by a snapshot
 */
record Limits(
    int queuedEvents,
    int unaskedEvents,
    long heldBytes,
    int windowEvents,
    int waitingPerKey,
    int parkedKeys,
    long receivedBytes,
    int ledgerDeltas) {

  static final Limits DEFAULT =
      new Limits(10_000, 100, 32L << 20, 200_000, 64, 10_000, 16L << 20, 10_000);
}
