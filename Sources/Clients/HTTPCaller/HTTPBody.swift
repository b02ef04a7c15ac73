/// A request's body that is read piece by piece while it is sent.
///
/// Reading runs on the client's thread, and holds up all of its calls meanwhile.
public struct HTTPBody: Sendable {
  /// Bytes of the whole.
  public let count: Int
  let read: @Sendable (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int

  /// - Parameter read: copies the bytes from `offset` on into the buffer, and says how many: as many as there is room
  ///   for, or at least one. Any other number ends the call with `unreadableBody`, since what was announced cannot be sent
  ///   any more. A request that may be sent again may ask for any offset a second time.
  public init(
    count: Int, read: @escaping @Sendable (_ offset: Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int
  ) {
    self.count = count
    self.read = read
  }

  public init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { offset, buffer in
      bytes.withUnsafeBytes { bytes in
        let length = min(buffer.count, bytes.count - offset)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
        return length
      }
    }
  }
}
