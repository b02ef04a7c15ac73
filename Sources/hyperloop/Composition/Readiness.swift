internal import KafkaClient
internal import PostgresClient
internal import Telemetry

/// Whether the servers that this process stands on answer. However many ask, each server is asked by one at a time, and
/// at most once a second.
actor Readiness {
  private static let limit = Duration.seconds(2)
  private static let freshness = Duration.seconds(1)

  private let pool: PostgresPool
  /// Its own, so that the question waits behind no other.
  private let admin: KafkaAdmin
  private var last: (missing: Task<[String], Never>, begun: ContinuousClock.Instant)?

  init(clients: Clients, logger: Logger) throws {
    pool = clients.pool
    admin = try KafkaAdmin(clients.kafka, limit: Readiness.limit, logger: logger.labelled("kafka"))
  }

  /// What is missing; empty when all is well.
  func check() async -> [String] {
    if let last, isAsking || last.begun.duration(to: .now) < Readiness.freshness { return await last.missing.value }
    isAsking = true
    // Ends by itself, within the questions' limits.
    let missing = Task { await ask() }
    last = (missing, .now)
    let answer = await missing.value
    isAsking = false
    return answer
  }

  private var isAsking = false

  private func ask() async -> [String] {
    async let database = answers { [pool] in
      _ = try await pool.withConnection { try await $0.execute("SELECT 1", timeout: Readiness.limit) }
    }
    async let kafka = answers { [admin] in try await admin.ping() }
    return await (database ? [] : ["PostgreSQL does not answer"]) + (kafka ? [] : ["Kafka does not answer"])
  }

  private nonisolated func answers(_ question: @Sendable () async throws -> Void) async -> Bool {
    do {
      try await question()
      return true
    } catch {
      return false
    }
  }
}
