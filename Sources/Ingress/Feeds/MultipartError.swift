/// Why a multipart body gives no file.
enum MultipartError: Error, Equatable {
  /// The first boundary did not come within the limit.
  case noBoundary
  /// A boundary's line goes on with something else.
  case malformedBoundary
  case headersTooLong
  /// A part without `Content-Disposition: form-data; name=…`.
  case malformedHeaders
  case missingFile
  case repeatedFile
  /// The body ended before its last boundary.
  case incomplete
}
