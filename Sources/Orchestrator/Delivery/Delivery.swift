internal import ItemModel

/// One snippet on its way to one system.
struct Delivery {
  let run: SetupRun
  /// The system's place in the message.
  let place: Int
  let snippet: [UInt8]
  /// When it was handed to the sender.
  let since: ContinuousClock.Instant

  var lane: Lane { run.message.lane }
}
