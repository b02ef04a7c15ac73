internal import ItemModel

@testable internal import FeedIngestor

/// The systems that the machine's tests go by: pricing, seller and logistics over REST, logistics after the other two;
/// supplier, which acknowledges, and cost over Kafka.
enum Systems {
  static let names = ["pricing", "seller", "supplier", "cost", "logistics"]
  /// How long supplier may take to answer.
  static let answerWithin = Duration.seconds(1_800)

  /// - Parameter first: whom logistics comes after.
  static func graph(
    without removed: Set<String> = [], logisticsAfter first: Set<String> = ["pricing", "seller"]
  ) throws -> SystemGraph {
    let all = [
      try system(
        "pricing", consumes: [.cost, .pricing], ["tier": "{pricing.tier?}", "level": "{cost.level?}"], rest),
      try system("seller", consumes: [.seller], ["id": "{seller.id?}"], rest),
      try system(
        "supplier", consumes: [.cost], ["code": "{cost.code}", "level": "{cost.level?}"],
        .kafka(topic: "supplier-snippets", acknowledges: answerWithin)),
      try system(
        "cost", consumes: [.cost], ["level": "{cost.level?}"], .kafka(topic: "cost-snippets", acknowledges: nil)),
    ]
    let kept = all.filter { !removed.contains($0.name) }
    let before = kept.indices.filter { first.contains(kept[$0].name) }
    let logistics = try system(
      "logistics", consumes: [.cost, .logistics], ["level": "{cost.level?}", "tag": "{logistics.tag?}"], rest,
      after: before)
    return SystemGraph(
      systems: kept + (removed.contains("logistics") ? [] : [logistics]), lookups: [],
      coChange: [
        CoChangeRule(
          attribute: AttributePath(group: .seller, name: "name"), requires: AttributePath(group: .seller, name: "id"))
      ])
  }

  private static let rest = SystemTransport.rest(
    RESTEndpoint(
      url: "http://127.0.0.1/snippets", headers: [], timeout: .seconds(1), concurrency: 1, batch: nil,
      dataErrors: [400, 422]))

  private static func system(
    _ name: String, consumes: [AttributeGroup], _ snippet: KeyValuePairs<String, String>, _ transport: SystemTransport,
    after: [Int] = []
  ) throws -> DownstreamSystem {
    let location = SourceLocation(file: "systems.yaml", line: 1, column: 1)
    let source = TemplateSource.mapping(
      snippet.map { ($0.key, location, .scalar($0.value, isQuoted: true, location)) }, location)
    return DownstreamSystem(
      name: name, consumes: AttributeGroups(consumes), after: after, template: try Template(source, lookups: []),
      transport: transport, read: nil)
  }
}
