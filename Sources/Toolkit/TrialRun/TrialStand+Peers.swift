internal import Foundation
public import HTTPCaller
public import LocalServers

extension TrialStand {
  /// Another process of the service, beside the stand's own, on the same servers. Whoever starts it ends it.
  public struct Peer: Sendable {
    public let process: ChildProcess
    public let port: Int
    public let log: String
  }

  /// Starts another process of the service, and waits until its door is open.
  /// - Parameter settings: its own, over those of the stand.
  public func startPeer(_ settings: [String: String] = [:]) async throws -> Peer {
    let port = try Loopback.freePort()
    let log = options.directory + "/peer-\(port).log"
    let arguments = try self.settings(settings.merging(["http.port": String(port)]) { $1 })
    let peer = Peer(
      process: try await ChildProcess.start(
        ChildCommand(options.program, ["serve"] + arguments, environment: environment, output: .file(log))),
      port: port, log: log)
    let limit = ContinuousClock.now + TrialStand.patience
    while ContinuousClock.now < limit, peer.process.isRunning {
      if let answer = try? await call("GET", "/healthz", of: peer), answer.status == 200 { return peer }
      try await Task.sleep(for: .milliseconds(50))
    }
    await peer.process.kill()
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    throw TrialError("the peer did not start; its log ends with:\n\(text.suffix(2_000))")
  }

  /// A call to a peer with the operator's key.
  public func call(
    _ method: String, _ path: String, of peer: Peer, body: [UInt8] = [], merchant: String? = nil
  ) async throws -> HTTPResponse {
    try await patiently {
      try await request(
        method, "http://127.0.0.1:\(peer.port)\(path)", body: body,
        headers: [("Authorization", "Bearer \(key)")] + (merchant.map { [("X-Merchant-Id", $0)] } ?? []))
    }
  }
}
