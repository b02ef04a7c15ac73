/// Why a group of services did not end well. It is the first failure; what follows from it is only logged.
public struct ServiceFailure: Error, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The service threw.
    case failed
    /// The service returned though nobody had asked it to.
    case endedEarly
    /// The service had not finished when the grace period was over, and was cancelled.
    case notDrained
    /// The task that ran the group was cancelled.
    case cancelled
  }

  public let code: Code
  /// The name of the service.
  public let service: String
  /// What the service threw.
  public let cause: (any Error)?

  public var description: String {
    switch code {
    case .failed: "\(service) failed: \(cause.map { "\($0)" } ?? "unknown error")"
    case .endedEarly: "\(service) ended though nobody had asked it to"
    case .notDrained: "\(service) had not finished when the grace period was over"
    case .cancelled: "\(service) was cancelled"
    }
  }
}
