package dev.wadi.consumer;

/** As many receives wait as the group allows. */
public final class TooManyWaitingException extends RuntimeException {

  TooManyWaitingException(String group, int maxWaiting) {
    super(
        "consumer group '%s': must have at most max_waiting receives waiting (limit %d)"
            .formatted(group, maxWaiting));
  }
}
