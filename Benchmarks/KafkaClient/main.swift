// Records per second and processor time per record of `KafkaProducer` and `KafkaConsumer`, beside bare librdkafka loops
// against the same broker in the same run; then the round trip of a small batch.
internal import Arguments
internal import BenchmarkKit
internal import Glibc
internal import KafkaClient
internal import LocalServers
internal import Telemetry

let countArgument = Argument<Int?>.optionalPositional(
  "RECORDS", .int(1...100_000_000), help: "Records of each run; 1,000,000 unless given.")
let roundsArgument = Argument<Int?>.optionalPositional(
  "ROUNDS", .int(1...1_000), help: "How often all is measured; 2 unless given.")
let arguments = BenchmarkCommand.read(
  "KafkaClientBenchmark", summary: "Records per second of the Kafka client beside bare librdkafka loops.",
  needs: "The environment variable KAFKA_HOME names a Kafka distribution.",
  arguments: [countArgument.declaration, roundsArgument.declaration])
let count = arguments[countArgument] ?? 1_000_000
let rounds = arguments[roundsArgument] ?? 2
let batchSize = 1_000
let partitions = 8
let value = [UInt8](repeating: 0x61, count: 400)
let keys = (0..<batchSize).map { Array("merchant-17/\(10_000_000_000_000 + $0)".utf8) }

guard let home = getenv("KAFKA_HOME").map({ String(cString: $0) }) else {
  print("KAFKA_HOME must name a Kafka distribution")
  exit(2)
}
var template = Array("/tmp/kafka-benchmark-XXXXXX".utf8CString)
guard mkdtemp(&template) != nil else { exit(1) }
let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
let cleaner = try await ChildProcess.atParentsEnd("sleep 2; rm -rf \"$1\"", [directory])
let broker = try LocalKafka(home: home, directory: "\(directory)/kafka")
try await broker.start()
let configuration = KafkaConfiguration(bootstrap: broker.bootstrap)
let bare = BareKafka(bootstrap: broker.bootstrap)
let admin = try KafkaAdmin(configuration, logger: .silent)

for round in 1...rounds {
  let topics = ["bare-\(round)", "client-\(round)"]
  _ = try await admin.createTopics((topics + ["small-\(round)"]).map { KafkaNewTopic(name: $0, partitions: 8) })
  try await measured("librdkafka    produce") { bare.produce(count, to: topics[0]) }
  try await measured("KafkaProducer produce") { try await produce(count, to: topics[1]) }
  try await measured("librdkafka    consume") { bare.consume(count, from: topics[1]) }
  try await measured("KafkaConsumer consume") { try await consume(count, from: topics[1]) }
  report("librdkafka    round trip of 10", bare.roundTrips(500, to: "small-\(round)"))
  report("KafkaProducer round trip of 10", try await roundTrips(500, to: "small-\(round)"))
}
try await broker.kill9()

/// Sends prepared batches of 1,000 from 8 tasks, each of which waits for its results.
func produce(_ count: Int, to topic: String) async throws {
  let producer = try KafkaProducer(configuration, logger: .silent)
  let batch = keys.map { KafkaRecord(topic: topic, key: $0, value: value) }
  let senders = 8
  await withTaskGroup(of: Void.self) { group in
    for sender in 0..<senders {
      group.addTask {
        for _ in stride(from: sender * batchSize, to: count, by: senders * batchSize) {
          for result in await producer.send(batch) { if case .failure(let error) = result { print(error) } }
        }
      }
    }
  }
  await producer.stop()
}

func consume(_ count: Int, from topic: String) async throws {
  let consumer = try KafkaConsumer(configuration, group: "client-\(topic)", topics: [topic], logger: .silent)
  var seen = 0
  while seen < count, let event = try await consumer.next(upTo: batchSize) {
    switch event {
    case .assigned(let assignment): try await assignment.start()
    case .revoked(let revocation): await revocation.complete()
    case .records(let batches): for batch in batches { seen += batch.records.count }
    }
  }
  await consumer.stop(within: .zero)
}

/// Milliseconds from a batch of 10 to its results, one batch at a time, with a linger of 2 ms.
func roundTrips(_ count: Int, to topic: String) async throws(KafkaError) -> [Double] {
  var options = KafkaProducerOptions()
  options.linger = .milliseconds(2)
  let producer = try KafkaProducer(configuration, options: options, logger: .silent)
  let batch = keys.prefix(10).map { KafkaRecord(topic: topic, key: $0, value: value) }
  _ = await producer.send(batch)
  var times: [Double] = []
  for _ in 0..<count {
    times.append(await ContinuousClock().measure { _ = await producer.send(batch) } / .milliseconds(1))
  }
  await producer.stop()
  return times
}

func report(_ name: String, _ times: [Double]) {
  let sorted = times.sorted()
  print("\(name): p50 \(sorted[sorted.count / 2].hundredths) ms, p99 \(sorted[sorted.count * 99 / 100].hundredths) ms")
}

/// Prints the rate, and the processor time of this process (librdkafka's threads included, the broker's not).
func measured(_ name: String, _ work: () async throws -> Void) async throws {
  let before = ProcessClock.seconds()
  let wall = try await ContinuousClock().measure(work) / .seconds(1)
  let each = (ProcessClock.seconds() - before) * 1e6 / Double(count)
  print(
    "\(name): \(Int(Double(count) / wall)) records/s, \(each.hundredths) µs of processor time a record")
}
