/// The data objects of a batch's rows, one after another in memory that serves the next batch too.
public struct RowObjects: Sendable {
  private var buffer = ByteBuffer()
  private var places: [(row: Int, end: Int)] = []

  public init() {}

  /// The number of objects.
  public var count: Int { places.count }
  /// Bytes of all of them.
  public var size: Int { buffer.count }

  /// An object, and its row's place in the batch.
  public subscript(_ index: Int) -> (row: Int, json: ArraySlice<UInt8>) {
    (places[index].row, buffer[(index == 0 ? 0 : places[index - 1].end)..<places[index].end])
  }

  public mutating func removeAll() {
    buffer.removeAll()
    places.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func append(row: Int, atMost limit: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    buffer.append(atMost: limit, write)
    places.append((row, buffer.count))
  }
}
