/// A part of the program that runs from its start to its end.
public protocol Service: Sendable {
  /// How it is called in log lines and errors.
  var name: String { get }

  /// What it means when `run` returns before a shutdown was requested.
  var whenFinished: FinishPolicy { get }

  /// Runs until `run.shutdown` is requested, and returns when what was taken in is done.
  ///
  /// Call `run.ready()` once the service serves: only then the next one starts. When the grace period is over, the task
  /// is cancelled.
  func run(_ run: ServiceRun) async throws
}

extension Service {
  public var whenFinished: FinishPolicy { .fail }
}

/// What a group does when a service returns by itself.
public enum FinishPolicy: Sendable {
  /// Stops everything, as a failure.
  case fail
  /// Stops everything, as a success: the service was the program's errand.
  case stopGroup
  /// Goes on without it.
  case ignore
}

/// What a service is given for its run.
public struct ServiceRun: Sendable {
  /// Requested when the service should take in nothing more, finish, and return.
  public let shutdown: GracefulShutdown
  private let onReady: @Sendable () -> Void

  public init(shutdown: GracefulShutdown, onReady: @escaping @Sendable () -> Void = {}) {
    self.shutdown = shutdown
    self.onReady = onReady
  }

  /// Says that the service serves. Repeated calls are harmless.
  public func ready() { onReady() }
}

/// A service made of a closure.
public struct ClosureService: Service {
  public let name: String
  public let whenFinished: FinishPolicy
  private let body: @Sendable (ServiceRun) async throws -> Void

  public init(
    _ name: String, whenFinished: FinishPolicy = .fail, _ body: @escaping @Sendable (ServiceRun) async throws -> Void
  ) {
    self.name = name
    self.whenFinished = whenFinished
    self.body = body
  }

  public func run(_ run: ServiceRun) async throws { try await body(run) }
}
