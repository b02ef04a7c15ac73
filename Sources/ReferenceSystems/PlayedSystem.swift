internal import HTTPServer
internal import Telemetry

/// One system that serves: its HTTP server and, if it has one, its way to Kafka.
final class PlayedSystem: Sendable {
  let name: String
  /// Nil for the look-up.
  let system: SnippetSystem?
  let kafka: KafkaDoor?
  let server: HTTPServer
  private let host: String

  init(
    name: String, system: SnippetSystem?, kafka: KafkaDoor?, routes: [Route], port: Int,
    configuration: ReferenceSystemsConfiguration, logger: Logger
  ) throws(ReferenceSystemsError) {
    self.name = name
    self.system = system
    self.kafka = kafka
    host = configuration.host
    do throws(HTTPServerError) {
      server = try PlayedSystem.serve(routes, host: configuration.host, port: port, logger: logger)
    } catch {
      guard error.code == .addressInUse, configuration.replacesTakenPorts else { throw .server(system: name, error) }
      do throws(HTTPServerError) {
        server = try PlayedSystem.serve(routes, host: configuration.host, port: 0, logger: logger)
      } catch {
        throw .server(system: name, error)
      }
      logger.warning(
        "port taken, another one is used", ["system": name, "taken": "\(port)", "port": "\(server.port)"])
    }
  }

  var url: String { "http://\(host):\(server.port)" }

  private static func serve(
    _ routes: [Route], host: String, port: Int, logger: Logger
  ) throws(HTTPServerError) -> HTTPServer {
    var configuration = HTTPServerConfiguration(host: host, port: port)
    configuration.requestDeadline = .seconds(900)
    let server = HTTPServer(configuration: configuration, routes: routes, logger: logger)
    try server.start()
    return server
  }
}
