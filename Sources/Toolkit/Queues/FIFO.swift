/// First in, first out, in an array: constant time on average. What was taken out is let go at once.
public struct FIFO<Element> {
  @usableFromInline
  var elements: [Element?] = []
  @usableFromInline
  var head = 0

  @inlinable
  public init() {}

  @inlinable
  public var isEmpty: Bool { head == elements.count }

  @inlinable
  public var count: Int { elements.count - head }

  @inlinable
  public var first: Element? { isEmpty ? nil : elements[head] }

  @inlinable
  public mutating func append(_ element: Element) { elements.append(element) }

  @inlinable
  public mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head]
    elements[head] = nil
    head += 1
    if head == elements.count {
      removeAll()
    } else if head >= 64, head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  @inlinable
  public mutating func removeAll() {
    elements.removeAll(keepingCapacity: true)
    head = 0
  }

  /// Those that satisfy the condition, in the same order.
  @inlinable
  public func filter(_ isKept: (Element) -> Bool) -> FIFO {
    var kept = FIFO()
    for case let element? in elements[head...] where isKept(element) { kept.append(element) }
    return kept
  }
}

extension FIFO: Sendable where Element: Sendable {}
