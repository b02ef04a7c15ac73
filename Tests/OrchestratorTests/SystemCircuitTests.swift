import Testing

@testable import Orchestrator

@Suite struct SystemCircuitTests {
  private let start = ContinuousClock.now
  private func circuit(probes: Int = 1) -> SystemCircuit {
    SystemCircuit(.init(failures: 3, openFor: .seconds(5), openAtMost: .seconds(15), probes: probes))
  }

  private func ticket(_ circuit: inout SystemCircuit, at second: Int) throws -> SystemCircuit.Ticket {
    guard case .call(let ticket) = circuit.admit(at: start + .seconds(second)) else { throw Refused() }
    return ticket
  }

  private struct Refused: Error {}

  private func expect(
    _ opens: Bool, _ circuit: inout SystemCircuit, _ ticket: SystemCircuit.Ticket, _ verdict: SystemCircuit.Verdict,
    at second: Int, sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let opened = circuit.record(ticket, verdict, at: start + .seconds(second))
    #expect(opened == opens, sourceLocation: sourceLocation)
  }

  private func expect(
    remaining: Int, _ circuit: inout SystemCircuit, at second: Int,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let found = circuit.remaining(at: start + .seconds(second))
    #expect(found == .seconds(remaining), sourceLocation: sourceLocation)
  }

  @Test func onlyFailuresInARowOpenIt() throws {
    var circuit = circuit()
    for verdict in [SystemCircuit.Verdict.failed, .failed, .alive, .failed, .unknown, .failed] {
      let opened = circuit.record(try ticket(&circuit, at: 0), verdict, at: start)
      #expect(!opened)
    }
    let opened = circuit.record(try ticket(&circuit, at: 0), .failed, at: start)
    #expect(opened)
    #expect(circuit.state == .open)
    let refused2 = circuit.admit(at: start + .seconds(2))
    #expect(refused2 == .refused(.seconds(3)))
  }

  @Test func aProbeClosesItOrOpensItForLonger() throws {
    var circuit = circuit()
    _ = circuit.record(try ticket(&circuit, at: 0), .misconfigured, at: start)
    #expect(circuit.state == .open)
    let probe = try ticket(&circuit, at: 5)
    #expect(circuit.state == .halfOpen)
    let refused5 = circuit.admit(at: start + .seconds(5))
    #expect(refused5 == .refused(.seconds(5)))
    expect(true, &circuit, probe, .failed, at: 6)
    expect(remaining: 10, &circuit, at: 6)
    let second = try ticket(&circuit, at: 16)
    expect(true, &circuit, second, .failed, at: 16)
    expect(remaining: 15, &circuit, at: 16)
    let third = try ticket(&circuit, at: 31)
    expect(false, &circuit, third, .alive, at: 31)
    #expect(circuit.state == .closed)
    // The next opening is short again.
    _ = circuit.record(try ticket(&circuit, at: 32), .misconfigured, at: start + .seconds(32))
    expect(remaining: 5, &circuit, at: 32)
  }

  @Test func answersToCallsFromBeforeTheOpeningDecideNothing() throws {
    var circuit = circuit()
    let old = try ticket(&circuit, at: 0)
    _ = circuit.record(try ticket(&circuit, at: 0), .misconfigured, at: start)
    expect(false, &circuit, old, .alive, at: 1)
    #expect(circuit.state == .open)
    let probe = try ticket(&circuit, at: 5)
    expect(false, &circuit, old, .failed, at: 5)
    expect(false, &circuit, probe, .unknown, at: 5)
    // A probe that told nothing makes room for another.
    _ = try ticket(&circuit, at: 5)
  }
}
