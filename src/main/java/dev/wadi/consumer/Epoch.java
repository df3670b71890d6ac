package dev.wadi.consumer;

import java.util.ArrayList;
import java.util.List;

/**
 * What a group serves from between two takeovers or seeks: its events, and the ack ids of those
 * that are out.
 */
record Epoch(long number, Dispatcher dispatcher, AckIds ids) {

  /** What is to become of a message that is out. */
  interface Change {
    void apply(Dispatcher dispatcher, long seq, int index);
  }

  /** The next messages, at most so many, and so many out at a time. */
  List<Message> take(int most, int maxOut, long deadline) {
    var taken = dispatcher.receive(most, maxOut, deadline);
    var messages = new ArrayList<Message>(taken.size());
    for (var delivery : taken) {
      var id = new AckIds.Id(number, delivery.seq(), delivery.attempt);
      messages.add(new Message(ids.write(id), delivery.event, delivery.attempt));
    }
    return messages;
  }

  /** Changes a message that is out, and nothing otherwise. */
  Outcome apply(String ackId, Change change, int index) {
    var id = ids.read(ackId);
    if (id == null) {
      return Outcome.UNKNOWN;
    }
    boolean out = id.epoch() == number && dispatcher.isOut(id.seq(), id.attempt());
    if (!out) {
      return Outcome.STALE;
    }
    change.apply(dispatcher, id.seq(), index);
    return Outcome.DONE;
  }

  /** Takes back messages that nobody got, as if they had never been out. */
  void giveBack(List<Message> messages, long now) {
    for (var message : messages) {
      if (dispatcher.isOut(message.event().seq(), message.deliverCount())) {
        dispatcher.giveBack(message.event().seq(), now);
      }
    }
  }
}
