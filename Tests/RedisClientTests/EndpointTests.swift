internal import RedisClient
internal import Testing

struct EndpointTests {
  @Test(arguments: [
    ("redis://localhost", "redis://localhost:6379/0"), ("redis://:p%40ss@h:1234/5", "redis://h:1234/5"),
    ("redis://user:a/b@h/2", "redis://h:6379/2"), ("redis://[::1]:7000/1", "redis://[::1]:7000/1"),
  ])
  func urlsAreReadAndToldWithoutPassword(url: String, told: String) throws {
    #expect("\(try RedisEndpoint(url: url))" == told)
  }

  @Test(arguments: [
    "", "http://h", "redis://", "redis://h:0", "redis://h:x", "redis://h/x", "redis://h/-1", "redis://p@h",
    "redis://:%zz@h", "redis://:%+1@h", "redis://h:+6379", "redis://h/+1",
  ])
  func badURLsAreRefused(url: String) {
    #expect { try RedisEndpoint(url: url) } throws: { ($0 as? RedisError)?.kind == .badURL }
  }

  @Test func tlsIsToldToBeUnsupported() {
    #expect { try RedisEndpoint(url: "rediss://:secret@h") } throws: {
      let error = $0 as? RedisError
      return error?.kind == .unsupported && error?.message.contains("secret") == false
    }
  }
}
