/// Why a test could not be set up, or what did not come about in time.
public struct TestKitError: Error, CustomStringConvertible {
  public let message: String

  public init(message: String) { self.message = message }

  public var description: String { message }
}
