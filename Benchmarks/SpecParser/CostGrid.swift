import ItemModel

/// A cost grid whose rows are all good.
enum CostGrid {
  static func bytes(rows: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(rows * 56)
    text +=
      "Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date\r\n".utf8
    for row in 0..<rows {
      let body = 10_000_000_000 + UInt64(row)
      text += "0\(body)\(GTIN.checkDigit(of: body)),\(1_000_000 + row % 5_000),$\(row % 900).\(10 + row % 90),".utf8
      text += "\(row % 2 == 0 ? "Yes" : "No"),4-11-19,4-21-19\r\n".utf8
    }
    return text
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
