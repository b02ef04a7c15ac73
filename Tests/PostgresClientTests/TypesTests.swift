import PostgresClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TypesTests {
  @Test func scalarsRoundTrip() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let result = try await connection.execute(
          "SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::float8, $6::text, $7::bytea, $8::timestamptz, $9::date",
          .bool(true), .int2(-2), .int4(.min), .int8(.max), .float8(-0.1), .text("héllo, \u{1F680}"),
          .bytea([0, 255, 39]), .timestamptz(1_555_113_600_123_456), .date(18_000))
        #expect(try result.bool(0, 0))
        #expect(try result.int8(0, 1) == -2)
        #expect(try result.int8(0, 2) == Int64(Int32.min))
        #expect(try result.int8(0, 3) == .max)
        #expect(try result.float8(0, 4) == -0.1)
        #expect(try result.text(0, 5) == "héllo, \u{1F680}")
        #expect(try result.bytes(0, 6) == [0, 255, 39])
        #expect(try result.timestamptz(0, 7) == 1_555_113_600_123_456)
        #expect(try result.date(0, 8) == 18_000)
      }
    }
  }

  @Test func theServerReadsWhatWasMeant() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let result = try await connection.execute(
          """
          SELECT ($1::timestamptz AT TIME ZONE 'UTC')::text, $2::date::text, $3::jsonb->>'a', $4::uuid::text,
            $5::numeric + 1, $6::jsonb
          """,
          .timestamptz(-1), .date(-1), .jsonb(#"{"a":"b"}"#),
          .uuid((0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff)), .literal("39.88"), .jsonb(Array("[1]".utf8)))
        #expect(try result.text(0, 0) == "1969-12-31 23:59:59.999999")
        #expect(try result.text(0, 1) == "1969-12-31")
        #expect(try result.text(0, 2) == "b")
        #expect(try result.text(0, 3) == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(try result.text(0, 5) == "[1]")
        #expect(try result.bytes(0, 5) == Array("[1]".utf8))
        let uuid = try await connection.execute(
          "SELECT $1::uuid", .uuid((0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff)))
        #expect(try uuid.uuid(0, 0) == (0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff))
      }
    }
  }

  @Test func nullsAndEmptyValuesAreToldApart() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let result = try await connection.execute(
          "SELECT $1::int8, $2::text, $3::bytea, $4::text, $5::timestamptz", .int8(nil), .text(nil), .bytea([]),
          .text(""), .null)
        #expect(try result.optionalInt8(0, 0) == nil)
        #expect(try result.optionalText(0, 1) == nil)
        #expect(try result.optionalBytes(0, 2) == [])
        #expect(try result.optionalText(0, 3) == "")
        #expect(try result.isNull(0, 4))
        #expect(try result.withBytes(0, 0) { $0 == nil })
        let error = await failure { _ = try result.int8(0, 0) }
        #expect(error?.kind == .unexpectedValue)
      }
    }
  }

  @Test func aZeroCharacterIsReplacedSinceTextCannotHoldIt() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let result = try await connection.execute(
          "SELECT $1::text, $2::text[]", .text("a\0b"), .textArray(["\0", "é\0"]))
        #expect(try result.text(0, 0) == "a\u{FFFD}b")
        #expect(try result.textArray(0, 1) == ["\u{FFFD}", "é\u{FFFD}"])
      }
    }
  }

  @Test func refusedContentIsToldApart() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        _ = try await connection.execute(
          "CREATE TEMP TABLE t (a int4 PRIMARY KEY CHECK (a < 9), b int4) PARTITION BY RANGE (a)")
        _ = try await connection.execute("CREATE TEMP TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (8)")
        func refused(_ sql: PostgresStatement) async -> Bool? {
          await failure { _ = try await connection.execute(sql) }?.refusesContent
        }
        #expect(await refused("SELECT 'x'::int4") == true)
        #expect(await refused("INSERT INTO t VALUES (8, 1)") == false, "there is no partition for it yet")
        #expect(await refused("INSERT INTO t_1 VALUES (8, 1)") == false, "nor does it belong there")
        #expect(await refused("INSERT INTO t VALUES (1, 1), (1, 2)") == false)
        #expect(await refused("SELECT * FROM nowhere") == false)
        _ = try await connection.execute("CREATE TEMP TABLE s (a int4 CHECK (a < 9))")
        #expect(await refused("INSERT INTO s VALUES (9)") == true)
      }
    }
  }

  @Test func anotherTypeOrPlaceIsAnError() async throws {
    try await withPool { pool in
      let result = try await pool.withConnection { try await $0.execute("SELECT 1::int4 AS number, 'x'::text") }
      #expect(await failure { _ = try result.text(0, 0) }?.kind == .unexpectedValue)
      #expect(await failure { _ = try result.int8(0, 1) }?.kind == .unexpectedValue)
      #expect(await failure { _ = try result.int8(1, 0) }?.kind == .unexpectedValue)
      #expect(await failure { _ = try result.int8(0, 2) }?.kind == .unexpectedValue)
      #expect(await failure { _ = try result.int8(-1, 0) }?.kind == .unexpectedValue)
      #expect(await failure { _ = try result.int8Array(0, 0) }?.kind == .unexpectedValue)
      #expect(result.columnName(0) == "number")
    }
  }

  @Test func arraysBecomeRowsAndComeBack() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let rows = try await connection.execute(
          """
          SELECT * FROM unnest($1::int8[], $2::text[], $3::bytea[], $4::timestamptz[], $5::bool[], $6::int4[],
            $7::float8[], $8::jsonb[], $9::date[], $10::int2[])
          """,
          .int8Array([1, nil, 3]), .textArray(["a", "", nil]), .byteaArray([[1], nil, []]),
          .timestamptzArray([5, 6, 7] as [Int64]), .boolArray([true, nil, false]), .int4Array([7, 8, 9] as [Int32]),
          .float8Array([0.5, nil, 2]), .jsonbArray([Array("{}".utf8), nil, Array("1".utf8)]),
          .dateArray([1, nil, 3]), .int2Array([4, nil, 6]))
        #expect(rows.count == 3)
        #expect(try (0..<3).map { try rows.optionalInt8($0, 0) } == [1, nil, 3])
        #expect(try (0..<3).map { try rows.optionalText($0, 1) } == ["a", "", nil])
        #expect(try (0..<3).map { try rows.optionalBytes($0, 2) } == [[1], nil, []])
        #expect(try (0..<3).map { try rows.timestamptz($0, 3) } == [5, 6, 7])
        #expect(try (0..<3).map { try rows.optionalBool($0, 4) } == [true, nil, false])
        #expect(try (0..<3).map { try rows.int8($0, 5) } == [7, 8, 9])
        #expect(try (0..<3).map { try rows.optionalFloat8($0, 6) } == [0.5, nil, 2])
        #expect(try (0..<3).map { try rows.optionalText($0, 7) } == ["{}", nil, "1"])
        #expect(try (0..<3).map { try rows.optionalDate($0, 8) } == [1, nil, 3])
        #expect(try (0..<3).map { try rows.optionalInt8($0, 9) } == [4, nil, 6])

        let arrays = try await connection.execute(
          "SELECT $1::int8[], $2::text[], array_length($3::int8[], 1), $3::int8[]", .int8Array([nil, -1]),
          .textArray(bytes: [Array("é".utf8), []]), .int8Array([Int64]()))
        #expect(try arrays.nullableInt8Array(0, 0) == [nil, -1])
        #expect(await failure { _ = try arrays.int8Array(0, 0) }?.kind == .unexpectedValue)
        #expect(try arrays.textArray(0, 1) == ["é", ""])
        #expect(try arrays.isNull(0, 2))
        #expect(try arrays.int8Array(0, 3) == [])
      }
    }
  }

  @Test func bigValuesPass() async throws {
    try await withPool { pool in
      try await pool.withConnection { connection in
        let blob = [UInt8](repeating: 7, count: 20 << 20)
        let numbers = (0..<500_000).map { Int64($0) }
        let result = try await connection.execute(
          "SELECT $1::bytea, $2::int8[]", .bytea(blob), .int8Array(numbers))
        #expect(try result.bytes(0, 0) == blob)
        #expect(try result.int8Array(0, 1) == numbers)
      }
    }
  }
}
