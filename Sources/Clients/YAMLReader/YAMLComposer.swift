internal import Spelling

/// Makes a tree of events.
struct YAMLComposer {
  /// A node that has a name, with what an alias of it costs.
  private struct Anchor {
    let node: YAMLNode
    let nodes: Int
    let height: Int
  }

  private let limits: YAMLLimits
  private let maxDepth: Int
  private let next: () throws(YAMLError) -> YAMLEvent
  private var mistakes = YAMLMistakes()
  private var anchors: [String: Anchor] = [:]
  /// Anchors whose node is still being read.
  private var open: Set<String> = []
  private var nodes = 0

  init(limits: YAMLLimits, next: @escaping () throws(YAMLError) -> YAMLEvent) {
    self.limits = limits
    self.next = next
    maxDepth = min(limits.maxDepth, 256)
  }

  /// The only document of the stream, or nil when there is none.
  mutating func document() throws(YAMLError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd:
        try mistakes.throwIfAny()
        return root
      case .documentStart where root != nil:
        mistakes.add(event.location, "a second document begins", hint: "keep one document a file")
        try mistakes.throwIfAny()
      case .streamStart, .documentStart, .documentEnd:
        continue
      default:
        root = try node(event, depth: 1).node
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> (node: YAMLNode, height: Int) {
    if case .alias(let name) = event.kind { return try alias(name, event.location, depth) }
    try count(1, depth: depth, at: event.location)
    if event.tag != nil {
      mistakes.add(event.location, "tags (!…) are not supported", hint: "leave it out, or quote the text")
    }
    if let name = event.anchor { open.insert(name) }
    let before = nodes
    let (kind, height) = try contents(event, depth: depth)
    let node = YAMLNode(kind, at: event.location)
    if let name = event.anchor {
      open.remove(name)
      anchors[name] = Anchor(node: node, nodes: nodes - before + 1, height: height)
    }
    return (node, height)
  }

  private mutating func contents(
    _ event: YAMLEvent, depth: Int
  ) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
    switch event.kind {
    case .scalar(let text, let quoted): return (.scalar(text, quoted: quoted), 1)
    case .sequenceStart: return try sequence(depth)
    case .mappingStart: return try mapping(depth)
    default: throw YAMLError(YAMLMistake(event.location, "unexpected end of a list or mapping"))
    }
  }

  private mutating func sequence(_ depth: Int) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
    var elements: [YAMLNode] = []
    var height = 0
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind { return (.sequence(elements), height + 1) }
      let element = try node(event, depth: depth + 1)
      elements.append(element.node)
      height = max(height, element.height)
    }
  }

  private mutating func mapping(_ depth: Int) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
    var members: [(key: YAMLNode, value: YAMLNode)] = []
    var lines: [String: Int] = [:]
    var height = 0
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return (.mapping(members), height + 1) }
      let key = try node(event, depth: depth + 1).node
      let value = try node(next(), depth: depth + 1)
      height = max(height, value.height)
      if isUsable(key, event.location, &lines) { members.append((key, value.node)) }
    }
  }

  /// Notes what is wrong with a key, by the place where it is used.
  private mutating func isUsable(_ key: YAMLNode, _ location: YAMLLocation, _ lines: inout [String: Int]) -> Bool {
    guard case .scalar(let text, let quoted) = key.kind else {
      mistakes.add(location, "a key must be text, not \(key.summary)", hint: "quote it if it begins with a bracket")
      return false
    }
    if text == "<<", !quoted {
      mistakes.add(location, "merge keys (<<) are not supported", hint: "write the keys out, or alias whole values")
      return false
    }
    if let line = lines[text] {
      mistakes.add(location, "duplicate key “\(text)”", hint: "the first is in line \(line)")
      return false
    }
    lines[text] = location.line
    return true
  }

  private mutating func alias(
    _ name: String, _ location: YAMLLocation, _ depth: Int
  ) throws(YAMLError) -> (node: YAMLNode, height: Int) {
    guard !open.contains(name) else {
      throw YAMLError(YAMLMistake(location, "the alias *\(name) stands inside what it names"))
    }
    guard let anchor = anchors[name] else {
      let meant = Spelling.closest(to: name, in: anchors.keys).map { "did you mean *\($0)?" }
      throw YAMLError(
        YAMLMistake(location, "the alias *\(name) names nothing", hint: meant ?? "define it before with &\(name)"))
    }
    try count(anchor.nodes, depth: depth + anchor.height - 1, at: location)
    return (anchor.node, anchor.height)
  }

  private mutating func count(_ more: Int, depth: Int, at location: YAMLLocation) throws(YAMLError) {
    nodes += more
    guard nodes <= limits.maxNodes else {
      throw YAMLError(
        YAMLMistake(location, "too many values", hint: "the limit is \(limits.maxNodes), aliases expanded"))
    }
    guard depth <= maxDepth else {
      throw YAMLError(YAMLMistake(location, "nested too deeply", hint: "the limit is \(maxDepth) levels"))
    }
  }
}
