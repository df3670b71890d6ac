package dev.wadi.capture;

/**
 * What was found of a slot.
 *
 * @param text what happened, what is missing and what to run; empty while it is ready or new
 */
public record SlotVerdict(SlotState state, String text) {

  static SlotVerdict of(SlotState state) {
    return new SlotVerdict(state, "");
  }
}
