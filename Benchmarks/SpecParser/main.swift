// Parses a cost grid in chunks of 64 KiB, beside what it costs just to count its lines.
import ItemModel
import SpecParser

func grid(rows: Int) -> [UInt8] {
  var text = "Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date\r\n"
  for row in 0..<rows {
    let body = 10_000_000_000 + UInt64(row)
    let gtin = "0\(body)\(GTIN.checkDigit(of: body))"
    text +=
      "\(gtin),\(1_000_000 + row % 5_000),$\(row % 900).\(10 + row % 90),\(row % 2 == 0 ? "Yes" : "No"),4-11-19,4-21-19\r\n"
  }
  return Array(text.utf8)
}

func rate(_ name: String, _ bytes: Int, _ rows: Int, _ body: () throws -> Int) rethrows {
  var best = Duration.seconds(1_000)
  var result = 0
  for _ in 0..<3 { best = min(best, try ContinuousClock().measure { result += try body() }) }
  let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) / 1e18
  print("\(name): \(Int(Double(bytes) / seconds / 1e6)) MB/s, \(Int(Double(rows) / seconds)) rows/s (\(result))")
}

let rows = 300_000
let bytes = grid(rows: rows)
let chunks = stride(from: 0, to: bytes.count, by: 65_536).map { Array(bytes[$0..<min($0 + 65_536, bytes.count)]) }
guard let spec = try ShippedSpecs.spec(named: "cost") else { preconditionFailure("the cost spec is compiled in") }

rate("line ends counted", bytes.count, rows) {
  var count = 0
  for chunk in chunks {
    chunk.withUnsafeBytes { for byte in $0 where byte == 0x0A { count += 1 } }
  }
  return count
}
try rate("cells", bytes.count, rows) {
  var reader = CSVReader()
  var grid = GridRows()
  var count = 0
  for chunk in chunks {
    try reader.read(chunk, into: &grid)
    count += grid.count
    grid.removeComplete()
  }
  while try reader.finish(into: &grid) {}
  return count + grid.count
}
try rate("data objects", bytes.count, rows) {
  var parser = FeedParser(spec: spec)
  var count = 0
  for chunk in chunks { count += try parser.feed(chunk: chunk).count }
  return try count + parser.finish().count
}
