/// What an `HTTPCaller` may use, and how it speaks.
public struct HTTPCallerConfiguration: Sendable {
  public enum Protocols: Sendable {
    case http1
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1. (HTTP/2 without TLS is not offered: libcurl 7.88 breaks every
    /// second request of such a connection, curl issue 10634.)
    case http2OverTLS
  }

  public enum Proxy: Sendable {
    case none
    /// What `http_proxy`, `https_proxy` and `no_proxy` say.
    case environment
    case url(String)
  }

  /// How servers (and this client) prove who they are.
  public struct TLS: Sendable {
    public var verifiesPeer = true
    /// PEM file of trusted authorities; the system's when nil.
    public var authorityFile: String?
    /// Folder of hashed authorities.
    public var authorityFolder: String?
    public var certificateFile: String?
    public var keyFile: String?

    public init() {}
  }

  public var protocols = Protocols.http2OverTLS
  public var tls = TLS()
  public var proxy = Proxy.none
  public var userAgent = "hyperloop"
  /// Calls that run at once to one scheme, host and port; over HTTP/1.1 the number of connections to it.
  public var callsPerHost = 64
  /// Calls that run at once in all.
  public var callsInFlight = 1_024
  /// Calls that wait for one of those places; beyond it a call ends with `.overloaded`.
  public var callsWaiting = 8_192
  /// Idle connections kept for later, in all.
  public var idleConnections = 256
  /// How long an idle connection is kept. Shorter than the servers' own limit, so that few requests meet a dead one.
  public var idleTimeout = Duration.seconds(30)
  public var connectTimeout = Duration.seconds(3)
  /// How long a resolved name is believed.
  public var nameLifetime = Duration.seconds(60)
  /// Idle libcurl handles kept for later calls.
  public var spareHandles = 1_024

  public init() {}
}
