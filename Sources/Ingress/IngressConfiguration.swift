public import HTTPServer
public import KafkaClient

/// Where the door is, and its limits. Everything has a default.
public struct IngressConfiguration: Sendable {
  /// Address, port and the limits of connections.
  public var http = HTTPServerConfiguration()
  /// Paths that need no key, beside `/healthz` and `/readyz`.
  public var publicPaths: Set<String> = []
  /// The largest file, in bytes; the same as the feed store's.
  public var maxFeedBytes = 1 << 30
  /// Files that are uploaded at once, by all and by one merchant.
  public var maxUploads = 64
  public var maxUploadsPerMerchant = 16
  /// How long one upload may take.
  public var uploadDeadline: Duration = .seconds(3_600)
  /// Files with their errors that are fetched at once, by all and by one merchant: each takes a thread, and a workbook a
  /// temporary file.
  public var maxDownloads = 16
  public var maxDownloadsPerMerchant = 4
  /// Event streams that are open at once, of all and of one merchant.
  public var maxEventStreams = 500
  public var maxEventStreamsPerMerchant = 20
  /// How soon an open event stream looks for something new after there was something.
  public var eventInterval: Duration = .milliseconds(250)
  /// The longest pause between two looks, while nothing changes.
  public var maxEventInterval: Duration = .seconds(2)
  /// Silence on an event stream after which a comment is sent.
  public var eventHeartbeat: Duration = .seconds(15)
  /// The largest body of a single price, in bytes.
  public var maxPriceBytes = 4 * 1_024
  /// Single prices that may wait for Kafka at once; more are refused with 503.
  public var maxWaitingPrices = 20_000
  /// How long a batch of prices may wait for Kafka, until the answer is 503.
  public var priceDeadline: Duration = .seconds(5)
  /// The largest body of many prices, in bytes.
  public var maxPriceListBytes = 64 << 20
  /// The most lines of many prices in one request.
  public var maxPriceLines = 200_000
  /// Lists of prices that are taken at once, of all and of one merchant.
  public var maxPriceLists = 32
  public var maxPriceListsPerMerchant = 8
  /// How long one list of prices may take.
  public var priceListDeadline: Duration = .seconds(300)
  /// How long a stop waits for what was begun.
  public var stopPatience: Duration = .seconds(10)

  /// What the producer of prices needs: it gives a price up before its sender is told that it is not stored, or it would
  /// come behind a newer price that was accepted meanwhile, elsewhere. What is on the wire at that moment may still be
  /// stored.
  public var producer: KafkaProducerOptions {
    var options = KafkaProducerOptions()
    // librdkafka looks for what is too old once a second.
    options.deliveryTimeout = max(priceDeadline - .seconds(1), .milliseconds(500))
    return options
  }

  public init() {
    // Clients that send a whole grid before they look for an answer should get to it.
    http.discardBytes = 64 << 20
    http.discardDeadline = .seconds(5)
  }
}
