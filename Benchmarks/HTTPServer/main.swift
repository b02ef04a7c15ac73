// Requests per second of the server beside those of a bare libmicrohttpd handler, measured by wrk in the same run.

internal import Arguments
internal import BenchmarkKit
internal import Glibc
internal import HTTPServer
internal import Telemetry

let secondsArgument = Argument<Int?>.optionalPositional(
  "SECONDS", .int(1...3_600), help: "How long each run takes; 5 unless given.")
let roundsArgument = Argument<Int?>.optionalPositional(
  "ROUNDS", .int(1...1_000), help: "How often all is measured; 2 unless given.")
let arguments = BenchmarkCommand.read(
  "HTTPServerBenchmark", summary: "Requests per second of the server beside those of a bare libmicrohttpd handler.",
  needs: "Needs wrk on the PATH.", arguments: [secondsArgument.declaration, roundsArgument.declaration])
let seconds = arguments[secondsArgument] ?? 5
let rounds = arguments[roundsArgument] ?? 2

let server = HTTPServer(
  routes: [
    .immediate(.get, "/now/{id}") { _ in .text("hello, world") },
    Route(.get, "/later/{id}") { _ in .text("hello, world") },
  ], logger: .silent)
try server.start()
guard let bare = BareServer() else {
  print("the bare server did not start")
  exit(1)
}

let subjects: [(name: String, url: String)] = [
  ("bare, at once", "http://127.0.0.1:\(bare.port)/now/1"),
  ("bare, later", "http://127.0.0.1:\(bare.port)/later/1"),
  ("ours, immediate", "http://127.0.0.1:\(server.port)/now/1"),
  ("ours, from a task", "http://127.0.0.1:\(server.port)/later/1"),
]
var costs = [Double](repeating: .infinity, count: subjects.count)
var best = [Double](repeating: 0, count: subjects.count)
for round in 1...max(rounds, 1) {
  for (index, subject) in subjects.enumerated() {
    let before = ProcessClock.seconds()
    guard let rate = Wrk.rate(subject.url, connections: 64, seconds: seconds) else {
      print("wrk failed on \(subject.url)")
      exit(1)
    }
    best[index] = max(best[index], rate)
    let cost = (ProcessClock.seconds() - before) * 1e6 / (rate * Double(seconds))
    costs[index] = min(costs[index], cost)
    print("round \(round)  \(subject.name): \(Int(rate)) requests/s, \(cost.hundredths) µs of processor each")
  }
}
print("best of \(rounds):")
for (index, subject) in subjects.enumerated() {
  print("  \(subject.name): \(Int(best[index])) requests/s, \(costs[index].hundredths) µs of processor each")
}
print("immediate / bare at once: \((best[2] / best[0]).hundredths)")
print("from a task / bare later: \((best[3] / best[1]).hundredths)")
print("from a task / bare at once: \((best[3] / best[0]).hundredths)")
await server.stop(within: .seconds(1))
