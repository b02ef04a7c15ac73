/// Why the orchestrator cannot run, or go on.
public struct OrchestratorError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable {
    /// A limit that nothing can be done with.
    case configuration
    /// A message did not come to its outcome in the time that its steps can take together: something is stuck, and only
    /// a new process helps. (Waiting for Kafka to take the outcome is no step.)
    case overdue
  }

  public let code: Code
  public let message: String
  public var isRetriable: Bool { code == .overdue }
  public var description: String { "\(code.rawValue): \(message)" }
}
