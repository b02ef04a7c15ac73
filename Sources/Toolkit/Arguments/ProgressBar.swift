/// How far long work is, and the line that says so. It knows no clock and no terminal: the time is told to it.
public struct ProgressBar: Sendable {
  public enum Unit: Sendable {
    case rows, items
    case bytes
  }

  /// What is being done, in a word or two.
  public var title: String
  private let unit: Unit
  private var done = 0
  private var total: Int?
  private var share: Double?
  /// Things a second, of late.
  private var rate: Double?
  private var elapsed: Duration = .zero
  private var sampled: (done: Int, at: Duration) = (0, .zero)

  public init(_ title: String, unit: Unit) {
    self.title = title
    self.unit = unit
  }

  /// Takes note of how far the work is.
  /// - Parameters:
  ///   - done: things that are done; less than before when they are gone through anew.
  ///   - total: of so many, where that is known.
  ///   - share: of the whole, 0 to 1; by the total unless given.
  ///   - elapsed: since the work began.
  public mutating func advance(to done: Int, of total: Int? = nil, share: Double? = nil, at elapsed: Duration) {
    self.done = done
    self.total = total
    self.share = share ?? total.flatMap { $0 > 0 ? Double(done) / Double($0) : nil }
    self.elapsed = elapsed
    if done < sampled.done { sampled = (0, elapsed) }
    let seconds = Self.seconds(elapsed - sampled.at)
    guard seconds >= 0.5 else { return }
    let now = Double(done - sampled.done) / seconds
    rate = rate.map { $0 * 0.6 + now * 0.4 } ?? now
    sampled = (done, elapsed)
  }

  /// The line, at most `width` columns wide: the bar shrinks, and goes, before anything is cut.
  /// - Parameter style: makes the filled part and the rest of the bar stand out.
  public func line(width: Int, style: (_ text: String, _ isFilled: Bool) -> String = { text, _ in text }) -> String {
    let figures = figures
    let taken = DisplayWidth.of(title) + DisplayWidth.of(figures) + 4
    let room = min(ProgressBar.longest, width - taken)
    guard let share, room >= ProgressBar.shortest else {
      return DisplayWidth.cut(title + "  " + figures, to: width)
    }
    let filled = Int((Double(room) * min(1, max(0, share))).rounded(.down))
    let bar =
      style(String(repeating: "━", count: filled), true) + style(String(repeating: "─", count: room - filled), false)
    return "\(title)  \(bar)  \(figures)"
  }

  private static let longest = 30
  private static let shortest = 8

  private var figures: String {
    var parts: [String] = []
    if let share {
      let percent = String(Int(min(1, max(0, share)) * 100))
      parts.append(String(repeating: " ", count: 3 - percent.count) + percent + "%")
    }
    parts.append(total.map { "\(amount(done, named: false)) of \(amount($0))" } ?? amount(done))
    if let rate, rate > 0 { parts.append("\(amount(Int(rate)))/s") }
    if let share, share > 0.02, share < 1, elapsed >= .seconds(2) {
      parts.append("\(Self.time(Self.seconds(elapsed) * (1 - share) / share)) left")
    }
    return parts.joined(separator: "  ")
  }

  private func amount(_ number: Int, named: Bool = true) -> String {
    switch unit {
    case .rows: Self.grouped(number) + (named ? " rows" : "")
    case .items: Self.grouped(number) + (named ? " items" : "")
    case .bytes: Self.size(number)
    }
  }

  /// `1,234,567`.
  private static func grouped(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `12.3 MB`, by thousands, as files are shown.
  private static func size(_ bytes: Int) -> String {
    var (value, names) = (Double(bytes), ["B", "kB", "MB", "GB", "TB"][...])
    while value >= 1_000, names.count > 1 {
      value /= 1_000
      names.removeFirst()
    }
    let name = names.first ?? ""
    if name == "B" { return "\(bytes) B" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(name)"
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded(.up))
    let rest = whole % 60 < 10 ? "0\(whole % 60)" : "\(whole % 60)"
    guard whole >= 3_600 else { return "\(whole / 60):\(rest)" }
    let minutes = whole / 60 % 60
    return "\(whole / 3_600):\(minutes < 10 ? "0" : "")\(minutes):\(rest)"
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
