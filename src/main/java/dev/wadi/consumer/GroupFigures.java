package dev.wadi.consumer;

/**
 * How a group that this process serves was doing at the last look.
 *
 * @param id number of the group
 * @param delivered messages handed out since this process serves it, each attempt counted
 * @param acked messages acked since this process serves it
 * @param dead its dead letters
 */
public record GroupFigures(
    String group, int id, GroupStatus status, long delivered, long acked, long dead) {

  GroupFigures withDead(long letters) {
    return new GroupFigures(group, id, status, delivered, acked, letters);
  }
}
