internal import Arguments
internal import JSONCodec

/// Shows a feed's status to people, or as JSON.
enum FeedReport {
  static func show(_ status: JSONValue, json: Bool) {
    if json { return Terminal.output.print(String(decoding: status.rawBytes, as: UTF8.self)) }
    let out = Terminal.output
    func number(_ name: String) -> Int64 { status[name]?.int64 ?? 0 }
    out.print("feed \(status["feedId"]?.string ?? "?"): \(status["feedStatus"]?.string ?? "?")")
    out.print(
      "  rows: \(number("itemsReceived")) received, \(number("itemsSucceeded")) succeeded, "
        + "\(number("itemsFailed")) failed, \(number("itemsProcessing")) in progress; items: \(number("distinctItems"))"
    )
    if let code = status["errorCode"]?.string {
      out.print("  \(code): \(status["errorDescription"]?.string ?? "")".withoutControls)
    }
    out.print("  sends avoided: \(number("sendsAvoided"))")
    systems(status)
    issues(status)
  }

  private static func systems(_ status: JSONValue) {
    guard let systems = status["systems"], systems.count > 0 else { return }
    var table = TextTable([
      ("SYSTEM", .left), ("DELIVERED", .right), ("PENDING", .right), ("FAILED", .right), ("AVOIDED", .right),
    ])
    for system in systems.members {
      table.add(
        [system.name] + ["delivered", "pending", "failed", "avoided"].map { String(system.value[$0]?.int64 ?? 0) })
    }
    Terminal.output.write(table.text())
  }

  private static func issues(_ status: JSONValue) {
    guard let issues = status["issues"], issues.count > 0 else { return }
    var table = TextTable([("ISSUE", .left), ("SEVERITY", .left), ("COUNT", .right), ("FOR EXAMPLE", .left)])
    for issue in issues.elements {
      let example = issue["examples"]?.elements.first(where: { _ in true })
      let shown =
        example.map {
          "line \($0["line"]?.int64 ?? 0), \($0["field"]?.string ?? ""): \($0["value"]?.string ?? "")"
            + ($0["description"]?.string.map { " (\($0))" } ?? "")
        } ?? ""
      table.add([
        issue["code"]?.string ?? "", issue["severity"]?.string ?? "", String(issue["count"]?.int64 ?? 0), shown,
      ])
    }
    Terminal.output.write(table.text())
  }

  /// A line for each issue of a row.
  static func add(_ item: JSONValue, to table: inout TextTable) {
    let errors = item["ingestionErrors"]?["ingestionError"]?.elements.map { $0 } ?? []
    for error in errors {
      let hint = error["hint"]?.string ?? ""
      table.add([
        String(item["line"]?.int64 ?? 0), item["gtin"]?.string ?? "", error["field"]?.string ?? "",
        error["value"]?.string ?? "", error["code"]?.string ?? "",
        hint.isEmpty ? error["description"]?.string ?? "" : hint,
      ])
    }
  }
}
