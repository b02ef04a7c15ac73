internal import XMLReader

/// Hands a sheet's XML to an assembler.
final class SheetHandler: XMLHandler {
  /// This object's own. Behind a pointer: the compiler's checks for access to a class's properties would cost more than
  /// the work on a tag.
  private let assembler: UnsafeMutablePointer<SheetAssembler>

  init(_ context: SheetContext) {
    assembler = .allocate(capacity: 1)
    assembler.initialize(to: SheetAssembler(context))
  }

  deinit {
    assembler.deinitialize(count: 1)
    assembler.deallocate()
  }

  var failure: FeedParserError? { assembler.pointee.failure }
  /// Whether all rows were read.
  var isAtEnd: Bool { assembler.pointee.isAtEnd }

  var hiddenColumns: [ClosedRange<Int>] { assembler.pointee.hiddenColumns }

  /// Gives the rows away, or takes them back, for as long as the parser is fed.
  func exchange(_ rows: inout GridRows) { swap(&rows, &assembler.pointee.rows) }

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    assembler.pointee.start(name, attributes)
    obey()
  }

  override func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    assembler.pointee.text(bytes)
    obey()
  }

  override func endElement(_ name: Int) {
    assembler.pointee.end(name)
    obey()
  }

  @inline(__always)
  private func obey() {
    switch assembler.pointee.wish {
    case .none: return
    case .suspend: suspend()
    case .stop: stop()
    }
    assembler.pointee.wish = .none
  }
}
