import ItemModel
import SystemsFile
import Testing
import YAMLReader

@Suite struct MistakeTests {
  /// What is wrong with the file.
  private func mistakes(_ text: String, environment: [String: String] = [:]) -> [String] {
    do {
      let file = try SystemsFile.read(Array(text.utf8), file: "f.yaml", environment: environment)
      return file.warnings.map { "warning \($0)" }
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  /// Asserts the places and the beginnings of the messages.
  /// - Returns: the messages.
  @discardableResult private func expect(
    _ text: String, environment: [String: String] = [:], _ expected: [String],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) -> [String] {
    let found = mistakes(text, environment: environment)
    #expect(found.count == expected.count, "\(found)", sourceLocation: sourceLocation)
    for (found, expected) in zip(found, expected) {
      #expect(found.hasPrefix("f.yaml:" + expected), "\(found)", sourceLocation: sourceLocation)
    }
    return found
  }

  @Test func unknownKeys() {
    expect(
      """
      systems:
        a: { url: "http://a", consumes: [cost], snippet: {}, timeuot: 2s }
      system: {}
      """,
      ["2:56: unknown key “timeuot”; did you mean timeout?", "3:1: unknown key “system”; known here"])
  }

  @Test func waysToASystem() {
    expect(
      """
      systems:
        a: { url: "http://a", topic: b, consumes: [cost], snippet: {} }
        b: { consumes: [cost], snippet: {} }
        c: { topic: t, consumes: [cost], snippet: {}, batch: 5 }
        d: { url: "http://a", consumes: [cost], snippet: {}, acknowledges: 5m }
        e: { topic: t, consumes: [cost], snippet: {} }
        f: { topic: lane-price, consumes: [cost], snippet: {} }
        g: { topic: "a b", consumes: [cost], snippet: {} }
        h: { url: "ftp://a", consumes: [cost], snippet: {} }
        i: { url: "http://a/{gtin}", consumes: [cost], snippet: {} }
        j: { url: "http://a", read: "http://a/{gtn}", consumes: [cost], snippet: {} }
        a/b: { url: "http://a", consumes: [cost], snippet: {} }
      """,
      [
        "2:32: a system has a url or a topic, not both", "3:6: the system has no address",
        "4:56: a system with a topic has no “batch”", "5:70: a system with a url has no “acknowledges”",
        "6:3: e and c have the same topic", "7:15: the topic lane-price is Hyperloop's own",
        "8:15: “a b” is no name for a topic", "9:13: this is no URL", "10:13: a system's url has no placeholders",
        "11:31: {gtn}: a URL knows", "12:3: this is no name for a system",
      ])
  }

  @Test func addressesThatAreNeverCalled() {
    for url in [
      "http://", "http:///x", "https://u:p@host/x", #"http://a\\b/x"#, "http://bücher/x", "http://a/x y", "x",
    ] {
      expect(
        """
        systems:
          a: { url: "\(url)", consumes: [cost], snippet: {} }
          b: { url: "http://b", read: "\(url)", consumes: [cost], snippet: {} }
        """, ["2:13: this is no URL", "3:31: this is no URL"])
    }
    let secret = mistakes(
      #"systems: { a: { url: "http://u:${KEY}@h/", consumes: [cost], snippet: {} } }"#, environment: ["KEY": "s3cret"])
    #expect(secret.count == 1 && !secret[0].contains("s3cret"))
  }

  @Test func topicsOfHyperloopsOwn() {
    for topic in ["item-setup", "heartbeat", "item-setup.dlq", "lane-price.dlq", "heartbeat.dlq"] {
      expect(
        "systems: { a: { topic: \(topic), consumes: [cost], snippet: {} } }",
        ["1:24: the topic \(topic) is Hyperloop's own"])
    }
  }

  @Test func groupsAndGraph() {
    expect(
      """
      systems:
        a: { url: "http://a", consumes: [costs], snippet: {}, after: [d] }
        b: { url: "http://a", consumes: [], snippet: {}, after: [c] }
        c: { url: "http://a", consumes: [cost], snippet: {}, after: [b, pricng] }
        pricing: { url: "http://a", snippet: {} }
      """,
      [
        "2:36: “costs” is not known here; did you mean cost?", "2:65: “d” is not known here; did you mean a?",
        "3:35: a system consumes at least one group", "3:59: systems wait for each other: b after c after b",
        "4:67: “pricng” is not known here; did you mean pricing?", "5:12: the key “consumes” is missing",
      ])
  }

  @Test func values() {
    expect(
      """
      systems:
        a: { url: "http://a", consumes: [cost], snippet: {}, timeout: 2, concurrency: 0, batch: x, dataErrors: [200, 409] }
        b: { topic: t, consumes: [cost], snippet: {}, acknowledges: 0 }
      lookups:
        o: { timeout: 1s, cache: long }
      coChange:
        - { attribute: seller.name, requires: sellr.id }
        - { attribute: seller }
      """,
      [
        "2:65: “2” has no unit", "2:81: 0 is out of range", "2:91: expected a whole number",
        "2:107: 200 is out of range",
        "2:112: 409 means", "3:63: this takes longer than nothing", "5:6: the key “url” is missing",
        "5:28: expected a time span", "7:41: “sellr” is not known here; did you mean seller?",
        "8:5: the key “requires” is missing", "8:18: “seller” is not an attribute",
      ])
  }

  @Test func templates() {
    expect(
      """
      systems:
        a:
          url: "http://a"
          consumes: [cost]
          snippet:
            a: "{gtn}"
            b: {gtin}
        b: { url: "http://b", consumes: [cost] }
      """,
      ["7:15: there is no value here; a placeholder is written in quotes", "8:6: the key “snippet” is missing"])
    expect(
      """
      systems:
        a:
          url: "http://a"
          consumes: [cost]
          snippet:
            a: "{gtn}"
            b: "{lookup.ofer.id}"
            c: ["{gtin", "{}"]
            d: { each: shipnodes, as: "{x}" }
            e: { each: cost.shipnodes, lastof: x, as: "{lookup.x}" }
            f: { each: cost.shipnodes }
            g: "{gtin[gtin]}"
      lookups:
        offer: { url: "http://o" }
      """,
      [
        "6:10: {gtn}: unknown name “gtn”", "7:10: {lookup.ofer.id}: unknown look-up “ofer”; there are: offer",
        "8:11: “{gtin”: a placeholder is not closed", "8:20: {} is not a placeholder",
        "9:18: “shipnodes” is no list of the item", "10:34: “lastof” does not belong here", "10:49: {lookup.x}: write",
        "11:10: a list needs both", "12:10: {gtin[gtin]}: brackets stand behind look-ups only",
      ])
  }

  @Test func environmentAndHeaders() {
    let text = """
      systems:
        a:
          url: "${A_URL}/s"
          read: "${SECRET}/{x}"
          consumes: [cost]
          headers: { X-Api-Key: "${A_KEY}", X-Gtin: "1", "b d": "1", X-B: "${BROKEN}", X-C: "${open" }
          snippet: {}
      """
    let found = expect(
      text, environment: ["SECRET": "http://hush", "BROKEN": "hush\r\nX: y"],
      [
        "3:10: the environment has no variable A_URL; set it, or write ${A_URL:-what else}",
        "4:11: a placeholder is wrong", "6:27: the environment has no variable A_KEY",
        "6:39: the header X-Gtin is set by Hyperloop itself", "6:52: “b d” is no name for a header",
        "6:69: the value of X-B holds a control character", "6:87: “${” is not closed",
      ])
    #expect(!found.joined().contains("hush"))
  }

  @Test func environmentFillsIn() throws {
    let text = """
      systems:
        a: { url: "${A}:${P:-80}/s", consumes: [cost], headers: { X-Api-Key: "k-${K}" }, snippet: {}, dataErrors: [404] }
      """
    let file = try SystemsFile.read(
      Array(text.utf8), file: "f.yaml", environment: ["A": "http://a", "K": "secret", "P": "81"])
    guard case .rest(let door) = file.graph.systems[0].transport else {
      Issue.record("a REST system")
      return
    }
    #expect(door.url == "http://a:81/s")
    #expect(door.headers.map(\.name) == ["X-Api-Key"] && door.headers.map(\.value) == ["k-secret"])
    #expect(door.dataErrors == [404])
  }

  @Test func waitingForAnswersIsUnwise() {
    let text = """
      systems:
        b: { url: "http://b", consumes: [cost], snippet: {}, after: [a] }
        a: { topic: t, consumes: [cost], snippet: {}, acknowledges: 5m }
      """
    #expect(mistakes(text).map { $0.prefix(49) } == ["warning f.yaml:2:63: b waits for the answers of a"])
  }

  @Test func wholeFile() {
    expect("systems: {}\n", ["1:10: there is no system"])
    expect("", ["1:1: expected a mapping"])
    expect("systems: [", ["2:1: did not find expected node content"])
  }
}
