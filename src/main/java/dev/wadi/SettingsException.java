package dev.wadi;

/** A setting that was refused; the message names it, the rule and the remedy. */
public final class SettingsException extends RuntimeException {
  SettingsException(String message) {
    super(message);
  }
}
