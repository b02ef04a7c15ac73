internal import Glibc
public import HTTPServer
public import KafkaClient

/// Why the reference systems did not start, or stopped.
public enum ReferenceSystemsError: Error, Sendable, CustomStringConvertible {
  /// A system's HTTP server did not start.
  case server(system: String, HTTPServerError)
  case kafka(system: String, KafkaError)
  /// A file of what a system holds cannot be used; the text is the operating system's.
  case journal(path: String, reason: String)
  /// The configuration cannot be.
  case configuration(String)

  static func journal(path: String, _ code: Int32) -> Self {
    .journal(path: path, reason: String(cString: strerror(code)))
  }

  /// Whether the same start may succeed later.
  public var isRetriable: Bool {
    switch self {
    case .server(_, let error): error.isRetriable
    case .kafka(_, let error): error.isRetriable
    case .journal, .configuration: false
    }
  }

  public var description: String {
    switch self {
    case .server(let system, let error): "system \(system): \(error)"
    case .kafka(let system, let error): "system \(system): \(error)"
    case .journal(let path, let reason): "\(path): \(reason)"
    case .configuration(let text): text
    }
  }
}
