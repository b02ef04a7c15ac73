internal import Arguments
internal import Foundation
internal import HTTPCaller
internal import ItemModel
internal import JSONCodec

/// `hyperloop price`: prices, from a producer's side.
enum PriceCommand {
  static let command = Command("price", summary: "Sends prices.", subcommands: [push])

  private static let file = Argument<String>.positional(
    "FILE", .path, help: "A line of JSON for each price: {\"gtin\":…,\"price\":{…}}.")
  private static let connections = Argument<Int>.option(
    "connections", .int(1...1_024), default: 64, help: "Requests at once.")
  private static let limit = Argument<Duration>.option(
    "for", .duration(), default: .seconds(300), help: "How long a price is tried while the service is not to be had.")

  private static let push = Command(
    "push", summary: "Sends prices, each until it is accepted.",
    discussion:
      "What is refused for a moment (429, 503, no answer) is tried again; what is wrong is told. Prices of one "
      + "item are sent one after the other, in the order of the file.",
    examples: [("hyperloop price push prices.ndjson --connections 64", "exit 1 if a price was refused")],
    arguments: [file.declaration, connections.declaration, limit.declaration] + ServiceClient.arguments
  ) { parsed in
    let bytes = try FileBytes.read(parsed[file], limit: 1 << 30)
    let client = ServiceClient(parsed)
    let result = try await PricePush(
      client: client, connections: parsed[connections], limit: parsed[limit]
    ).run(bytes)
    await client.close()
    Terminal.output.print("\(result.accepted) accepted, \(result.refused.count) refused")
    for refusal in result.refused.prefix(100) { Terminal.errors.print("line \(refusal.line): \(refusal.reason)") }
    return result.refused.isEmpty ? Program.success : Program.failed
  }
}

/// Sends the lines of a file, those of one item in order, others side by side.
struct PricePush {
  let client: ServiceClient
  let connections: Int
  let limit: Duration

  struct Line: Sendable {
    let number: Int
    let gtin: String
    let body: [UInt8]
  }

  struct Outcome: Sendable {
    var accepted = 0
    var refused: [(line: Int, reason: String)] = []
  }

  func run(_ bytes: [UInt8]) async throws -> Outcome {
    var outcome = Outcome()
    var lanes: [[Line]] = Array(repeating: [], count: connections)
    for (index, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
      guard let root = try? JSONDocument(Array(text)).root, let gtin = root["gtin"]?.string, root["price"] != nil else {
        outcome.refused.append((index + 1, "not a line of JSON with gtin and price"))
        continue
      }
      // An item's GTIN may be written in several ways; its prices take one lane all the same.
      let item = (try? GTIN(submitted: gtin))?.text14 ?? gtin
      let lane = Int(item.utf8.reduce(0 as UInt) { $0 &* 31 &+ UInt($1) } % UInt(connections))
      lanes[lane].append(Line(number: index + 1, gtin: gtin, body: Array(text)))
    }
    try await withThrowingTaskGroup(of: Outcome.self) { group in
      for lane in lanes where !lane.isEmpty { group.addTask { try await send(lane) } }
      for try await part in group {
        outcome.accepted += part.accepted
        outcome.refused += part.refused
      }
    }
    outcome.refused.sort { $0.line < $1.line }
    return outcome
  }

  private func send(_ lines: [Line]) async throws -> Outcome {
    var outcome = Outcome()
    for line in lines {
      if let reason = try await send(line) {
        outcome.refused.append((line.number, reason))
      } else {
        outcome.accepted += 1
      }
    }
    return outcome
  }

  /// Nil once it is accepted, else why not.
  private func send(_ line: Line) async throws -> String? {
    do {
      try await client.patiently(for: limit) {
        _ = try await client.send("PUT", "/v1/prices/\(HTTPRequest.percentEncoded(line.gtin))", body: line.body)
      }
      return nil
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return "\(error)"
    }
  }
}
