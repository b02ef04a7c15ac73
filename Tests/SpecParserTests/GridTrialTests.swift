import GridTrials
import Randomness
import Testing

/// What `make fuzz` tries a million times over, a thousand times, with the same changes in each run.
@Suite(.timeLimit(.minutes(5))) struct GridTrialTests {
  private static let changes: [GridTrial: Int] = [.file: 25, .workbook: 8, .spec: 100, .number: 15]

  @Test(arguments: GridTrial.allCases, 0..<8) func `whatever the bytes are, promises are kept`(
    trial: GridTrial, seed: UInt64
  ) throws {
    let seeds = try Seeds(trial).inputs
    var random = SeededRandom(seed: seed)
    var mutator = Mutator(SeededRandom(seed: ~seed))
    for _ in 0..<(Self.changes[trial] ?? 0) {
      let (one, other) = (try #require(seeds.randomElement(using: &random)), seeds.randomElement(using: &random))
      tryInput(mutator.mutate(one, with: other ?? []), trial)
    }
  }

  @Test(arguments: GridTrial.allCases) func `promises are kept for what is not changed`(trial: GridTrial) throws {
    for (place, seed) in try Seeds(trial).inputs.enumerated() where place % 8 == 0 { tryInput(seed, trial) }
  }

  /// What the fuzzer has found.
  @Test(arguments: [
    (GridTrial.number, "2958465.999999\nyyyy-mm-dd"), (.number, "2957004\n@dd/mm/yyyy"), (.number, "1e-\n"),
    (.number, "0.0000000000000000000001e22\n"), (.number, ":.-1-4.-11-1\u{FFFD}%10%\n@d"),
  ]) func `what broke a promise once`(trial: GridTrial, input: String) {
    tryInput(Array(input.utf8), trial)
  }

  private func tryInput(_ input: [UInt8], _ trial: GridTrial) {
    do {
      try trial.run(input)
    } catch {
      Issue.record("\(trial): \(error), with \(input)")
    }
  }
}
