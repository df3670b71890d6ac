package dev.wadi.kit;

import java.util.ArrayList;
import java.util.List;

/** Types of Postgres and values of theirs that are easily got wrong, as SQL. */
public final class TypeCorpus {

  /** What the types below need; run once in an empty database. */
  public static final String SETUP =
      """
      create extension hstore;
      create extension citext;
      create extension ltree;
      create extension isn;
      create extension cube;
      create extension seg;
      create schema other;
      create type mood as enum ('sad', 'ok', 'ha"ppy', 'a,b', '{x}', 'NULL', '');
      create type other.mood as enum ('alpha', 'beta');
      create domain positive as int check (value > 0);
      create domain other.positive as numeric(10, 2);
      create domain more_positive as positive check (value > 1);
      create domain label as text;
      create domain numbers as int[];
      create domain stamp as timestamptz;
      create domain mood_domain as other.mood;
      create type nothing as ();
      create type single as (a text);
      create type pair as (x int, "y ""q" text);
      create type nested as (p pair, ps pair[], n numbers, m mood, at timestamptz, t timestamp,
                             d date, f float8, r int4range, h hstore, j json, b bool, dom stamp);
      create domain pair_domain as pair;
      create domain pair_domain2 as pair_domain;
      create type text_range as range (subtype = text, multirange_type_name = text_multirange);
      create table as_type (id int, dropped text, name text, at timestamp);
      alter table as_type drop column dropped;
      """;

  private static final List<Type> TYPES = new ArrayList<>();

  private TypeCorpus() {}

  /**
   * A type with values.
   *
   * @param name the type in SQL
   * @param values SQL expressions that can be cast to it
   */
  public record Type(String name, List<String> values) {}

  /** All types; every one also has NULL and, unless it is an array, an array of its values. */
  public static List<Type> types() {
    return TYPES;
  }

  /** An array of all values of a type and NULL, as SQL. */
  public static String arrayOf(Type type) {
    var elements = new ArrayList<String>();
    for (String value : type.values()) {
      elements.add("(" + value + ")::" + type.name());
    }
    elements.add("null::" + type.name());
    return "array[" + String.join(",", elements) + "]";
  }

  private static void type(String name, String... literals) {
    var values = new ArrayList<String>();
    for (String literal : literals) {
      values.add("'" + literal.replace("'", "''") + "'");
    }
    TYPES.add(new Type(name, values));
  }

  static {
    type("bool", "t", "f");
    type("int2", "0", "-32768", "32767");
    type("int4", "0", "-2147483648", "2147483647");
    type("int8", "0", "-9223372036854775808", "9223372036854775807", "9007199254740993");
    floats();
    type(
        "numeric",
        "1.50",
        "0.00",
        "-0.0",
        "1e20",
        "0.000000000123",
        "NaN",
        "Infinity",
        "-Infinity",
        "42",
        "1e131071",
        "1e-16383",
        "123456789012345678901234567890.123456789012345678901234567890");
    type("numeric(12,4)", "1.5", "-99999999.9999", "NaN", "0");
    type(
        "money",
        "1234.56",
        "-0.05",
        "0",
        "92233720368547758.07",
        "-92233720368547758.08",
        "999.99");
    type(
        "text",
        "",
        "plain",
        "a\"b\\c/d",
        "tab\tnewline\nreturn\rbell\u0007\u0001\u001f\u007f",
        "emoji \uD83D\uDE00 \u00e9 \u4e2d \u2028",
        "NULL",
        "null",
        "{}",
        "{a,b}",
        "\\x41",
        "'quoted'",
        "(a,b)",
        "a,b",
        " lead",
        "trail ",
        "\\u0041",
        "\"a\"=>\"b\"");
    type("varchar(20)", "", "abc", "a\"b");
    type("char(5)", "ab", "", "abcde", "a \"");
    type("\"char\"", "a", "\\", "\"");
    type("name", "abc", "a\"b");
    type("citext", "AbC", "");
    type("label", "", "x\"y");
    type("uuid", "A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11");
    type("bytea", "\\xdeadbeef", "", "\\x00", "\\x5c22");
    type("xml", "<a b=\"c\">\\ & </a>".replace("&", "&amp;"), "plain");
    jsons();
    times();
    type("oid", "0", "42", "4294967295");
    type("regclass", "pg_class", "-");
    type("regtype", "int4", "text[]", "pair");
    type("regproc", "now");
    type("regprocedure", "lower(text)");
    type("regoper", "||/");
    type("regoperator", "+(int4,int4)");
    type("regconfig", "english");
    type("regdictionary", "simple");
    type("regnamespace", "other");
    type("regrole", "postgres");
    type("regcollation", "\"C\"");
    type("xid", "1", "4294967295");
    type("xid8", "1", "18446744073709551615");
    type("cid", "7");
    type("tid", "(0,1)");
    type("pg_lsn", "16/B374D848", "0/0");
    type("pg_snapshot", "10:20:10,14,15");
    type("txid_snapshot", "10:20:10,14,15");
    type("refcursor", "cursor one");
    type("aclitem", "postgres=arwdDxt/postgres");
    type("inet", "10.0.0.1/32", "10.0.0.1/8", "::1", "2001:db8::/32");
    type("cidr", "10.0.0.0/8", "::/0");
    type("macaddr", "08:00:2b:01:02:03");
    type("macaddr8", "08:00:2b:01:02:03:04:05");
    type("bit(1)", "1", "0");
    type("bit(3)", "101");
    type("varbit", "", "1", "1010101");
    type("tsvector", "'cat':3 'fat':2A", "", "'it''s' 'a\\\\b' '\"'");
    type("tsquery", "'fat' & ( 'rat' | !'cat' )", "'a' <-> 'b':*");
    type("jsonpath", "$.a[*] ? (@ > 1)", "$.\"a b\"");
    geometry();
    ranges();
    type("int2vector", "1 2 -3", "");
    type("oidvector", "1 4294967295", "");
    type(
        "hstore",
        "",
        "a=>1",
        "\"a b\"=>\"x\\\"y\\\\z\", b=>NULL, c=>\"NULL\", d=>\"\", \"\"=>\"e\"",
        "k=>\"tab\tnewline\n, => {}\"");
    type("ltree", "Top.Science.Astronomy", "");
    type("lquery", "*.Astro*@|b.!c");
    type("ltxtquery", "a & b*");
    type("isbn", "978-0-393-04002-9");
    type("issn", "1436-4522");
    type("ean13", "4006381333931");
    type("cube", "(1,2),(3,4)", "(0.1)");
    type("seg", "1.0 .. 2.50", "~3");
    type("mood", "sad", "ha\"ppy", "a,b", "{x}", "NULL", "");
    type("other.mood", "alpha", "beta");
    type("mood_domain", "beta");
    type("positive", "5");
    type("other.positive", "7.50");
    type("more_positive", "2");
    type("numbers", "{1,NULL,3}", "[0:1]={1,2}", "{}", "{{1,2},{3,4}}");
    type("stamp", "2024-10-28 21:37:53.120+02", "infinity", "0044-03-15 12:00:00+00 BC");
    composites();
    arrays();
  }

  private static void floats() {
    type(
        "float4",
        "0.1",
        "16777216",
        "16777215",
        "1.17549435e-38",
        "1e-45",
        "3e-45",
        "1.4e-44",
        "3.4028235e38",
        "-0",
        "0",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e6",
        "999999",
        "1e5",
        "123456",
        "1234567",
        "0.0001",
        "0.00001",
        "0.00012345",
        "33554432",
        "67108864",
        "1e10",
        "8.589973e9",
        "2.5",
        "-1.5e-7",
        "1.5e-40",
        "5.0000003e-40");
    type(
        "float8",
        "0.1",
        "0.30000000000000004",
        "1e20",
        "-0",
        "0",
        "5e-324",
        "1e-323",
        "1.5e-323",
        "1.7976931348623157e308",
        "2.2250738585072014e-308",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e15",
        "1e14",
        "999999999999999",
        "9999999999999998",
        "9007199254740991",
        "9007199254740992",
        "9007199254740994",
        "1e16",
        "1e17",
        "1e22",
        "1e23",
        "9.999999999999999e22",
        "2e23",
        "4.35",
        "123456.789",
        "0.0001",
        "0.00001",
        "-0.000123",
        "1234567890123456",
        "1e-300",
        "1e-310",
        "7.2057594037927936e16",
        "1.8014398509481984e16",
        "5.764607523034235e17",
        "8.41e21",
        "9.5367431640625e-07",
        "2e0",
        "100",
        "1.0000000000000002",
        "3e-5");
  }

  private static void jsons() {
    type(
        "json",
        "{\"a\":1,\"a\":2, \"b\" : 1.0e2}",
        "null",
        "\"x\"",
        " [1, 2 ] ",
        "1e-5",
        "-0",
        "\"\\u00e9 \\ud83d\\ude00 \\/\"",
        "{\"b\":{\"c\":[]}, \"aa\":true}",
        "1.50",
        "1e100");
    type("jsonb", "{\"a\":1,\"a\":2, \"b\" : 1.0e2}", "null", "\"x\\ny\"", "[1,null]", "1.50");
  }

  private static void times() {
    type(
        "date",
        "2024-02-29",
        "infinity",
        "-infinity",
        "0044-03-15 BC",
        "0001-12-31 BC",
        "0001-01-01",
        "10000-01-01",
        "5874897-12-31",
        "4713-01-01 BC",
        "0999-05-06");
    type("time", "04:05:06.7", "24:00:00", "00:00:00", "23:59:59.999999", "04:05:00");
    type("time(3)", "04:05:06.7891");
    type("timetz", "04:05:06-08", "04:05:06+05:30:15", "24:00:00+00", "04:05:06.120+05:30");
    type(
        "timestamp",
        "2024-10-28 21:37:53.120",
        "2024-10-28 00:00:00",
        "infinity",
        "-infinity",
        "0044-03-15 12:00:00 BC",
        "294276-12-31 23:59:59.999999",
        "10000-01-01 00:00:00.000001",
        "1969-12-31 23:59:59.999999",
        "4713-01-01 00:00:00 BC",
        "294247-01-10 04:00:25.2");
    type("timestamp(3)", "2024-10-28 21:37:53.1204");
    type(
        "timestamptz",
        "2024-10-28 21:37:53.120+02",
        "2024-10-28 00:00:00+00",
        "infinity",
        "-infinity",
        "0044-03-15 12:00:00+00 BC",
        "294276-12-31 23:59:59.999999+00",
        "10000-01-01 00:00:00.5+00",
        "1969-12-31 23:59:59.999999+00",
        "4713-01-02 00:00:00+00 BC");
    type(
        "interval",
        "1 year 2 mons -3 days 04:05:06.789",
        "0",
        "-1 day -00:00:01",
        "1 day",
        "-1 year +2 mons",
        "-1 mons +1 day",
        "1 mon -1 day +02:03:04",
        "-00:00:00.000001",
        "00:00:00.5",
        "100 hours",
        "-100:59:59.999999",
        "2 years",
        "1 year -1 day",
        "-1 days +01:00",
        "10 days -00:00:00.1",
        "178000000 years",
        "1 mon",
        "-13 mons",
        "25 mons 40 days 30 hours",
        "infinity",
        "-infinity",
        "2562047788:00:00");
  }

  private static void geometry() {
    type("point", "(1,2)", "(0.1,1e20)", "(NaN,Infinity)", "(-0,1e-7)", "(1e15,123456789012345)");
    type("line", "{1,2,3}", "{0.1,-1,1e-10}");
    type("lseg", "[(0,0),(1,1.5)]");
    type("box", "(1,1),(0,0)", "(0.1,-Infinity),(1e100,3)");
    type("path", "[(0,0),(1,1)]", "((0,0),(1,1),(2,0.5))");
    type("polygon", "((0,0),(1,1),(2,0))");
    type("circle", "<(0,0),5>", "<(0.1,1e-5),1e30>");
  }

  private static void ranges() {
    type("int4range", "[1,5)", "empty", "(,5)", "(,)");
    type("int8range", "[1,5]");
    type("numrange", "(1.50,2.0]");
    type("tsrange", "[2024-07-01 00:00,2024-07-02 01:02:03.4)");
    type("tstzrange", "[2024-07-01 00:00+02,)", "[-infinity,infinity]");
    type("daterange", "[2024-07-01,2024-07-03]");
    type("text_range", "[a,\"b,c\")", "[\"a\\\"b\",)");
    type("int4multirange", "{[1,3),[5,7)}", "{}");
    type("tstzmultirange", "{[2024-07-01 00:00+02,2024-07-02 00:00+00)}");
    type("text_multirange", "{[a,b),[\"c,\",d)}");
  }

  private static void composites() {
    type("nothing", "()");
    type("single", "()", "(\"\")", "(a)", "(\"a,b\")");
    type("pair", "(1,b)", "(,)", "(1,\"\")", "(-1,\"a \"\"b\"\" \\\\ (c),\t\n\")", "(1,\" \")");
    type("pair_domain2", "(1,b)");
    TYPES.add(
        new Type(
            "nested",
            List.of(
                "row(row(1,'a\"b\\c')::pair, array[row(2,'x,y')::pair, null, row(null,null)::pair],"
                    + " '{1,null}', 'ha\"ppy', '2024-10-28 21:37:53.120+02', '2024-01-02 03:04:05 BC',"
                    + " 'infinity', 1e-7, '[1,2]', 'a=>\"x y\",b=>null', '{\"k\": [1, \"\\u00e9\"]}', true,"
                    + " '1999-01-01 00:00:00+00')",
                "row(null,null,null,null,null,null,null,null,null,null,null,null,null)",
                "row(null,'{}','{{1},{2}}','','-infinity','infinity','0044-03-15 BC','NaN','empty','',"
                    + "'null',false,'infinity')")));
    type("as_type", "(1,a,\"2024-01-01 00:00:00\")");
  }

  private static void arrays() {
    type(
        "text[]",
        "{\"NULL\",NULL,\"a\\\"b\",\"\",a b,\"{x}\",\"c\\\\d\"}",
        "{}",
        "[2:3][0:1]={{a,b},{c,NULL}}",
        "{{{a},{b}},{{c},{d}}}");
    type("int4[]", "{1,NULL,3}", "[0:1]={1,2}", "{{1,2},{3,4}}", "{}");
    type("box[]", "{(1,1),(0,0);(3,3),(2,2);NULL}", "{}");
    type("numbers[]", "{\"{1,2}\",\"{}\",NULL}");
    type("pair_domain2[]", "{\"(1,b)\",NULL}");
    type("varchar(20)[]", "{a,\"b c\"}");
    type("int2vector[]", "{\"1 2\",\"3\"}");
  }
}
