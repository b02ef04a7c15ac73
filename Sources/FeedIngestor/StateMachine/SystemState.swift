internal import Crypto
internal import ItemModel

/// What one system wants, holds and was sent of one item.
///
/// Settled, failed, blocked and pending are not stored: they follow from these fields (`ItemState.standing`).
struct SystemState: Equatable {
  /// What it should hold.
  var wanted = Wanted.nothing
  /// What it is known to hold: by its own acceptance, and only while nothing else was sent to it since.
  var held: Digest?
  /// The version that it last accepted, whatever it was sent since; 0 for none.
  var accepted: Int64 = 0
  /// The newest version dispatched to it; 0 for none.
  var newest: Int64 = 0
  /// The first version of the unbroken run of dispatches with the digest `sent`.
  var runFrom: Int64 = 0
  /// The digest of the run that the newest dispatch belongs to; nil when the run was broken: by a resend, a refusal of
  /// the newest dispatch as too old, or a restored database.
  var sent: Digest?
  /// The newest dispatch, while its end is not known.
  var open: OpenDispatch?
  /// Not before this moment.
  var retryAt: Instant?
  /// The highest of the causes that made it dirty.
  var lane = Lane.bulk
  /// Attempts that ended in a system error, since the wanted digest changed.
  var attempts: Int32 = 0
  /// Dispatches that were lost.
  var rescues: Int32 = 0
  /// When what is wanted was first dispatched.
  var since: Instant?
  /// When the first attempt at it ended, however long it had waited in its lane: the time to try again runs from here.
  var tried: Instant?
  /// Why it was given up.
  var failure: SystemFailure?

  /// The item has something for it, and it is known to hold it; or there is nothing for it.
  var isSettled: Bool {
    switch wanted {
    case .nothing: true
    case .digest(let digest): held == digest
    case .missing: false
    }
  }

  /// The newest dispatch carries what is still wanted and has not ended: it goes on, and nothing is sent beside it.
  var isUnderWay: Bool {
    guard open != nil, case .digest(let digest) = wanted else { return false }
    return sent == digest
  }
}

/// A dispatch whose end is not known yet.
enum OpenDispatch: Equatable {
  /// In its lane, or with a worker. `checkAt`: when to look whether it was lost.
  case lease(Int64, checkAt: Instant)
  /// Delivered to a system that answers later, at the latest at `until`.
  case answer(until: Instant)

  var deadline: Instant {
    switch self {
    case .lease(_, let checkAt): checkAt
    case .answer(let until): until
    }
  }
}

/// The end of the attempts to bring a system what it should hold.
struct SystemFailure: Equatable {
  enum Kind: UInt8 {
    /// The merchant's mistake: tried again when what is wanted changes, or by an operator.
    case data
    /// The system answered with errors until the time was up.
    case system
    /// No answer came until the time was up.
    case timeout
  }

  let kind: Kind
  let code: String
  let description: String
}

/// Where a system stands with an item, as seen from outside.
enum Standing: UInt8, Equatable {
  /// Nothing for it.
  case none
  case settled
  case pending
  /// Pending, and on its way.
  case underWay
  case failed
  /// Behind a failure.
  case blocked
}
