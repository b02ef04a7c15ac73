internal import ItemModel
internal import Synchronization

/// A number of places, for what may not be done without limit; a merchant may have a part of them.
final class Slots: Sendable {
  private struct State {
    var taken = 0
    /// Merchants without a place have no entry.
    var byMerchant: [MerchantID: Int] = [:]
  }

  enum Answer {
    case taken
    /// All are.
    case full
    /// The merchant's own are.
    case shareFull
  }

  let count: Int
  let share: Int
  private let state = Mutex(State())

  /// - Parameter share: how many of them one merchant may have.
  init(_ count: Int, share: Int) {
    self.count = count
    self.share = share
  }

  /// Takes a place if there is one; `giveBack` must follow.
  func take(_ merchant: MerchantID) -> Answer {
    state.withLock { state in
      let answer = self.answer(state, merchant)
      guard case .taken = answer else { return answer }
      state.taken += 1
      state.byMerchant[merchant, default: 0] += 1
      return .taken
    }
  }

  /// What `take` would say.
  func ask(_ merchant: MerchantID) -> Answer { state.withLock { answer($0, merchant) } }

  func giveBack(_ merchant: MerchantID) {
    state.withLock { state in
      state.taken -= 1
      let left = state.byMerchant[merchant, default: 1] - 1
      state.byMerchant[merchant] = left > 0 ? left : nil
    }
  }

  private func answer(_ state: State, _ merchant: MerchantID) -> Answer {
    if state.taken >= count { return .full }
    return state.byMerchant[merchant, default: 0] >= share ? .shareFull : .taken
  }
}
