import HTTPCaller
import JSONCodec
import LocalServers

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }

  func json() throws -> JSONValue { try JSONDocument(body).root }

  /// The stable code of a problem document.
  var code: String? {
    guard header("Content-Type") == "application/problem+json" else { return nil }
    return (try? json())?["code"]?.string
  }
}

/// Runs curl, and gives what it wrote.
func curl(_ arguments: [String]) async throws -> (exit: ChildProcess.Exit, output: String) {
  try await ChildProcess.run(ChildCommand("curl", ["-sS"] + arguments))
}

let smallGrid = """
  Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date
  062145556123,1234589,$39.88,Yes,4-11-19,4-21-19
  012378912355,4522312,$21.24,No,4-08-19,4-11-19

  """
