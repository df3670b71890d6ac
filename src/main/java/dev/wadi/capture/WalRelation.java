package dev.wadi.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A relation as the stream announced it, and how the rows that follow are read.
 *
 * @param relation what the reader of the changes is to know of it
 * @param texts one for each column
 * @param inIdentity for each column whether old rows carry it when they are not whole
 * @param oldRows how to know a whole old row
 */
record WalRelation(Relation relation, ColumnText[] texts, boolean[] inIdentity, OldRows oldRows) {

  /** How to know whether an old row is whole. */
  enum OldRows {
    /** By its kind, {@code O} or {@code K}, as written when the row was. */
    AS_MARKED,
    /**
     * The kind is that of the root, the row that of a partition, and each of them is to give whole
     * ones. It may not have when the row was written, so a row of a key and nulls is not believed.
     */
    WHOLE_IF_PROVEN,
    /** At least one partition does not give whole ones. */
    NEVER_WHOLE
  }

  long oid() {
    return relation.table().oid();
  }

  /** Reads an old row; what it does not carry is {@link RawChange#NOT_IN_IDENTITY}. */
  @Nullable String[] readOld(ByteBuffer message, byte kind) {
    var row = read(message, null);
    if (!isWhole(kind, row)) {
      for (int i = 0; i < row.length; i++) {
        boolean carried = row[i] != null || inIdentity[i];
        row[i] = carried ? row[i] : RawChange.NOT_IN_IDENTITY;
      }
    }
    return row;
  }

  /** Reads a new row; a large value that is not sent because it is unchanged is the old one. */
  @Nullable String[] readNew(ByteBuffer message, @Nullable String @Nullable [] before) {
    return read(message, before);
  }

  private boolean isWhole(byte kind, @Nullable String[] row) {
    return switch (oldRows) {
      case AS_MARKED -> kind == 'O';
      case WHOLE_IF_PROVEN -> carriesMoreThanIdentity(row);
      case NEVER_WHOLE -> false;
    };
  }

  private boolean carriesMoreThanIdentity(@Nullable String[] row) {
    boolean identityIsAll = true;
    for (int i = 0; i < row.length; i++) {
      if (row[i] != null && !inIdentity[i]) {
        return true;
      }
      identityIsAll &= inIdentity[i];
    }
    return identityIsAll;
  }

  private @Nullable String[] read(ByteBuffer message, @Nullable String @Nullable [] before) {
    int count = message.getShort();
    var row = new @Nullable String[count];
    for (int i = 0; i < count; i++) {
      byte kind = message.get();
      switch (kind) {
        case 't' -> row[i] = texts[i].of(text(message));
        case 'n' -> row[i] = null;
        case 'u' -> row[i] = unchanged(before, i);
        default -> throw new IllegalStateException("value kind " + kind + " indicates a bug");
      }
    }
    return row;
  }

  private static @Nullable String unchanged(@Nullable String @Nullable [] before, int column) {
    boolean known = before != null && RawChange.isKnown(before[column]);
    return known ? before[column] : RawChange.UNAVAILABLE;
  }

  private static String text(ByteBuffer message) {
    int length = message.getInt();
    int begin = message.position();
    message.position(begin + length);
    return new String(
        message.array(), message.arrayOffset() + begin, length, StandardCharsets.UTF_8);
  }
}
