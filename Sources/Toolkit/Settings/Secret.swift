public import Arguments

/// A text that must not appear in logs, dumps or error messages. Printing it shows dots.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, for the one place that needs it.
  public let revealed: String

  public init(_ text: String) { revealed = text }

  public static let mask = "••••"

  public var description: String { Self.mask }
  public var debugDescription: String { Self.mask }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ValueKind where Value == Secret {
  /// Any text but the empty one, which is never shown.
  public static var secret: ValueKind {
    ValueKind(placeholder: "SECRET", expectation: "a text", parse: { $0.isEmpty ? nil : Secret($0) })
  }
}
