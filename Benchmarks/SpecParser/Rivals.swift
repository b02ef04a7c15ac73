import Foundation

/// What polars and DuckDB take of one thread's time, where Python has them.
enum Rivals {
  static func compare(bytes: [UInt8], rows: Int, typed: Double) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "spec-parser-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let (grid, script) = (folder.appendingPathComponent("cost.csv"), folder.appendingPathComponent("rivals.py"))
      try Data(bytes).write(to: grid)
      try Data(Rivals.script.utf8).write(to: script)
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3", script.path, grid.path]
      process.standardOutput = pipe
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count == 2, let seconds = Double(words[1]) else {
          print(line)
          continue
        }
        let rate = Double(rows) / seconds
        print("\(words[0]): \(Int(rate)) rows/s; typed rows here are \(Int(typed / rate * 100) ) % of that")
      }
    } catch {
      print("polars and DuckDB: not compared (\(error))")
    }
  }

  /// Reads all columns as text, then checks and converts them as the cost spec asks.
  private static let script = """
    import os, sys, time
    os.environ["POLARS_MAX_THREADS"] = "1"
    path = sys.argv[1]

    def best(name, body):
        seconds = []
        for _ in range(3):
            start = time.process_time()
            body()
            seconds.append(time.process_time() - start)
        print(name, min(seconds))

    try:
        import polars as pl
    except ImportError:
        print("polars: absent")
    else:
        def run():
            g, n, c, o, s, e = pl.read_csv(path, n_rows=0).columns
            d = pl.read_csv(path, infer_schema=False)
            digits = [pl.col(g).str.slice(i, 1).cast(pl.Int32) * (3 if (11 - i) % 2 else 1) for i in range(12)]
            d.select(
                pl.col(g).str.contains(r"^[0-9]{12}$").alias("digits"), (pl.sum_horizontal(digits) % 10 == 0).alias("check"),
                pl.col(n).str.len_chars().le(128).alias("node"),
                pl.col(c).str.strip_prefix("$").cast(pl.Decimal(18, 6)).alias("cost"),
                pl.col(o).replace_strict({"Yes": True, "No": False}, return_dtype=pl.Boolean).alias("others"),
                pl.col(s).str.to_date("%m-%d-%y").alias("start"), pl.col(e).str.to_date("%m-%d-%y").alias("end"),
            ).with_columns((pl.col("end") >= pl.col("start")).alias("order"))
        best("polars", run)

    try:
        import duckdb
    except ImportError:
        print("DuckDB: absent")
    else:
        base = duckdb.connect()
        base.execute("SET threads TO 1")
        def run():
            base.execute(f'''CREATE OR REPLACE TABLE t AS
              SELECT regexp_full_match(g, '[0-9]{{12}}') AS digits,
                list_sum([CAST(g[i] AS INTEGER) * (CASE WHEN i % 2 = 1 THEN 3 ELSE 1 END) FOR i IN range(1, 13)]) % 10 = 0 AS ok,
                length(n) <= 128 AS node, CAST(ltrim(c, '$') AS DECIMAL(18, 6)) AS cost, CAST(o AS BOOLEAN) AS others,
                strptime(s, '%m-%d-%y')::DATE AS s, strptime(e, '%m-%d-%y')::DATE AS e
              FROM read_csv('{path}', header = true, all_varchar = true,
                names = ['g', 'n', 'c', 'o', 's', 'e'])''')
        best("DuckDB", run)
    """
}
