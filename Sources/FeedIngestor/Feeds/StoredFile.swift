internal import PostgresClient

/// The bytes of a feed's file, from the first, in pieces that do not make too many rows at once.
struct StoredFile {
  private let load: (_ part: Int32) async throws -> [UInt8]?
  private var chunk: [UInt8] = []
  private var place = 0
  private var part: Int32 = 0

  private static let piece = 32 * 1024

  /// - Parameter load: gives a chunk by its number, nil behind the last.
  init(_ load: @escaping (_ part: Int32) async throws -> [UInt8]?) { self.load = load }

  /// The next piece; nil at the file's end.
  mutating func next() async throws -> [UInt8]? {
    if place == chunk.count {
      guard let chunk = try await load(part) else { return nil }
      (self.chunk, place) = (chunk, 0)
      part += 1
    }
    let end = min(place + StoredFile.piece, chunk.count)
    defer { place = end }
    return Array(chunk[place..<end])
  }

  /// A chunk of a feed's file as it is stored.
  static func chunk(_ part: Int32, of feed: Int64, in pool: PostgresPool) async throws -> [UInt8]? {
    try await pool.withConnection { connection in
      let rows = try await connection.execute(
        "SELECT bytes FROM feed_chunk WHERE feed = $1 AND part = $2", .int8(feed), .int4(part))
      return rows.count == 1 ? try rows.bytes(0, 0) : nil
    }
  }
}
