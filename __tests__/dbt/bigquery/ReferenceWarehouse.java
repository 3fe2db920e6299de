import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.PreparedQuery;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleColumn;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.TableContent;
import com.google.zetasql.Type;
import com.google.zetasql.TypeFactory;
import com.google.zetasql.Value;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLOptions.ProductMode;
import com.google.zetasql.ZetaSQLType.TypeKind;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables in memory that speak BigQuery's SQL: every statement is parsed and type-checked by Google's analyzer, and
 * queries run on its reference engine. The engine only knows queries, so that the few statements dbt changes tables
 * with are told apart here, after the analyzer has accepted them, and put together from queries.
 *
 * <p>A view is the rows that its query had when it was made.
 *
 * <p>One JSON object a line: {"table", "columns": [[name, type]], "rows"} makes a table, {"sql"} runs a script,
 * {"names"} lists the tables and views. The answer has "kind", and "columns" and "rows" for a query, or "error". Instants are microseconds since the epoch.
 */
public final class ReferenceWarehouse {
  private static final Gson gson = new Gson();
  private static final Pattern CREATE =
      Pattern.compile("(?is)^create\\s+(or\\s+replace\\s+)?(table|view)\\s+(if\\s+not\\s+exists\\s+)?(\\S+)(.*)$");
  private static final Pattern AS_QUERY = Pattern.compile("(?is)^(.*?)\\bas\\s*\\(\\s*(select\\b|with\\b)(.*)\\)\\s*$");
  private static final Pattern AS_PLAIN = Pattern.compile("(?is)^(.*?)\\bas\\s+(select\\b|with\\b)(.*)$");
  private static final Pattern INSERT = Pattern.compile("(?is)^insert\\s+into\\s+(\\S+)\\s*\\((.*?)\\)\\s*(select\\b.*)$");
  private static final Pattern DROP = Pattern.compile("(?is)^drop\\s+(table|view)\\s+if\\s+exists\\s+(\\S+)\\s*$");
  private static final Pattern REPLACE_DAYS =
      Pattern.compile(
          "(?is)^merge\\s+into\\s+(\\S+)\\s+as\\s+DBT_INTERNAL_DEST\\s+using\\s+(\\(.*\\))\\s+as\\s+DBT_INTERNAL_SOURCE"
              + "\\s+on\\s+FALSE\\s+when\\s+not\\s+matched\\s+by\\s+source\\s+and\\s+(.*?)\\s+then\\s+delete"
              + "\\s+when\\s+not\\s+matched\\s+then\\s+insert\\s*\\((.*?)\\)\\s*values\\s*\\(.*$");

  private final SimpleCatalog catalog = new SimpleCatalog("root");
  private final Map<String, List<SimpleColumn>> columns = new LinkedHashMap<>();
  private final Map<String, List<List<Value>>> contents = new HashMap<>();
  private final Set<String> views = new HashSet<>();
  private final AnalyzerOptions options = new AnalyzerOptions();

  private ReferenceWarehouse() {
    LanguageOptions language = options.getLanguageOptions();
    language.enableMaximumLanguageFeatures();
    language.setProductMode(ProductMode.PRODUCT_EXTERNAL);
    language.setSupportedStatementKinds(Set.of());
    language.enableReservableKeyword("QUALIFY");
    // BigQuery's default; the analyzer's own is Los Angeles.
    options.setDefaultTimezone("UTC");
    catalog.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(language));
    // BigQuery's documented aliases of INT64 and BOOL that dbt writes.
    catalog.addType("bigint", TypeFactory.createSimpleType(TypeKind.TYPE_INT64));
    catalog.addType("boolean", TypeFactory.createSimpleType(TypeKind.TYPE_BOOL));
  }

  public static void main(String[] arguments) throws Exception {
    ReferenceWarehouse warehouse = new ReferenceWarehouse();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject answer;
      try {
        answer = warehouse.answer(gson.fromJson(line, JsonObject.class));
      } catch (RuntimeException error) {
        answer = new JsonObject();
        answer.addProperty("error", String.valueOf(error.getMessage()));
      }
      out.println(gson.toJson(answer));
    }
  }

  private JsonObject answer(JsonObject request) {
    if (request.has("table")) return load(request);
    JsonObject answer = new JsonObject();
    if (request.has("names")) {
      answer.add("names", gson.toJsonTree(columns.keySet()));
      answer.add("views", gson.toJsonTree(views));
      return answer;
    }
    // The engine finds the contents of tables in the catalog's root only: a table's path becomes its name there.
    String script =
        request.get("sql").getAsString()
            .replaceAll("--.*", "")
            .replaceAll("(?s)/\\*.*?\\*/", "")
            .replaceAll("`([^`]+)`\\.`([^`]+)`\\.`([^`]+)`", "`$1.$2.$3`");
    for (String statement : script.split(";")) {
      String sql = statement.strip();
      if (!sql.isEmpty()) answer = run(sql);
    }
    return answer;
  }

  private JsonObject load(JsonObject request) {
    List<SimpleColumn> fields = new ArrayList<>();
    String name = request.get("table").getAsString();
    for (JsonElement column : request.getAsJsonArray("columns")) {
      JsonArray pair = column.getAsJsonArray();
      fields.add(new SimpleColumn(name, pair.get(0).getAsString(), typeOf(pair.get(1).getAsString())));
    }
    List<List<Value>> rows = new ArrayList<>();
    for (JsonElement row : request.getAsJsonArray("rows")) {
      List<Value> values = new ArrayList<>();
      for (int index = 0; index < fields.size(); index++) {
        values.add(valueOf(row.getAsJsonArray().get(index), fields.get(index).getType()));
      }
      rows.add(values);
    }
    put(name, fields, rows);
    return kind("table");
  }

  private JsonObject run(String sql) {
    Matcher create = CREATE.matcher(sql);
    if (create.matches()) return create(sql, create);
    Matcher drop = DROP.matcher(sql);
    if (drop.matches()) {
      remove(nameOf(drop.group(2)));
      return kind("drop");
    }
    boolean isQuery = sql.matches("(?is)^\\(*\\s*(select|with)\\b.*");
    if (!isQuery) Analyzer.analyzeStatement(sql, options, catalog);
    if (sql.matches("(?is)^create\\s+schema\\b.*")) return kind("create");
    Matcher insert = INSERT.matcher(sql);
    if (insert.matches()) {
      String list = insert.group(2);
      return replace(
          nameOf(insert.group(1)),
          "select " + list + " from " + insert.group(1) + " union all (" + insert.group(3) + ")",
          list);
    }
    Matcher days = REPLACE_DAYS.matcher(sql);
    if (days.matches()) {
      String list = days.group(4);
      return replace(
          nameOf(days.group(1)),
          "select " + list + " from " + days.group(1) + " as DBT_INTERNAL_DEST where not coalesce(" + days.group(3)
              + ", false) union all select " + list + " from " + days.group(2),
          list);
    }
    if (!isQuery) throw new IllegalArgumentException("no way to run this statement here: " + sql);
    return query(sql);
  }

  private JsonObject create(String sql, Matcher create) {
    Analyzer.analyzeStatement(sql, options, catalog);
    String name = nameOf(create.group(4));
    if (create.group(3) != null && columns.containsKey(name)) return kind("create");
    Matcher as = AS_QUERY.matcher(create.group(5));
    if (!as.matches()) as = AS_PLAIN.matcher(create.group(5));
    if (as.matches()) {
      Result result = evaluate(as.group(2) + as.group(3));
      put(name, renamed(name, result.columns), result.rows);
    } else {
      // Only columns: the query that gives none of them has their names and types.
      List<SimpleColumn> fields = new ArrayList<>();
      for (String column : create.group(5).replaceAll("(?s)^\\s*\\(|\\)\\s*$", "").split(",")) {
        String[] words = column.strip().split("\\s+");
        fields.add(new SimpleColumn(name, words[0].replace("`", ""), typeOf(words[1])));
      }
      put(name, fields, List.of());
    }
    if (create.group(2).equalsIgnoreCase("view")) views.add(name);
    return kind("create");
  }

  /** Rows come in the order of `list`; the table's own order of columns may be another. */
  private JsonObject replace(String name, String query, String list) {
    Result result = evaluate(query);
    List<Integer> order = new ArrayList<>();
    List<String> names = result.columns.stream().map(SimpleColumn::getName).collect(Collectors.toList());
    for (SimpleColumn column : columns.get(name)) order.add(names.indexOf(column.getName()));
    List<List<Value>> rows = new ArrayList<>();
    for (List<Value> row : result.rows) rows.add(order.stream().map(row::get).collect(Collectors.toList()));
    contents.put(name, rows);
    return kind("change");
  }

  private JsonObject query(String sql) {
    Result result = evaluate(sql);
    JsonObject answer = kind("select");
    JsonArray fields = new JsonArray();
    for (SimpleColumn column : result.columns) {
      JsonArray pair = new JsonArray();
      pair.add(column.getName());
      pair.add(column.getType().typeName(ProductMode.PRODUCT_EXTERNAL));
      fields.add(pair);
    }
    JsonArray rows = new JsonArray();
    for (List<Value> row : result.rows) {
      JsonArray values = new JsonArray();
      row.forEach(value -> values.add(jsonOf(value)));
      rows.add(values);
    }
    answer.add("columns", fields);
    answer.add("rows", rows);
    return answer;
  }

  private record Result(List<SimpleColumn> columns, List<List<Value>> rows) {}

  private Result evaluate(String sql) {
    Map<String, TableContent> tables = new HashMap<>();
    contents.forEach((name, rows) -> {
      if (sql.contains(name.substring(name.lastIndexOf('.') + 1))) tables.put(name, TableContent.create(rows));
    });
    try (PreparedQuery query =
        PreparedQuery.builder()
            .setSql(sql)
            .setAnalyzerOptions(options)
            .setCatalog(catalog)
            .setTablesContents(tables)
            .prepare()) {
      List<List<Value>> rows = new ArrayList<>(query.execute(Map.of()).getTableData());
      return new Result(query.getColumns(), rows);
    }
  }

  private List<SimpleColumn> renamed(String table, List<SimpleColumn> fields) {
    return fields.stream()
        .map(field -> new SimpleColumn(table, field.getName(), field.getType()))
        .collect(Collectors.toList());
  }

  private void put(String name, List<SimpleColumn> fields, List<List<Value>> rows) {
    remove(name);
    catalog.addSimpleTable(new SimpleTable(name, fields));
    columns.put(name, fields);
    contents.put(name, rows);
  }

  private void remove(String name) {
    if (columns.remove(name) == null) return;
    contents.remove(name);
    views.remove(name);
    catalog.removeSimpleTable(name);
  }

  private static String nameOf(String quoted) {
    return quoted.replace("`", "");
  }

  private static JsonObject kind(String kind) {
    JsonObject answer = new JsonObject();
    answer.addProperty("kind", kind);
    return answer;
  }

  private static Type typeOf(String name) {
    TypeKind kind =
        switch (name.toUpperCase()) {
          case "INTEGER", "INT64", "BIGINT" -> TypeKind.TYPE_INT64;
          case "FLOAT", "FLOAT64" -> TypeKind.TYPE_DOUBLE;
          case "STRING" -> TypeKind.TYPE_STRING;
          case "BOOLEAN", "BOOL" -> TypeKind.TYPE_BOOL;
          case "TIMESTAMP" -> TypeKind.TYPE_TIMESTAMP;
          case "DATE" -> TypeKind.TYPE_DATE;
          default -> throw new IllegalArgumentException("no such column type here: " + name);
        };
    return TypeFactory.createSimpleType(kind);
  }

  private static Value valueOf(JsonElement json, Type type) {
    if (json.isJsonNull()) return Value.createNullValue(type);
    return switch (type.getKind()) {
      case TYPE_INT64 -> Value.createInt64Value(json.getAsLong());
      case TYPE_DOUBLE -> Value.createDoubleValue(json.getAsDouble());
      case TYPE_STRING -> Value.createStringValue(json.getAsString());
      case TYPE_BOOL -> Value.createBoolValue(json.getAsBoolean());
      case TYPE_TIMESTAMP -> Value.createTimestampValueFromUnixMicros(json.getAsLong());
      case TYPE_DATE -> Value.createDateValue(LocalDate.parse(json.getAsString()));
      default -> throw new IllegalArgumentException("no values of type " + type);
    };
  }

  private static JsonElement jsonOf(Value value) {
    if (value.isNull()) return JsonNull.INSTANCE;
    return switch (value.getType().getKind()) {
      case TYPE_INT64 -> new JsonPrimitive(value.getInt64Value());
      case TYPE_DOUBLE -> new JsonPrimitive(value.getDoubleValue());
      case TYPE_STRING -> new JsonPrimitive(value.getStringValue());
      case TYPE_BOOL -> new JsonPrimitive(value.getBoolValue());
      case TYPE_TIMESTAMP -> new JsonPrimitive(value.getTimestampUnixMicros());
      case TYPE_DATE -> new JsonPrimitive(value.getLocalDateValue().toString());
      case TYPE_ARRAY -> {
        JsonArray elements = new JsonArray();
        value.getElementList().forEach(element -> elements.add(jsonOf(element)));
        yield elements;
      }
      default -> new JsonPrimitive(value.getSQLLiteral());
    };
  }
}
