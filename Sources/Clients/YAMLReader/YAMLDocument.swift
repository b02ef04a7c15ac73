/// Reads YAML files (version 1.1's syntax, as libyaml knows it).
///
/// Left out, each with a message of its own: tags, merge keys (`<<`), keys that are not scalars, several documents in
/// a file, and every encoding but UTF-8. Duplicate keys are mistakes. Anchors and aliases work.
public enum YAMLDocument {
  /// The file's one document; an empty file is a scalar that `isNull`.
  ///
  /// - Parameter file: the name that locations carry.
  /// - Throws: the first mistake of syntax, or all others together.
  public static func parse(
    _ bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> YAMLNode {
    let start = YAMLLocation(file: file, line: 1, column: 1)
    guard bytes.count <= limits.maxBytes else {
      throw YAMLError(YAMLMistake(start, "the file is too long", hint: "the limit is \(limits.maxBytes) bytes"))
    }
    let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let reader = try YAMLEventReader(hasByteOrderMark ? Array(bytes.dropFirst(3)) : bytes, file: file)
    var composer = YAMLComposer(limits: limits, next: reader.next)
    return try composer.document() ?? YAMLNode(.scalar("", quoted: false), at: start)
  }
}
