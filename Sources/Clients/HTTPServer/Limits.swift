/// The configuration's durations in nanoseconds.
struct Limits: Sendable {
  let header: UInt64
  let body: UInt64
  let bodyIdle: UInt64
  let discard: UInt64
  let answer: UInt64
  let send: UInt64
  let request: UInt64
  let idle: UInt64
  let linger: UInt64
  /// How often deadlines are looked at: a quarter of the shortest, so that none is missed by much.
  let sweep: Duration

  init(_ configuration: HTTPServerConfiguration, _ routes: [Route]) {
    header = MonotonicTime.nanoseconds(configuration.headerDeadline)
    body = MonotonicTime.nanoseconds(configuration.bodyDeadline)
    bodyIdle = MonotonicTime.nanoseconds(configuration.bodyIdleDeadline)
    discard = MonotonicTime.nanoseconds(configuration.discardDeadline)
    answer = MonotonicTime.nanoseconds(configuration.answerDeadline)
    send = MonotonicTime.nanoseconds(configuration.sendDeadline)
    request = MonotonicTime.nanoseconds(configuration.requestDeadline)
    idle = MonotonicTime.nanoseconds(configuration.idleTimeout)
    linger = MonotonicTime.nanoseconds(configuration.stopLinger)
    let own = routes.flatMap { route in
      [route.options.bodyDeadline, route.options.answerDeadline, route.options.requestDeadline]
        .compactMap { $0.map(MonotonicTime.nanoseconds) }
    }
    let shortest = own.reduce(min(header, body, bodyIdle, discard, answer, send, request, idle), min)
    sweep = .nanoseconds(Int64(min(max(shortest / 4, 10_000_000), 250_000_000)))
  }
}
