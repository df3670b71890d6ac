package dev.wadi.capture;

/**
 * The slot cannot be read, or not where the event tables end; going on would leave a gap that
 * nobody sees.
 */
final class SlotException extends Exception {

  private final SlotState state;

  SlotException(SlotVerdict verdict) {
    super(verdict.text());
    this.state = verdict.state();
  }

  SlotState state() {
    return state;
  }
}
