/// Why a cell cannot be read as what its column asks for.
struct CellProblem: Error, Equatable {
  let code: String
  let description: String
  let hint: String

  static let missing = CellProblem(
    code: "missing_value", description: "Every row needs a value here.", hint: "Fill the cell in.")
}
