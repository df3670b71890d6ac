package dev.wadi.consumer;

import dev.wadi.stream.StreamEvent;

/**
 * An event as a receiver gets it.
 *
 * @param ackId what to ack, nack or extend it with; good for this delivery only
 * @param event the event
 * @param deliverCount which delivery this is, from 1; a takeover may start it anew for a key that
 *     was not parked
 */
public record Message(String ackId, StreamEvent event, int deliverCount) {}
