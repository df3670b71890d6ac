package dev.wadi.postgres;

import dev.wadi.postgres.PostgresType.Attribute;
import dev.wadi.postgres.PostgresType.Composite;

/**
 * A composite value as {@code record_out} prints it: {@code (1,,"a ""b""")}.
 *
 * <p>An empty unquoted field is null. The fields have no names, so their number must be that of the
 * attributes.
 */
final class CompositeLiteral extends Literal {

  private final Composite type;

  CompositeLiteral(Composite type, String text) {
    super(text);
    this.type = type;
  }

  void append(StringBuilder out) {
    require('(');
    out.append('{');
    boolean first = true;
    for (var attribute : type.attributes()) {
      if (!first) {
        require(',');
        out.append(',');
      }
      appendField(out, attribute);
      first = false;
    }
    require(')');
    requireEnd();
    out.append('}');
  }

  private void appendField(StringBuilder out, Attribute attribute) {
    JsonText.quote(out, attribute.name());
    out.append(':');
    if (take('"')) {
      JsonText.append(out, attribute.type(), quoted());
    } else {
      appendUnquoted(out, attribute);
    }
  }

  private void appendUnquoted(StringBuilder out, Attribute attribute) {
    int start = at;
    while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ')') {
      at++;
    }
    if (at == start) {
      out.append("null");
    } else {
      JsonText.append(out, attribute.type(), text.substring(start, at));
    }
  }

  @Override
  String name() {
    return "value of composite type " + type.name();
  }
}
