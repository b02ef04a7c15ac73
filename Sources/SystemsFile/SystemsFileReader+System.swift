internal import ItemModel
internal import YAMLReader

extension SystemsFileReader {
  mutating func readSystem(_ name: Name, _ node: YAMLNode, names: [String], lookups: [String]) -> SystemDraft? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let transport = readTransport(&fields, of: node)
    let read = fields.take(optional: "read").flatMap { readURLTemplate($0) }
    let consumes = readConsumes(&fields)
    let afterNode = fields.take(optional: "after")
    let after = mistakes.readAll(afterNode) { node throws(YAMLError) in try node.oneOf(names) }
    let template = mistakes.collect(try fields.require("snippet")).flatMap { readTemplate($0, lookups: lookups) }
    mistakes.collect(try fields.finish())
    guard let transport, let template else { return nil }
    return SystemDraft(
      name: name, consumes: consumes, after: after, afterNode: afterNode, template: template, transport: transport,
      read: read)
  }

  private mutating func readConsumes(_ fields: inout YAMLFields) -> AttributeGroups {
    guard let node = mistakes.collect(try fields.require("consumes")),
      let groups = mistakes.collect(try node.list())
    else { return [] }
    if groups.isEmpty {
      mistakes.add(node.location, "a system consumes at least one group", hint: "write consumes: [cost]")
    }
    return AttributeGroups(groups.compactMap { readGroup($0) })
  }

  private mutating func readTemplate(_ node: YAMLNode, lookups: [String]) -> Template? {
    guard let source = readSource(node) else { return nil }
    do {
      return try Template(source, lookups: lookups)
    } catch {
      for mistake in error.mistakes { add(mistake) }
      return nil
    }
  }

  private mutating func readTransport(_ fields: inout YAMLFields, of node: YAMLNode) -> SystemTransport? {
    let (url, topic) = (fields.take(optional: "url"), fields.take(optional: "topic"))
    let restOnly = ["headers", "timeout", "concurrency", "batch", "dataErrors"]
    let kafkaOnly = ["acknowledges"]
    let values = Dictionary(
      uniqueKeysWithValues: (restOnly + kafkaOnly).compactMap { key in fields.take(optional: key).map { (key, $0) } })
    switch (url, topic) {
    case (.some(let url), nil):
      refuse(kafkaOnly, in: values, becauseOf: "a system with a url")
      return readEndpoint(url, values)
    case (nil, .some(let topic)):
      refuse(restOnly, in: values, becauseOf: "a system with a topic")
      let acknowledges = mistakes.read(values["acknowledges"], SystemsFileReader.duration)
      return readTopic(topic).map { .kafka(topic: $0, acknowledges: acknowledges) }
    case (.some, .some(let topic)):
      mistakes.add(topic.location, "a system has a url or a topic, not both", hint: "leave one out")
    case (nil, nil):
      mistakes.add(node.location, "the system has no address", hint: "give it a url (REST) or a topic (Kafka)")
    }
    return nil
  }

  private mutating func refuse(_ keys: [String], in values: [String: YAMLNode], becauseOf what: String) {
    for key in keys {
      if let node = values[key] { mistakes.add(node.location, "\(what) has no “\(key)”", hint: "leave it out") }
    }
  }

  private mutating func readEndpoint(_ url: YAMLNode, _ values: [String: YAMLNode]) -> SystemTransport? {
    let headers = readHeaders(values["headers"])
    let timeout = mistakes.read(values["timeout"], SystemsFileReader.duration)
    let concurrency = mistakes.read(values["concurrency"]) { node throws(YAMLError) in try node.int(in: 1...4_096) }
    let batch = mistakes.read(values["batch"]) { node throws(YAMLError) in try node.int(in: 1...1_000) }
    let dataErrors = mistakes.readAll(values["dataErrors"]) { node throws(YAMLError) in
      let status = try node.int(in: 400...599)
      if status == 409 { throw node.error("409 means that the system holds something newer", hint: "leave it out") }
      return status
    }
    guard let url = readURL(url) else { return nil }
    return .rest(
      RESTEndpoint(
        url: url, headers: headers, timeout: timeout ?? .seconds(5), concurrency: concurrency ?? 32, batch: batch,
        dataErrors: values["dataErrors"] == nil ? [400, 422] : Set(dataErrors)))
  }

  /// A Kafka topic's name, none of those that Hyperloop itself uses.
  private mutating func readTopic(_ node: YAMLNode) -> String? {
    guard let topic = mistakes.collect(try node.string()) else { return nil }
    let isValid =
      (1...249).contains(topic.utf8.count) && topic != "." && topic != ".."
      && topic.utf8.allSatisfy { MerchantID(String(decoding: [$0], as: UTF8.self)) != nil }
    guard isValid else {
      mistakes.add(
        node.location, "“\(topic)” is no name for a topic",
        hint: "use 1 to 249 letters, digits, dots, hyphens, underscores")
      return nil
    }
    if TopicNames.reserved.contains(topic) {
      mistakes.add(node.location, "the topic \(topic) is Hyperloop's own", hint: "take another name")
      return nil
    }
    return topic
  }

  mutating func readLookup(_ name: Name, _ node: YAMLNode) -> Lookup? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let url = mistakes.collect(try fields.require("url")).flatMap { readURLTemplate($0) }
    let headers = readHeaders(fields.take(optional: "headers"))
    let timeout = mistakes.read(fields.take(optional: "timeout"), SystemsFileReader.duration)
    let concurrency = mistakes.read(fields.take(optional: "concurrency")) { node throws(YAMLError) in
      try node.int(in: 1...4_096)
    }
    let cache = mistakes.read(fields.take(optional: "cache")) { node throws(YAMLError) in try node.duration() }
    mistakes.collect(try fields.finish())
    guard let url else { return nil }
    return Lookup(
      name: name.text, url: url, headers: headers, timeout: timeout ?? .seconds(2), concurrency: concurrency ?? 32,
      cache: cache ?? .seconds(20 * 60))
  }

  /// A time span longer than nothing.
  private static func duration(_ node: YAMLNode) throws(YAMLError) -> Duration {
    let duration = try node.duration()
    guard duration > .zero else { throw node.error("this takes longer than nothing", hint: "write 2s, for example") }
    return duration
  }
}
