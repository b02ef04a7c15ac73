import Foundation
import ItemModel

/// A cost grid whose rows are all good.
enum CostGrid {
  static func bytes(rows: Int) -> [UInt8] {
    var text = header
    text.reserveCapacity(rows * 56)
    append(0..<rows, to: &text)
    return text
  }

  /// Writes a grid of at least `bytes` bytes, piece by piece.
  static func write(bytes: Int, to path: String) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var (piece, written, row) = (header, 0, 0)
    while written < bytes {
      append(row..<(row + 5_000), to: &piece)
      try file.write(contentsOf: Data(piece))
      row += 5_000
      written += piece.count
      piece.removeAll(keepingCapacity: true)
    }
  }

  private static let header = Array(
    "Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date\r\n".utf8)

  private static func append(_ rows: Range<Int>, to text: inout [UInt8]) {
    for row in rows {
      let body = 10_000_000_000 + UInt64(row)
      text += "0\(body)\(GTIN.checkDigit(of: body)),\(1_000_000 + row % 5_000),$\(row % 900).\(10 + row % 90),".utf8
      text += "\(row % 2 == 0 ? "Yes" : "No"),4-\(1 + row % 19)-19,4-\(20 + row % 11)-19\r\n".utf8
    }
  }
}

/// What it takes just to look at the bytes.
enum LineScan {
  static func count(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var count = 0
      for byte in bytes { count &+= byte == 0x0A ? 1 : 0 }
      return count
    }
  }
}
