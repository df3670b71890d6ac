package dev.wadi.consumer;

/** There is no consumer group of that name. */
public final class UnknownGroupException extends RuntimeException {

  UnknownGroupException(String group) {
    super("consumer group '" + group + "': does not exist");
  }
}
