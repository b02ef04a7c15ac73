internal import HTTPServer

/// A submitted file's bytes as they arrive, whether they are the body itself or a field of a form.
struct UploadBody {
  private let body: HTTPRequestBody
  private var parser: MultipartParser?

  init(_ request: HTTPServerRequest) throws(Problem) {
    body = request.body
    switch MultipartBoundary.read(try request.head.single("Content-Type")) {
    case .none: parser = nil
    case .boundary(let boundary): parser = MultipartParser(boundary: boundary)
    case .malformed: throw UploadBody.problem(of: .noBoundary)
    }
  }

  /// The next bytes of the file; nil at its end.
  mutating func next() async throws -> [UInt8]? {
    while let bytes = try await body.next() {
      guard parser != nil else { return bytes }
      var file: [UInt8] = []
      do throws(MultipartError) {
        try parser?.read(bytes, into: &file)
      } catch {
        throw UploadBody.problem(of: error)
      }
      if !file.isEmpty { return file }
    }
    do throws(MultipartError) {
      try parser?.finish()
    } catch {
      throw UploadBody.problem(of: error)
    }
    return nil
  }

  private static func problem(of error: MultipartError) -> Problem {
    let detail =
      switch error {
      case .noBoundary: "The boundary that Content-Type names does not begin the body."
      case .malformedBoundary: "A boundary's line does not end where it should."
      case .headersTooLong: "A part's headers are longer than \(MultipartParser.maxHeaderBytes) bytes."
      case .malformedHeaders: "A part has no Content-Disposition with a name."
      case .missingFile: "The form has no field “file”: send the grid as -F file=@grid.csv, or as the body itself."
      case .repeatedFile: "The form has the field “file” more than once: send one file a request."
      case .incomplete: "The body ended before its last boundary."
      }
    return Problem(400, "bad_multipart", "The form cannot be read", detail)
  }
}
