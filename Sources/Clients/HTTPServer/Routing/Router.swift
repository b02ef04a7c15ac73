/// Finds the route for a method and a path: a tree of segments.
struct Router: Sendable {
  enum Match {
    case found(Route, names: [String], values: [String])
    /// The path is known, with these methods.
    case methodNotAllowed([HTTPMethod])
    case notFound
  }

  private struct Entry {
    let route: Route
    let names: [String]
  }

  private struct Node {
    var literals: [String: Int] = [:]
    var parameter: Int?
    var entries: [HTTPMethod: Entry] = [:]
    /// Routes that take the rest of the path, whatever it is.
    var tails: [HTTPMethod: Entry] = [:]
  }

  private var nodes = [Node()]

  /// - Precondition: paths begin with a slash, and no two routes share method and path, and no immediate handler has a
  ///   streamed body.
  init(_ routes: [Route]) {
    for route in routes { add(route) }
  }

  private mutating func add(_ route: Route) {
    precondition(route.path.hasPrefix("/"), "a route's path begins with a slash: \(route.path)")
    if case .immediate = route.handler, case .streamed = route.options.body {
      preconditionFailure("an immediate handler cannot read a streamed body: \(route.path)")
    }
    var node = 0
    var names: [String] = []
    for segment in route.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      if segment.hasPrefix("{"), segment.hasSuffix("*}") {
        names.append(String(segment.dropFirst().dropLast(2)))
        precondition(nodes[node].tails[route.method] == nil, "two routes for \(route.method.rawValue) \(route.path)")
        nodes[node].tails[route.method] = Entry(route: route, names: names)
        return
      }
      if segment.hasPrefix("{"), segment.hasSuffix("}") {
        names.append(String(segment.dropFirst().dropLast()))
        node = nodes[node].parameter ?? grow { $0[node].parameter = $1 }
      } else {
        let literal = String(segment)
        node = nodes[node].literals[literal] ?? grow { $0[node].literals[literal] = $1 }
      }
    }
    precondition(nodes[node].entries[route.method] == nil, "two routes for \(route.method.rawValue) \(route.path)")
    nodes[node].entries[route.method] = Entry(route: route, names: names)
  }

  private mutating func grow(_ link: (inout [Node], Int) -> Void) -> Int {
    link(&nodes, nodes.count)
    nodes.append(Node())
    return nodes.count - 1
  }

  func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
    var allowed: Set<HTTPMethod> = []
    var values: [String] = []
    if let entry = find(method, segments[...], at: 0, &values, &allowed) {
      return .found(entry.route, names: entry.names, values: values)
    }
    guard !allowed.isEmpty else { return .notFound }
    if allowed.contains(.get) { allowed.insert(.head) }
    return .methodNotAllowed(allowed.sorted { $0.rawValue < $1.rawValue })
  }

  private func find(
    _ method: HTTPMethod, _ rest: ArraySlice<String>, at index: Int, _ values: inout [String],
    _ allowed: inout Set<HTTPMethod>
  ) -> Entry? {
    let node = nodes[index]
    guard let segment = rest.first else { return pick(method, node.entries, &allowed) }
    if let next = node.literals[segment], let entry = find(method, rest.dropFirst(), at: next, &values, &allowed) {
      return entry
    }
    if let next = node.parameter, !segment.isEmpty {
      values.append(segment)
      if let entry = find(method, rest.dropFirst(), at: next, &values, &allowed) { return entry }
      values.removeLast()
    }
    guard !node.tails.isEmpty, let entry = pick(method, node.tails, &allowed) else { return nil }
    values.append(rest.joined(separator: "/"))
    return entry
  }

  private func pick(
    _ method: HTTPMethod, _ entries: [HTTPMethod: Entry], _ allowed: inout Set<HTTPMethod>
  ) -> Entry? {
    if let entry = entries[method] { return entry }
    if method == .head, let entry = entries[.get] { return entry }
    allowed.formUnion(entries.keys)
    return nil
  }
}
