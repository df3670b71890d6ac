package dev.wadi.webhook;

/**
 * How messages of a group are taken and sent.
 *
 * @param batchSize most messages of one request
 * @param maxConcurrency most requests at a time
 * @param holdMs how long messages are held for their request
 * @param retries how long a message that failed stays away
 */
record PumpSettings(int batchSize, int maxConcurrency, int holdMs, RetrySchedule retries) {}
