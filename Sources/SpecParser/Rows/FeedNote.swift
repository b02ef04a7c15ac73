/// Something about a file, or about many cells of a column, that its sender should know: told once, not a million times.
public struct FeedNote: Sendable, Equatable {
  public struct Example: Sendable, Equatable {
    /// The row's number as a spreadsheet shows it.
    public let line: Int
    public let value: String
  }

  /// Stable, for programs: `normalised_number`, `placeholder`, `definition_row`, …
  public let code: String
  /// The column, as the file's header has it; empty for the file as a whole.
  public let column: String
  /// The attribute: `cost.shipnodes.unitCost`.
  public let field: String
  /// One plain sentence.
  public let description: String
  /// Cells or rows that it is about, exactly.
  public internal(set) var count: Int
  /// The first few of them.
  public internal(set) var examples: [Example]
  /// A warning where something may have been meant otherwise.
  public internal(set) var severity = IssueSeverity.note

  static let maxExamples = 5
}

/// What was understood in a way worth telling.
enum Normalisation: Int, CaseIterable {
  case number, gtin, text, formula, date, dateInText, enumeration, placeholder, currency

  var code: String {
    switch self {
    case .placeholder: "placeholder"
    case .currency: "other_currency"
    case .formula: "formula"
    case .dateInText: "date_in_text"
    default: "normalised_\(self)"
    }
  }

  var description: String {
    switch self {
    case .number: "Thousands, brackets, a minus behind, or a comma before the fraction were read as such."
    case .gtin: "GTINs were read as their digits alone, 0 to 9, without what stood around and between them."
    case .text: "An apostrophe or =\"…\" around the value, or characters that are not seen, were left out."
    case .formula: "Formulas that no spreadsheet has computed were read as text."
    case .date: "A midnight was left out, a month read by its name, or eight digits as year, month and day."
    case .dateInText:
      "Dates stand in a column of text: where a spreadsheet has made one of 3-4, format the column as text and type it anew."
    case .enumeration: "Other words were read as the value that they stand for."
    case .currency: "Amounts name another currency than the usual one; they were read in it."
    case .placeholder: "What stands for nothing was read as an empty cell."
    }
  }

  var severity: IssueSeverity { self == .dateInText ? .warning : .note }
}

/// Counts notes.
struct NoteTally: Sendable {
  private(set) var notes: [FeedNote] = []
  /// The note of each column and normalisation.
  private var places: [Int]

  init(columns: Int) { places = Array(repeating: -1, count: columns * Normalisation.allCases.count) }

  mutating func add(
    _ kind: Normalisation, column: Int, name: String, field: String, line: Int, _ cell: UnsafeBufferPointer<UInt8>
  ) {
    let place = column * Normalisation.allCases.count + kind.rawValue
    if places[place] < 0 {
      places[place] = notes.count
      notes.append(
        FeedNote(
          code: kind.code, column: name, field: field, description: kind.description, count: 0, examples: [],
          severity: kind.severity))
    }
    add(at: places[place], line: line) { cell.excerpt }
  }

  /// Adds a note that is told once.
  mutating func add(_ note: FeedNote) { notes.append(note) }

  /// Counts a note of the whole file.
  mutating func add(
    _ code: String, _ description: String, _ severity: IssueSeverity = .note, line: Int,
    value: @autoclosure () -> String
  ) {
    let place = notes.firstIndex { $0.code == code && $0.column.isEmpty } ?? notes.count
    if place == notes.count {
      notes.append(
        FeedNote(
          code: code, column: "", field: "", description: description, count: 0, examples: [], severity: severity))
    }
    add(at: place, line: line, value)
  }

  private mutating func add(at place: Int, line: Int, _ value: () -> String) {
    notes[place].count += 1
    if notes[place].examples.count < FeedNote.maxExamples {
      notes[place].examples.append(FeedNote.Example(line: line, value: value()))
    }
  }
}
