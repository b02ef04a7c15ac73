import BenchmarkKit

extension Rivals {
  /// Reads all columns as text, then checks and converts them as the cost spec asks. Left out is what would cost them
  /// most: looking for control characters, for words that stand for nothing, and for other ways to write a value.
  static let tables = Rivals(
    script: #"""
      gtin = "^([0-9]{8}|[0-9]{12,14})$"
      names = ["g", "n", "c", "o", "s", "e"]

      if has("polars", "polars"):
          import polars as pl
          g, n, c, o, s, e = [pl.col(name) for name in names]
          number = g.cast(pl.UInt64)
          weighted = [number // 10**i % 10 * (3 if i % 2 else 1) for i in range(14)]
          def run():
              rows = pl.scan_csv(path, infer_schema=False, new_columns=names).select(
                  number.alias("gtin"), g.str.contains(gtin).alias("length"),
                  (pl.sum_horizontal(weighted) % 10 == 0).alias("check"),
                  n, n.str.len_chars().is_between(1, 128).alias("node"),
                  c.str.strip_prefix("$").cast(pl.Decimal(18, 6)),
                  o.replace_strict({"Yes": True, "No": False}, return_dtype=pl.Boolean),
                  s.str.to_date("%m-%d-%y"), e.str.to_date("%m-%d-%y"),
              ).with_columns((c >= 0).alias("minimum"), (e >= s).alias("order")).collect()
              assert rows.select(pl.col("length", "check", "node", "minimum", "order").all()).row(0) == (True,) * 5
          best("polars", run)

      if has("duckdb", "DuckDB"):
          import duckdb
          base = duckdb.connect()
          base.execute("SET threads TO 1")
          weighted = " + ".join(f"number // {10**i} % 10 * {3 if i % 2 else 1}" for i in range(14))
          def run():
              base.execute(f'''
                  CREATE OR REPLACE TABLE t AS SELECT *, c >= 0 AS minimum, e >= s AS in_order FROM (
                    SELECT number, regexp_matches(g, '{gtin}') AS length, ({weighted}) % 10 = 0 AS good,
                      n, length(n) BETWEEN 1 AND 128 AS node, CAST(ltrim(c, '$') AS DECIMAL(18, 6)) AS c,
                      CAST(o AS BOOLEAN) AS o, strptime(s, '%m-%d-%y')::DATE AS s, strptime(e, '%m-%d-%y')::DATE AS e
                    FROM (SELECT *, CAST(g AS BIGINT) AS number
                      FROM read_csv('{path}', header = true, all_varchar = true, names = {names})))''')
              all = "bool_and(length AND good AND node AND minimum AND in_order)"
              assert base.execute(f"SELECT {all} FROM t").fetchone() == (True,)
          best("DuckDB", run)
      """#)
}
