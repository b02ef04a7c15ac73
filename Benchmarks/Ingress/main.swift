// Prices per second through the door into an embedded Kafka (which runs in this process too), beside a handler that
// answers at once, and beside the bare producer; all in the same run.

internal import Arguments
internal import BenchmarkKit
internal import FeedIngestor
internal import HTTPServer
internal import Ingress
internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import PostgresClient
internal import SpecParser
internal import Telemetry

let secondsArgument = Argument<Int?>.optionalPositional(
  "SECONDS", .int(1...3_600), help: "How long each run takes; 5 unless given.")
let connectionsArgument = Argument<Int?>.optionalPositional(
  "CONNECTIONS", .int(2...10_000), help: "Connections at once; 512 unless given.")
let arguments = BenchmarkCommand.read(
  "IngressBenchmark",
  summary: "Prices per second through the door into an embedded Kafka, beside bare parts of the way.",
  needs: "Needs wrk on the PATH.", arguments: [secondsArgument.declaration, connectionsArgument.declaration])
let seconds = arguments[secondsArgument] ?? 5
let connections = arguments[connectionsArgument] ?? 512
let load = PriceLoad(key: "the-operator", connections: connections, seconds: seconds)

func measure(_ name: String, port: Int) {
  let before = ProcessClock.seconds()
  guard let rate = load.rate(port: port) else { return print("\(name): wrk failed") }
  let cost = (ProcessClock.seconds() - before) * 1e6 / (rate * Double(seconds))
  print("\(name): \(Int(rate)) requests/s, \(cost.hundredths) µs of processor each")
}

let bare = HTTPServer(
  routes: [.immediate(.put, "/v1/prices/{gtin}") { _ in .json(Array("{}".utf8), status: 202) }], logger: .silent)
try bare.start()
measure("answered at once", port: bare.port)
await bare.stop(within: .seconds(1))

let kafka = try EmbeddedKafka()
try kafka.createTopic("price-updates", partitions: 12)
let producer = try KafkaProducer(KafkaConfiguration(bootstrap: kafka.bootstrap), logger: .silent)
let records = (0..<1_000).map { index in
  KafkaRecord(
    topic: "price-updates", key: Array("bench/\(10_000_000_000_000 + index)".utf8),
    value: [UInt8](repeating: 0x20, count: 230))
}
let clock = ContinuousClock()
let processor = ProcessClock.seconds()
let time = await clock.measure {
  for _ in 0..<100 { _ = await producer.send(records) }
}
let sent = 100.0 * 1_000
print(
  "bare producer: \(Int(sent / (time / .seconds(1)))) records/s,",
  "\(((ProcessClock.seconds() - processor) * 1e6 / sent).hundredths) µs of processor each")

// The operator's key is the configuration's: the database is never asked.
let pool = try PostgresPool(configuration: PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"), logger: .silent)
let ingress = Ingress(
  keys: KeyStore(pool: pool, adminKey: load.key),
  api: Ingress.API(
    store: FeedStore(pool: pool, configuration: IngestConfiguration(), specs: try SpecCatalogue()),
    reader: FeedReader(pool: pool, graph: SystemGraph(systems: [], lookups: [], coChange: [])), producer: producer,
    topics: TopicNames()),
  metrics: MetricsRegistry(), readiness: { [] }, logger: .silent)
let shutdown = GracefulShutdown()
let (ready, sender) = AsyncStream.makeStream(of: Void.self)
let run = Task { try await ingress.run(ServiceRun(shutdown: shutdown) { sender.finish() }) }
for await _ in ready {}
measure("prices", port: ingress.port)
shutdown.request()
try await run.value
await producer.stop(within: .seconds(1))
await pool.shutDown()
