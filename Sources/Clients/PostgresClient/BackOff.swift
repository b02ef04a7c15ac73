/// Pauses that double up to a limit; jitter keeps many clients from coming back in step.
enum BackOff {
  /// The pause after the `failures`th failure in a row (from 1), between half and the whole of the doubled step.
  static func pause(
    failures: Int, start: Duration, limit: Duration, jitter: Double = .random(in: 0...1)
  ) -> Duration {
    let step = min(start * (1 << min(max(failures - 1, 0), 20)), limit)
    return step * (0.5 + 0.5 * jitter)
  }
}
