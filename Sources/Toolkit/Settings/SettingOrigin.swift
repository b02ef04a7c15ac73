/// Where a value came from.
public enum SettingOrigin: Hashable, Sendable, CustomStringConvertible {
  case byDefault
  case file(String, line: Int, column: Int)
  case environment(variable: String)
  case argument(key: String)

  public var description: String {
    switch self {
    case .byDefault: "default"
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .environment(let variable): "environment variable \(variable)"
    case .argument(let key): "argument --\(key)"
    }
  }
}
