internal import HTTPCaller
internal import Synchronization
internal import Telemetry
internal import TestKit

/// Runs `body` with a server and a client, and ends both.
func withClient(
  _ configure: (inout HTTPCallerConfiguration) -> Void = { _ in }, script: @escaping ScriptedServer.Script,
  _ body: (ScriptedServer, HTTPCaller) async throws -> Void
) async throws {
  var configuration = HTTPCallerConfiguration()
  configuration.connectTimeout = Patience.limit
  configure(&configuration)
  let server = try ScriptedServer(script)
  defer { server.stop() }
  let client = HTTPCaller(configuration: configuration, logger: .silent)
  do {
    try await body(server, client)
  } catch {
    await client.stop(within: .zero)
    throw error
  }
  await client.stop(within: .zero)
}

/// The error of a call that must fail.
func failure(_ client: HTTPCaller, _ request: HTTPRequest) async -> HTTPCallError? {
  do {
    _ = try await client.call(request)
    return nil
  } catch { return error }
}

/// A sink that keeps what it was given.
final class Collector: Sendable {
  private let state = Mutex<(batches: Int, completions: [HTTPCompletion])>((0, []))
  var sink: @Sendable ([HTTPCompletion]) -> Void {
    { [self] batch in
      state.withLock {
        $0.batches += 1
        $0.completions += batch
      }
    }
  }
  var batches: Int { state.withLock { $0.batches } }
  var completions: [HTTPCompletion] { state.withLock { $0.completions } }
}

extension HTTPCompletion {
  var status: Int? { if case .success(let response) = result { response.status } else { nil } }
  var failure: HTTPCallError.Kind? { if case .failure(let error) = result { error.kind } else { nil } }
}

extension HTTPBody {
  /// Bytes that are given in pieces of at most this size.
  init(pieces bytes: [UInt8], of size: Int) {
    self.init(count: bytes.count) { offset, buffer in
      let piece = bytes[offset...].prefix(min(size, buffer.count))
      buffer.copyBytes(from: piece)
      return piece.count
    }
  }
}
