// Reads, makes canonical and writes a snippet of about 500 bytes, beside what plain memory functions do with it.
import BenchmarkKit
import Glibc
import JSONCodec

_ = BenchmarkCommand.read(
  "JSONCodecBenchmark", summary: "Reads, makes canonical and writes a snippet of about 500 bytes.")

let snippet = """
  {"pricing":{"gtin":"062145556123","offerId":"abcd123ghi5677","unitCosts":[{"shipnodeId":"1234589","unitCost":\
  {"currencyAmount":39.88,"currencyUnit":"USD"},"startDate":"2019-04-11","endDate":"2019-04-21"},{"shipnodeId":\
  "4522312","unitCost":{"currencyAmount":21.24,"currencyUnit":"USD"},"startDate":"2019-04-08","endDate":\
  "2019-04-11"},{"shipnodeId":"7788990","unitCost":{"currencyAmount":0.0345,"currencyUnit":"USD"},"othersMayChange"\
  :true,"startDate":"2019-04-08"}],"price":{"currencyAmount":49.99,"currencyUnit":"USD"}}}
  """
let bytes = Array(snippet.utf8)

func write(into writer: inout JSONWriter) {
  func money(_ name: String, _ amount: String) {
    writer.name(name)
    writer.beginObject()
    writer.name("currencyAmount")
    writer.number(raw: amount)
    writer.field("currencyUnit", "USD")
    writer.endObject()
  }
  func window(_ node: String, _ amount: String, from start: String, to end: String?) {
    writer.beginObject()
    writer.field("shipnodeId", node)
    money("unitCost", amount)
    if end == nil { writer.field("othersMayChange", true) }
    writer.field("startDate", start)
    writer.field("endDate", end)
    writer.endObject()
  }
  writer.beginObject()
  writer.name("pricing")
  writer.beginObject()
  writer.field("gtin", "062145556123")
  writer.field("offerId", "abcd123ghi5677")
  writer.name("unitCosts")
  writer.beginArray()
  window("1234589", "39.88", from: "2019-04-11", to: "2019-04-21")
  window("4522312", "21.24", from: "2019-04-08", to: "2019-04-11")
  window("7788990", "0.0345", from: "2019-04-08", to: nil)
  writer.endArray()
  money("price", "49.99")
  writer.endObject()
  writer.endObject()
}

var sink = 0

func measure(_ title: String, rounds: Int, bytes: Int, _ body: () throws -> Void) rethrows {
  for _ in 0..<rounds / 10 { try body() }
  let elapsed = try ContinuousClock().measure { for _ in 0..<rounds { try body() } }
  let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  let rate = Double(rounds) / seconds
  let megabytes = Int(rate * Double(bytes) / 1e6)
  print("\(title): \(Int(rate)) documents/s, \(megabytes) MB/s, \(Int(1e9 / rate)) ns each")
}

print("snippet of \(bytes.count) bytes")
measure("limit, memchr", rounds: 5_000_000, bytes: bytes.count) {
  bytes.withUnsafeBytes { if memchr($0.baseAddress!, 7, $0.count) != nil { sink += 1 } }
}
var copy = [UInt8](repeating: 0, count: bytes.count)
measure("limit, memcpy", rounds: 5_000_000, bytes: bytes.count) {
  bytes.withUnsafeBytes { source in copy.withUnsafeMutableBytes { $0.copyMemory(from: source) } }
  sink += Int(copy[sink & 1])
}
try measure("read", rounds: 500_000, bytes: bytes.count) {
  sink += try JSONDocument(bytes).root.count
}
let document = try JSONDocument(bytes)
measure("look up 3 members", rounds: 1_000_000, bytes: 0) {
  if document.root["pricing"]?["price"]?["currencyUnit"]?.isString("USD") == true { sink += 1 }
}
var canonical: [UInt8] = []
measure("canonical", rounds: 300_000, bytes: bytes.count) {
  canonical.removeAll(keepingCapacity: true)
  document.root.appendCanonical(to: &canonical)
  sink += canonical.count
}
var writer = JSONWriter(capacity: 1024)
measure("write, by field", rounds: 500_000, bytes: bytes.count) {
  writer.removeAll()
  write(into: &writer)
}
measure("write, copied value", rounds: 2_000_000, bytes: bytes.count) {
  writer.removeAll()
  writer.value(document.root)
}
print(sink == 0 ? "" : "done")
