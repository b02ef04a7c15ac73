/// One caller's door to an `HTTPCaller`: calls go in in batches, and their completions come back to one place in batches.
///
/// `@unchecked Sendable`: what varies is touched by the client's loop thread alone.
public final class HTTPSubmitter: @unchecked Sendable {
  private let sink: @Sendable ([HTTPCompletion]) -> Void
  private let intake: CallIntake
  /// The loop's: calls that may be cancelled by their number.
  var open: [UInt64: OpenCall] = [:]
  /// The loop's: completions to hand over at the end of this turn.
  var completions: [HTTPCompletion] = []

  init(intake: CallIntake, sink: @escaping @Sendable ([HTTPCompletion]) -> Void) {
    self.intake = intake
    self.sink = sink
  }

  /// Starts the calls, as one batch with one wake-up of the client's thread.
  ///
  /// Each ends with exactly one completion, also when it is refused (`.overloaded`, `.stopped`, `.badURL`, …).
  /// Completions are handed over on the client's thread, where the sink must not block; after the client has stopped, on
  /// the caller's, before this method returns.
  public func submit(_ calls: [HTTPCall]) {
    guard !calls.isEmpty else { return }
    let now = ContinuousClock.now
    let opened = calls.map { OpenCall($0, of: self, submitted: now) }
    guard !intake.submit(opened) else { return }
    let error = HTTPCallError(.stopped, "the HTTP client was stopped")
    sink(calls.map { HTTPCompletion(id: $0.id, result: .failure(error), duration: .zero) })
  }

  /// Ends calls early; they complete with `.cancelled` unless they just completed otherwise. Unknown numbers are ignored.
  public func cancel(_ ids: [UInt64]) { intake.cancel(ids, of: self) }

  /// Hands the completions of this turn over (on the loop's thread).
  func flush() {
    var batch: [HTTPCompletion] = []
    swap(&batch, &completions)
    if !batch.isEmpty { sink(batch) }
  }
}
