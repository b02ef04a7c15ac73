internal import Glibc
internal import NativeThreads

/// Runs blocking code on a thread of its own, since a blocked test would hold up the server's tasks.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    _ = NativeThread(name: "test-client") {
      continuation.resume(with: Result { try body() })
    }
  }
}

/// Runs a program and gives what it wrote.
func run(_ command: String) async throws -> String {
  try await blocking {
    guard let pipe = popen(command, "r") else { throw RawClient.Failure(what: "popen") }
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = fread(&bytes, 1, bytes.count, pipe)
      guard count > 0 else { return String(decoding: output, as: UTF8.self) }
      output.append(contentsOf: bytes.prefix(count))
    }
  }
}

/// `eventually` for blocking code.
func waitUntil(_ condition: () -> Bool) throws {
  let end = ContinuousClock.now + .seconds(120)
  while !condition() {
    guard ContinuousClock.now < end else { throw RawClient.Failure(what: "the condition did not hold in two minutes") }
    usleep(1_000)
  }
}
