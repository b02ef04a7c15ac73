/// What a text file of the collection holds, as Python's csv module reads it when told encoding and delimiter.
struct MessyTable {
  let name: String
  let rows: Int
  /// How many rows have so many cells.
  let widths: [Int: Int]
  /// Of all cells (`digest`).
  let digest: UInt64
  /// Whether the file's encoding is none that is known: cells beyond ASCII are then not compared.
  var isForeign = false
  /// Some of the cells as a person reads them, by row and column from 0.
  let cells: [Place: String]

  struct Place: Hashable, ExpressibleByArrayLiteral {
    let row: Int
    let column: Int
    init(arrayLiteral place: Int...) { (row, column) = (place[0], place[1]) }
  }

  /// FNV-1a over the bytes of the cells, a 0x1F behind each and a 0x1E behind each row.
  static func digest(_ cells: [[String]], asciiOnly: Bool) -> UInt64 {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for row in cells {
      for cell in row where !asciiOnly || cell.utf8.allSatisfy({ $0 < 0x80 }) {
        cell.utf8.forEach(add)
        add(0x1F)
      }
      add(0x1E)
    }
    return digest
  }
}

extension MessyTable {
  static let all: [MessyTable] = [
    // Line ends of old Macs, and their letters mangled twice on the way.
    MessyTable(
      name: "211.csv", rows: 2133, widths: [96: 2133], digest: 0x5A9F_C7BB_93A7_5696, isForeign: true,
      cells: [[0, 95]: "InternalNotesForEditorsAndViewers", [1, 0]: "373463", [1, 7]: "DCAP"]),
    // A letterhead, and a header of three rows.
    MessyTable(
      name: "begrotingsanalyse-2011.csv", rows: 43, widths: [20: 43], digest: 0x73C5_8692_B2DC_B697,
      cells: [[0, 6]: "2011", [5, 2]: "Groningen", [42, 1]: "Aantal gemeenten", [42, 13]: "6"]),
    // Big5, whose second bytes may be ASCII.
    MessyTable(
      name: "characters.csv", rows: 383, widths: [18: 383], digest: 0xDE6D_9002_E0C6_A2FE, isForeign: true,
      cells: [[0, 0]: "id", [1, 6]: "120.124206", [382, 1]: "C1_395000000A_000382"]),
    // Spaces behind commas, before a quote among them.
    MessyTable(
      name: "complex.csv", rows: 4, widths: [4: 4], digest: 0xC2A1_7389_737F_12F3,
      cells: [[1, 1]: " 24 October 2011", [1, 3]: "", [2, 3]: "Galway and more", [3, 1]: " ", [3, 2]: "6,000,000"]),
    MessyTable(
      name: "example.tsv", rows: 141, widths: [17: 141], digest: 0xC323_1D60_92D1_5A07,
      cells: [[0, 16]: "expr1_1_ts_ctr", [1, 0]: "2012-06-22 00:00:00", [140, 1]: "21488"]),
    // Amounts with thousands separators between quotes; a letterhead and foot notes.
    MessyTable(
      name: "excel_pasting.csv", rows: 21, widths: [9: 21], digest: 0xA8B7_609F_29CF_35F4,
      cells: [[3, 0]: "Year", [4, 1]: "2,666", [6, 0]: "Clay, ceramic and glass products"]),
    MessyTable(
      name: "long.csv", rows: 4000, widths: [1: 4000], digest: 0xDBA3_4B98_5ACE_CAC5,
      cells: [[0, 0]: "foo", [3999, 0]: "foo"]),
    MessyTable(
      name: "mixedGLB.csv", rows: 137, widths: [19: 137], digest: 0xC9AE_22EA_A2F7_EF40,
      cells: [[3, 18]: "SON", [4, 14]: "****", [136, 0]: "2012"]),
    MessyTable(
      name: "null.csv", rows: 10, widths: [4: 10], digest: 0x4234_7773_A4BE_B196,
      cells: [[0, 1]: "null", [2, 2]: "", [9, 0]: "10"]),
    MessyTable(
      name: "simple.csv", rows: 7, widths: [3: 7], digest: 0x2151_1192_F04B_D7F3,
      cells: [[0, 0]: "date", [2, 1]: "-1", [6, 2]: "Berkeley"]),
    MessyTable(
      name: "simple.psv", rows: 29, widths: [6: 29], digest: 0x76A2_C471_B63A_8FC3,
      cells: [[0, 5]: "Former owner occupiers", [28, 0]: "2013", [28, 5]: "292000"]),
    MessyTable(
      name: "simple.ssv", rows: 7, widths: [3: 7], digest: 0x2151_1192_F04B_D7F3,
      cells: [[0, 0]: "date", [2, 1]: "-1", [6, 2]: "Berkeley"]),
    MessyTable(
      name: "skip_initials.csv", rows: 3, widths: [2: 3], digest: 0xB8E4_8CD2_FB39_EE8A,
      cells: [[1, 1]: "    goodbye", [2, 1]: "goodbye2"]),
    MessyTable(
      name: "small.csv", rows: 1, widths: [1: 1], digest: 0xE5EA_CF19_043B_5455, cells: [[0, 0]: "a"]),
    // Windows-1252.
    MessyTable(
      name: "spanish_chars.csv", rows: 117, widths: [8: 117], digest: 0x8CCE_6463_4F91_17D5,
      cells: [[0, 7]: "Descripción", [1, 3]: "Gobierno", [1, 6]: "229,932.50"]),
    // Windows-1252, first seen behind the header.
    MessyTable(
      name: "sparse_with_column_errors.csv", rows: 2238, widths: [4: 2238], digest: 0x5FDD_AD53_8CF3_4E41,
      cells: [[0, 2]: "Kapitel/Titel", [3, 2]: "300368540", [2237, 0]: "Y39000"]),
    MessyTable(
      name: "utf-16le_encoded.csv", rows: 328, widths: [19: 328], digest: 0x434A_773B_3338_57F5,
      cells: [[0, 0]: "Organisation_code", [1, 1]: "Enfield PCT", [327, 16]: "0"]),
    MessyTable(
      name: "utf8bom.csv", rows: 1, widths: [2: 1], digest: 0xCF87_E36C_F98D_D16E,
      cells: [[0, 0]: "kitten", [0, 1]: "win"]),
    // A title, blank rows, labels and notes around the table, each as wide as it likes.
    MessyTable(
      name: "weird_head_padding.csv", rows: 94, widths: [1: 25, 2: 7, 11: 62], digest: 0x5A85_DD2B_26C0_4A38,
      cells: [[0, 0]: "", [6, 0]: "Region:", [6, 1]: "Deutschland", [11, 9]: "2010"]),
  ]
}
