package dev.wadi.postgres;

import org.jspecify.annotations.Nullable;
import org.postgresql.geometric.PGbox;
import org.postgresql.geometric.PGcircle;
import org.postgresql.geometric.PGline;
import org.postgresql.geometric.PGlseg;
import org.postgresql.geometric.PGpath;
import org.postgresql.geometric.PGpoint;
import org.postgresql.geometric.PGpolygon;

/**
 * Geometric values as Postgres prints them ({@code geo_ops.c}): its own form of floating-point
 * numbers, which is not Java's, between brackets that differ by type.
 */
public final class GeometricText {

  private GeometricText() {}

  /**
   * Appends a geometric value of the driver as a JSON string.
   *
   * @return whether the value is geometric; if not, nothing was appended
   */
  public static boolean append(StringBuilder out, Object value) {
    if (value instanceof PGpoint point) {
      appendPoints(out.append('"'), point).append('"');
    } else if (value instanceof PGlseg segment) {
      appendPoints(out.append("\"["), segment.point).append("]\"");
    } else if (value instanceof PGbox box) {
      appendPoints(out.append('"'), box.point).append('"');
    } else if (value instanceof PGpath path) {
      appendPoints(out.append(path.open ? "\"[" : "\"("), path.points)
          .append(path.open ? "]\"" : ")\"");
    } else if (value instanceof PGpolygon polygon) {
      appendPoints(out.append("\"("), polygon.points).append(")\"");
    } else if (value instanceof PGcircle circle) {
      appendPoints(out.append("\"<"), circle.center).append(',');
      FloatText.append(out, circle.radius).append(">\"");
    } else if (value instanceof PGline line) {
      FloatText.append(out.append("\"{"), line.a).append(',');
      FloatText.append(out, line.b).append(',');
      FloatText.append(out, line.c).append("}\"");
    } else {
      return false;
    }
    return true;
  }

  private static StringBuilder appendPoints(
      StringBuilder out, @Nullable PGpoint @Nullable ... points) {
    if (points == null) {
      throw new IllegalArgumentException("a geometric value has no points");
    }
    boolean first = true;
    for (var point : points) {
      if (point == null) {
        throw new IllegalArgumentException("a geometric value has no point");
      }
      if (!first) {
        out.append(',');
      }
      FloatText.append(out.append('('), point.x).append(',');
      FloatText.append(out, point.y).append(')');
      first = false;
    }
    return out;
  }
}
