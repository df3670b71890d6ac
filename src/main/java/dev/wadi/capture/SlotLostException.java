package dev.wadi.capture;

/**
 * The slot cannot continue where the event tables end; going on would leave a gap that nobody sees.
 */
final class SlotLostException extends Exception {
  SlotLostException(String message) {
    super(message);
  }
}
