/// Takes what a parser finds. To be overridden; what is not is passed over.
///
/// Names come as their places in the parser's vocabulary. Nothing that is pointed to outlives the call.
open class XMLHandler {
  enum Wish { case none, suspend, stop }
  final var wish = Wish.none

  public init() {}

  open func startElement(_ name: Int, _ attributes: XMLAttributes) {}
  open func endElement(_ name: Int) {}

  /// A piece of the text between two tags; there may be several of them.
  open func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  /// Halts the parser after this call, until it is resumed. (Of a tag that is start and end at once, the end still
  /// comes.)
  public final func suspend() { if wish == .none { wish = .suspend } }

  /// Ends the parser after this call: what follows is of no interest.
  public final func stop() { wish = .stop }
}
