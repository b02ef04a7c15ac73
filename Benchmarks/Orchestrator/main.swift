internal import BenchmarkKit
internal import Crypto
internal import HTTPCaller
internal import HTTPServer
internal import ItemModel
internal import JSONCodec
internal import KafkaClient
internal import Lifecycle
internal import Orchestrator
internal import Synchronization
internal import SystemsFile
internal import Telemetry

// How many lane messages a second go through the orchestrator to their outcome: over REST one by one, over REST in
// batches, and over Kafka; and beside it what the bare HTTP client does with the same requests. Kafka (the embedded
// cluster) and the HTTP server run in this process and share its cores.

_ = BenchmarkCommand.read(
  "OrchestratorBenchmark", summary: "Lane messages per second through the orchestrator to their outcome.")

/// Messages of each run; the embedded cluster keeps about 5 MB a partition.
let count = 20_000
let server = HTTPServer(
  routes: [
    .immediate(.post, "/one") { _ in .empty(status: 200) },
    .immediate(.post, "/batch", Route.Options(body: .buffered(maxBytes: 4 << 20))) { request in
      let entries = (try? JSONDocument(request.bytes).root.count) ?? 0
      return .json(Array("[\(Array(repeating: #"{"status":200}"#, count: entries).joined(separator: ","))]".utf8))
    },
  ], logger: .silent)
try server.start()
let url = "http://127.0.0.1:\(server.port)"

func rate(_ name: String, _ count: Int, _ time: Duration) {
  print("\(name): \(Int(Double(count) / (time / .seconds(1)))) a second")
}

/// The least that the same requests cost: the client alone, as many at once.
func bareClient() async {
  let caller = HTTPCaller(logger: .silent)
  let (ends, end) = AsyncStream.makeStream(of: Int.self)
  let submitter = caller.submitter { end.yield($0.count) }
  let began = ContinuousClock.now
  var (sent, done) = (0, 0)
  func send(_ more: Int) {
    submitter.submit(
      (sent..<min(count, sent + more)).map {
        HTTPCall(
          id: UInt64($0),
          request: HTTPRequest(
            method: "POST", url: "\(url)/one", headers: [("Content-Type", "application/json")],
            body: Array(#"{"cost":{"shipnodes":[]}}"#.utf8)))
      })
    sent += more
  }
  send(512)
  for await ended in ends {
    done += ended
    if done >= count { break }
    if sent < count { send(ended) }
  }
  rate("bare HTTP client, single requests", count, .now - began)
  await caller.stop(within: .zero)
}

func road(_ name: String, _ transport: String) async throws {
  let cluster = try EmbeddedKafka()
  let kafka = KafkaConfiguration(bootstrap: cluster.bootstrap, properties: ["session.timeout.ms": "3000"])
  let topics = TopicNames()
  for topic in topics.all + ["out"] { try cluster.createTopic(topic, partitions: 12) }
  let yaml = "systems: { sys: { \(transport), consumes: [cost], snippet: { gtin: \"{gtin}\", cost: \"{cost}\" } } }"
  let graph = try SystemsFile.read(Array(yaml.utf8), file: "benchmark.yaml", environment: [:]).graph
  let producer = try KafkaProducer(kafka, logger: .silent)
  guard let merchant = MerchantID("m") else { return }
  let attributes = try Attributes(
    Array(
      #"{"cost":{"shipnodes":[{"shipnodeId":"1","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"}}]}}"#.utf8))
  let records = (1...count).compactMap { number -> KafkaRecord? in
    guard let gtin = GTIN(number: UInt64(number)) else { return nil }
    let message = LaneMessage(
      setupID: "s-\(number)", key: ItemKey(merchant: merchant, gtin: gtin), gtin: gtin.text14, version: 1, lane: .setup,
      lease: 1, correlationID: "c-\(number)", since: Instant(microseconds: Timestamp.now.microseconds),
      systems: [("sys", Digest(sha256: []))], attributes: attributes)
    return KafkaRecord(
      topic: topics.lane(.setup), key: message.key.messageKey, value: message.encode(groups: attributes.groups))
  }
  for result in await producer.send(records) { _ = try result.get() }
  let registry = MetricsRegistry()
  let done = registry.counter(
    "hyperloop_lane_messages_total", help: "Lane messages that ended with an outcome.", labels: ["lane": "setup"])
  var callers = HTTPCallerConfiguration()
  callers.callsPerHost = 512
  let caller = HTTPCaller(configuration: callers, logger: .silent)
  let orchestrator = Orchestrator(
    graph: graph, kafka: kafka, producer: producer, caller: caller, topics: topics, groups: GroupNames(),
    lanes: [.setup], metrics: registry, logger: .silent)
  let group = ServiceGroup(try orchestrator.services(), signals: [], logger: .silent)
  let running = Task { try await group.run() }
  // The group's join takes seconds and does not count.
  while done.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
  let (began, before) = (ContinuousClock.now, done.count)
  while done.count < count { try await Task.sleep(for: .milliseconds(1)) }
  rate(name, count - Int(before), .now - began)
  group.shutdown.request()
  try await running.value
  await caller.stop(within: .zero)
  await producer.stop(within: .zero)
  cluster.stop()
}

await bareClient()
try await road("lane to outcome, REST one by one", "url: \"\(url)/one\", concurrency: 64")
try await road("lane to outcome, REST in batches of 50", "url: \"\(url)/batch\", concurrency: 16, batch: 50")
try await road("lane to outcome, Kafka system", "topic: out")
await server.stop(within: .zero)
