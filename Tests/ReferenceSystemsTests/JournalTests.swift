import Telemetry
import JSONCodec
import HTTPCaller
import Glibc
import ReferenceSystems
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct JournalTests {
  @Test func `a restart finds what was accepted, even behind a torn record`() async throws {
    try await withTemporaryDirectory { directory in
      var configuration = http("pricing")
      configuration.dataDirectory = directory
      let kept = configuration
      try await withSystems(kept) { client in
        for version in [1, 2, 9, 4] {
          _ = try await client.deliver("pricing", version: Int64(version), "{\"v\":\(version)}")
        }
        let batch = "[\(entry("pricing", "00000000000001", 3)),\(entry("pricing", "00000000000002", 4))]"
        #expect(try await client.call("POST", "pricing", "/snippets", body: batch).status == 200)
      }
      let file = try #require(fopen("\(directory)/pricing.journal", "a"))
      // The beginning of a record whose end was never written.
      fwrite([200, 0, 0, 0, 7, 7], 1, 6, file)
      fclose(file)
      for round in 0..<2 {
        try await withSystems(kept) { client in
          let statistics = try #require(client.systems.system("pricing")?.statistics)
          #expect(statistics.recovered == 3 + round && statistics.accepted == 0)
          #expect(try await client.call("GET", "pricing", "/items/m1/00012345678905").text == #"{"v":9}"#)
          #expect(try await client.deliver("pricing", version: 8).status == 409)
          #expect(try await client.deliver("pricing", version: 9).text.contains("repeated"))
          // What comes after the torn record is found the next time.
          #expect(try await client.deliver("pricing", "00000000000003", version: 1).status == 200)
        }
      }
      try await withSystems(kept) { client in
        let reset = try await client.call("DELETE", "pricing", "/items")
        #expect(reset.status == 204)
        #expect(try await client.deliver("pricing", version: 1).status == 200)
      }
      try await withSystems(kept) { client in
        #expect(client.systems.system("pricing")?.itemCount == 1)
      }
    }
  }

  @Test func `a directory that is not there stops the start`() throws {
    var configuration = http("pricing")
    configuration.dataDirectory = "/nowhere/at/all"
    let systems = ReferenceSystems(configuration, logger: .silent)
    let error = #expect(throws: ReferenceSystemsError.self) { try systems.open() }
    #expect(error?.description.contains("/nowhere/at/all/pricing.journal") == true)
  }
}
