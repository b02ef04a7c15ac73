internal import Arguments
internal import BenchmarkKit
internal import Glibc
internal import PostgresClient
internal import Telemetry

// Rows a second of a fenced upsert by `unnest` in batches of 1,000, beside the same rows by COPY, in one run.
let urlArgument = Argument<String>.positional(
  "URL", .string,
  help:
    "A database, as postgresql://user:password@host:port/name. The tables bench and copied are made in it, and dropped."
)
let rowsArgument = Argument<Int?>.optionalPositional(
  "ROWS", .int(1...100_000_000), help: "Rows of each run; 500,000 unless given.")
let arguments = BenchmarkCommand.read(
  "PostgresClientBenchmark", summary: "Rows per second of a fenced upsert in batches, beside the same rows by COPY.",
  arguments: [urlArgument.declaration, rowsArgument.declaration])
let rows = arguments[rowsArgument] ?? 500_000
let batch = 1_000

let upsert: PostgresStatement = """
  INSERT INTO bench AS old (merchant, gtin, version, payload)
  SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::bytea[])
  ON CONFLICT (merchant, gtin) DO UPDATE SET version = excluded.version, payload = excluded.payload
  WHERE old.version < excluded.version
  """
let payload = [UInt8](repeating: 0x61, count: 64)

func report(_ name: String, _ count: Int, _ elapsed: Duration) {
  let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  print("\(name): \(Int(Double(count) / seconds)) /s (\(count) in \(elapsed))")
}

func upsertAll(_ connection: PostgresConnection, version: Int64) async throws {
  for start in stride(from: 0, to: rows, by: batch) {
    let keys = (start..<min(start + batch, rows)).map { Int64($0) }
    try await connection.execute(
      upsert, .textArray(repeatElement("merchant-1", count: keys.count)), .int8Array(keys),
      .int8Array(repeatElement(version, count: keys.count)), .byteaArray(repeatElement(payload, count: keys.count)))
  }
}

func copyAll(_ connection: PostgresConnection) async throws {
  let text = String(decoding: payload, as: UTF8.self)
  try await connection.copyIn("COPY copied FROM STDIN") { writer in
    var chunk: [UInt8] = []
    for row in 0..<rows {
      chunk.append(contentsOf: "merchant-1\t\(row)\t1\t\(text)\n".utf8)
      if chunk.count >= 256 * 1_024 {
        try await writer.write(chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    try await writer.write(chunk)
  }
}

let clock = ContinuousClock()
let pool = BenchmarkCommand.orEnd {
  try PostgresPool(configuration: PostgresConfiguration(url: arguments[urlArgument]), logger: .silent)
}
do { try await pool.withConnection { _ in } } catch { BenchmarkCommand.end(error) }
try await pool.withConnection { connection in
  try await connection.simple(
    """
    DROP TABLE IF EXISTS bench, copied;
    CREATE TABLE bench (merchant text COLLATE "C", gtin int8, version int8, payload bytea, PRIMARY KEY (merchant, gtin))
      WITH (fillfactor = 60);
    CREATE UNLOGGED TABLE copied (merchant text, gtin int8, version int8, payload text);
    """)
  report("insert by unnest", rows, try await clock.measure { try await upsertAll(connection, version: 1) })
  report("update by unnest", rows, try await clock.measure { try await upsertAll(connection, version: 2) })
  report("COPY into an unlogged table", rows, try await clock.measure { try await copyAll(connection) })
  let one: PostgresStatement = "SELECT $1::int8"
  let calls = 20_000
  report(
    "round trips, one at a time", calls,
    try await clock.measure { for number in 0..<calls { try await connection.execute(one, .int8(Int64(number))) } })
  let series = Array(repeating: (statement: one, parameters: [PostgresParameter.int8(1)]), count: 1_000)
  report(
    "statements in series of 1,000", 100_000,
    try await clock.measure { for _ in 0..<100 { try await connection.pipeline(series) } })
  try await connection.simple("DROP TABLE bench, copied")
}
await pool.shutDown()
