package dev.wadi.postgres;

/**
 * An array as {@code array_out} prints it: {@code [0:1]={{1,NULL},{"a b","\""}}}.
 *
 * <p>Bounds that are not 1 come first and are dropped, as {@code to_jsonb} does. Only an unquoted
 * {@code NULL} is null.
 */
final class ArrayLiteral extends Literal {

  private final PostgresType.Array type;

  ArrayLiteral(PostgresType.Array type, String text) {
    super(text);
    this.type = type;
  }

  void append(StringBuilder out) {
    if (peek() == '[') {
      at = text.indexOf('=') + 1;
    }
    appendDimension(out);
    requireEnd();
  }

  private void appendDimension(StringBuilder out) {
    require('{');
    out.append('[');
    if (!take('}')) {
      appendElement(out);
      while (take(type.delimiter())) {
        out.append(',');
        appendElement(out);
      }
      require('}');
    }
    out.append(']');
  }

  private void appendElement(StringBuilder out) {
    if (peek() == '{') {
      appendDimension(out);
    } else if (take('"')) {
      JsonText.append(out, type.element(), quoted());
    } else {
      appendUnquoted(out);
    }
  }

  private void appendUnquoted(StringBuilder out) {
    int start = at;
    while (at < text.length() && text.charAt(at) != type.delimiter() && text.charAt(at) != '}') {
      at++;
    }
    if (at == start) {
      throw malformed("an element is empty");
    }
    String element = text.substring(start, at);
    if (element.equals("NULL")) {
      out.append("null");
    } else {
      JsonText.append(out, type.element(), element);
    }
  }

  @Override
  String name() {
    return "array of type " + type.name();
  }
}
