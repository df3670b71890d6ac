package dev.wadi.postgres;

/**
 * An {@code hstore} as {@code hstore_out} prints it: {@code "a"=>"1", "b"=>NULL}. Every value
 * becomes a string, as its cast to {@code json} does.
 */
final class HstoreLiteral extends Literal {

  HstoreLiteral(String text) {
    super(text);
  }

  void append(StringBuilder out) {
    out.append('{');
    boolean first = true;
    while (at < text.length()) {
      if (!first) {
        require(',');
        require(' ');
        out.append(',');
      }
      appendPair(out);
      first = false;
    }
    out.append('}');
  }

  private void appendPair(StringBuilder out) {
    require('"');
    JsonText.quote(out, quoted());
    require('=');
    require('>');
    out.append(':');
    if (take('"')) {
      JsonText.quote(out, quoted());
    } else if (text.startsWith("NULL", at)) {
      at += "NULL".length();
      out.append("null");
    } else {
      throw malformed("expected a quoted value or NULL");
    }
  }

  @Override
  String name() {
    return "hstore";
  }
}
