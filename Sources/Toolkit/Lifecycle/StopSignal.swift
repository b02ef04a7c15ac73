internal import Glibc

/// A signal that asks the program to end.
public struct StopSignal: Hashable, Sendable {
  public let number: Int32

  public init(number: Int32) { self.number = number }

  public static let terminate = StopSignal(number: SIGTERM)
  public static let interrupt = StopSignal(number: SIGINT)
}
