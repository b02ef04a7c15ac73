/// What delivers messages.
public protocol MessageHandler: Sendable {
  /// Begins to deliver the messages and returns without waiting. It is called on the thread that completed earlier
  /// messages, read these, or found a retry due, and never on two at once; verdicts may be given within the call.
  ///
  /// Each message gets exactly one verdict, now or later, from any thread. Of messages with equal keys only one is out at
  /// a time; the next one follows its verdict.
  func handle(_ messages: [ProxyMessage], completions: any CompletionSink)
}

/// What takes the verdicts. Give several at once where they come together.
public protocol CompletionSink: Sendable {
  /// Verdicts on deliveries that are not out any more are counted and ignored.
  func complete(_ completions: [(id: MessageID, verdict: Verdict)])
  /// The handler has done its part of these deliveries, and waits for something that may be away for longer: they are not
  /// reported as overdue.
  func liftDeadline(of ids: [MessageID])
}
