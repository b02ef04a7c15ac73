/// What delivers messages.
public protocol MessageHandler: Sendable {
  /// Begins to deliver the messages and returns without waiting: it is called on the thread that completed earlier
  /// messages, or on the one that read these, and never from two at once.
  ///
  /// Each message gets exactly one verdict, now or later, from any thread. Of messages with equal keys only one is out at
  /// a time; the next one follows its verdict.
  func handle(_ messages: [ProxyMessage], completions: any CompletionSink)
}

/// What takes the verdicts. Give several at once where they come together.
public protocol CompletionSink: Sendable {
  /// Verdicts on deliveries that are not out any more are counted and ignored.
  func complete(_ completions: [(id: MessageID, verdict: Verdict)])
}
