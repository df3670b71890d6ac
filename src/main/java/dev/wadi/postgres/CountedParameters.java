package dev.wadi.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database for camel-jdbc, whose statements know how many parameters they have.
 *
 * <p>camel-jdbc asks that of every statement before it runs it, and the Postgres driver asks the
 * server, which parses the statement for it: without types, so that it parses the same text again
 * when it comes with types. No statement stayed prepared: an append of a few events was parsed
 * twice and planned anew, which took three times as long as to run it.
 */
public final class CountedParameters {

  /** Identifiers and texts, in which a question mark is no parameter. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");

  private CountedParameters() {}

  /**
   * The same database, for statements in which every {@code ?} that is not quoted is a parameter.
   */
  public static DataSource of(DataSource database) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          var answer = call(database, method, arguments);
          return answer instanceof Connection found ? connection(found) : answer;
        });
  }

  private static Connection connection(Connection connection) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          var answer = call(connection, method, arguments);
          return answer instanceof PreparedStatement found && arguments != null
              ? statement(found, String.valueOf(arguments[0]))
              : answer;
        });
  }

  private static PreparedStatement statement(PreparedStatement statement, String sql) {
    var unquoted = QUOTED.matcher(sql).replaceAll("");
    int parameters = (int) unquoted.chars().filter(each -> each == '?').count();
    ParameterMetaData counted =
        proxy(ParameterMetaData.class, (method, arguments) -> count(method, parameters));
    return proxy(
        PreparedStatement.class,
        (method, arguments) ->
            method.getName().equals("getParameterMetaData")
                ? counted
                : call(statement, method, arguments));
  }

  private static Object count(Method method, int parameters) {
    if (method.getName().equals("getParameterCount")) {
      return parameters;
    }
    throw new UnsupportedOperationException("parameters are only counted");
  }

  /** A call of a method. */
  private interface Call {
    @Nullable Object of(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    InvocationHandler handler = (proxy, method, arguments) -> call.of(method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(
      Object behind, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(behind, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
