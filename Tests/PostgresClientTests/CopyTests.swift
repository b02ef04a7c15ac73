import PostgresClient
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CopyTests {
  struct Mistake: Error {}

  @Test func rowsGoInAndComeOut() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        try await connection.simple("CREATE TABLE t (id int8, name text)")
        let copied = try await connection.copyIn("COPY t FROM STDIN") { writer in
          for batch in 0..<50 {
            let lines = (0..<1_000).map { "\(batch * 1_000 + $0)\tname \($0)\n" }.joined()
            try await writer.write(Array(lines.utf8))
          }
        }
        #expect(copied == 50_000)
        let value = try await connection.number("SELECT sum(id)::int8 FROM t")
        #expect(value == 49_999 * 25_000)

        var bytes: [UInt8] = []
        var chunks = 0
        try await connection.copyOut("COPY (SELECT id FROM t ORDER BY id) TO STDOUT", chunkSize: 16_384) { chunk in
          bytes += chunk
          chunks += 1
        }
        #expect(String(decoding: bytes, as: UTF8.self) == (0..<50_000).map { "\($0)\n" }.joined())
        #expect(chunks > 10)
        #expect(chunks < 50)
        #expect(await connection.answers())
      }
    }
  }

  @Test func aFailedCopyInLeavesTheConnectionUsable() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        try await connection.simple("CREATE TABLE t (id int8)")
        let bad = await failure {
          try await connection.copyIn("COPY t FROM STDIN") { try await $0.write(Array("1\nx\n2\n".utf8)) }
        }
        #expect(bad?.sqlstate == "22P02")
        await #expect(throws: Mistake.self) {
          try await connection.copyIn("COPY t FROM STDIN") { writer in
            try await writer.write(Array("1\n".utf8))
            throw Mistake()
          }
        }
        let missing = await failure { try await connection.copyIn("COPY missing FROM STDIN") { _ in } }
        #expect(missing?.kind == .undefinedTable)
        let noCopy = await failure { try await connection.execute("COPY t FROM STDIN") }
        #expect(noCopy?.kind == .protocolViolation)
      }
      #expect(try await pool.number("SELECT count(*) FROM t") == 0)
      #expect(pool.generation == 2)
    }
  }

  @Test func aCancelledCopyInIsUndone() async throws {
    try await withPool(size: 2) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      let started = Box(false)
      let task = Task {
        try await pool.withConnection { connection in
          try await connection.copyIn("COPY t FROM STDIN") { writer in
            while true {
              try await writer.write(Array(repeatElement("1\n", count: 10_000).joined().utf8))
              await started.set(true)
            }
          }
        }
      }
      try await eventually { await started.value }
      task.cancel()
      #expect(await failure { _ = try await task.value }?.kind == .cancelled)
      #expect(try await pool.number("SELECT count(*) FROM t") == 0)
      #expect(pool.generation == 1)
    }
  }

  @Test func aCopyInThatIsCancelledAtItsEndIsUndone() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      let task = Task {
        try await pool.withConnection { connection in
          try await connection.copyIn("COPY t FROM STDIN") { writer in
            try await writer.write(Array("1\n".utf8))
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
      }
      #expect(await failure { _ = try await task.value }?.kind == .cancelled)
      #expect(try await pool.number("SELECT count(*) FROM t") == 0)
      #expect(pool.generation == 1)
    }
  }

  /// The server takes nothing: the writer waits until it is cancelled, and no more than a slice is kept.
  @Test func aWriterIsHeldBack() async throws {
    try await withPool(size: 2, { $0.cancelTimeout = .milliseconds(300) }) { pool in
      try await pool.withConnection { try await $0.simple("CREATE TABLE t (id int8)") }
      let (id, written) = (Box<Int64?>(nil), Box(0))
      let task = Task {
        try await pool.withConnection { connection in
          let backend = try await connection.number("SELECT pg_backend_pid()")
          await id.set(backend)
          try await connection.copyIn("COPY t FROM STDIN") { writer in
            signal(backend, stop: true)
            while true {
              try await writer.write(Array(repeatElement("1\n", count: 500_000).joined().utf8))
              await written.set(await written.value + 1)
            }
          }
        }
      }
      try await eventually { await id.value != nil }
      var last = -1
      try await eventually("the writer is held back") {
        let now = await written.value
        defer { last = now }
        try await Task.sleep(for: .milliseconds(100))
        return now == last
      }
      #expect(await written.value < 50)
      task.cancel()
      #expect(await failure { _ = try await task.value }?.kind == .cancelled)
      signal(try #require(await id.value), stop: false)
      try await eventually { try await pool.number("SELECT count(*) FROM t") == 0 }
    }
  }

  @Test func aCopyOutCanBeGivenUp() async throws {
    try await withPool(size: 1) { pool in
      try await pool.withConnection { connection in
        let all = "COPY (SELECT generate_series(1, 100000000)) TO STDOUT"
        var chunks = 0
        await #expect(throws: Mistake.self) {
          try await connection.copyOut(all) { _ in
            chunks += 1
            if chunks == 3 { throw Mistake() }
          }
        }
        #expect(await connection.answers())
        let task = Task {
          try await connection.copyOut(all) { _ in withUnsafeCurrentTask { $0?.cancel() } }
        }
        #expect(await failure { try await task.value }?.kind == .cancelled)
        let failed = await failure {
          try await connection.copyOut("COPY (SELECT 1 / (5000 - i) FROM generate_series(1, 9999) i) TO STDOUT") { _ in
          }
        }
        #expect(failed?.sqlstate == "22012")
        #expect(await connection.answers())
      }
      #expect(pool.generation == 1)
    }
  }
}
