internal import HTTPServer
internal import ItemModel
internal import KafkaClient

extension PriceRoutes {
  /// Prices sent together.
  private static let batch = 1_000

  /// Takes prices line by line; the answers follow at the end of the body, one line for each that is not blank.
  func post(_ request: HTTPServerRequest, _ caller: Caller) async throws -> HTTPServerResponse {
    let merchant = try caller.merchant(request.head)
    switch lists.take(merchant) {
    case .taken: break
    case .full:
      throw Problem(
        503, "too_many_lists", "Too many lists of prices are being sent", "Send it again a little later.",
        retryAfter: 2)
    case .shareFull: throw Problem.ownShare("too_many_lists", lists.share, "lists of prices", retryAfter: 2)
    }
    defer { lists.giveBack(merchant) }
    var splitter = LineSplitter(maxLineBytes: configuration.maxPriceBytes)
    var list = PriceList(merchant: merchant, topic: topic, correlationID: caller.correlationID)
    do throws(HTTPStreamError) {
      while !list.isClosed, let bytes = try await request.body.next() {
        for line in splitter.split(bytes) { await take(line, &list) }
      }
    } catch .tooLarge {
      list.close(Problem(.tooLarge))
    }
    if !list.isClosed, let last = splitter.finish() { await take(last, &list) }
    await flush(&list)
    return .bytes(list.answer, status: 200, contentType: "application/x-ndjson")
  }

  private func take(_ line: LineSplitter.Line, _ list: inout PriceList) async {
    guard !list.isClosed else { return }
    guard list.lines < configuration.maxPriceLines else {
      return list.close(
        Problem(
          413, "too_many_lines", "The list is too long",
          "A request may have \(configuration.maxPriceLines) lines: send the rest from here on in another one."))
    }
    list.add(line, id: identifiers.next)
    if list.records.count >= PriceRoutes.batch { await flush(&list) }
  }

  private func flush(_ list: inout PriceList) async {
    let records = list.takeRecords()
    guard !records.isEmpty else { return list.settle([]) }
    list.settle(await intake.send(records))
  }
}
