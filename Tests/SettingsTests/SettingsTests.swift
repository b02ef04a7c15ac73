import Arguments
import Settings
import Testing

private enum Keys {
  static let host = SettingKey("http.host", .string("HOST"), default: "0.0.0.0", documentation: "The address.")
  static let port = SettingKey("http.port", .int(1...65_535), default: 8_080, documentation: "The port.")
  static let bootstrap = SettingKey<String?>("kafka.bootstrap", .string("HOST:PORT"), documentation: "The brokers.")
  static let properties = SettingPrefix("kafka.properties.*", .string, documentation: "Handed to the client.")
  static let roles = SettingKey(
    "roles", .list(of: .choice(["api", "ingest", "orchestrate"])), default: ["api"], documentation: "The roles | parts."
  )
  static let admin = SettingKey<Secret?>("admin.key", .secret, documentation: "The first key.")
  static let database = SettingKey(
    "postgres.url", .string("URL"), default: "postgresql://localhost", documentation: "D.")
  static let wait = SettingKey(
    "lease.timeout", .duration(.seconds(1)...(.seconds(600))), default: .seconds(60), documentation: "W.")
  static let rows = SettingKey("feed.rows", .int(1...9), default: 5, unit: "rows", documentation: "R.")

  static let table = SettingTable([
    host.declaration, port.declaration, bootstrap.declaration, properties.declaration, roles.declaration,
    admin.declaration, database.declaration, wait.declaration, rows.declaration,
  ])
}

struct SettingsTests {
  private func settings(
    _ yaml: String? = nil, environment: [String: String] = [:], arguments: [Assignment] = []
  ) throws(SettingsError) -> Settings {
    try Settings(
      Keys.table, file: yaml.map { (Array($0.utf8), "c.yaml") }, environment: environment,
      ignoredVariables: ["HYPERLOOP_CONFIG"], arguments: arguments)
  }

  private func mistakes(
    _ yaml: String? = nil, environment: [String: String] = [:], arguments: [Assignment] = []
  ) -> [String] {
    do {
      _ = try settings(yaml, environment: environment, arguments: arguments)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  @Test func withoutSourcesEverythingIsDefault() throws {
    for yaml in [nil, "", "# nothing\n"] {
      let settings = try settings(yaml)
      #expect(settings[Keys.port] == 8_080)
      #expect(settings[Keys.bootstrap] == nil)
      #expect(settings[Keys.properties].isEmpty)
      #expect(settings[Keys.roles] == ["api"])
      #expect(settings.origin(of: "http.port") == .byDefault)
    }
  }

  @Test func laterSourcesWin() throws {
    let yaml = """
      http: { host: 127.0.0.1, port: 1 }
      roles: [api, ingest]
      lease.timeout: 1m30s
      kafka:
        bootstrap: a:1
        properties:
          ssl.ca.location: /ca.pem
          sasl: { mechanism: PLAIN }
      """
    let settings = try settings(
      yaml,
      environment: [
        "HYPERLOOP_HTTP_PORT": "2", "HYPERLOOP_KAFKA_BOOTSTRAP": "b:1", "HYPERLOOP_CONFIG": "x", "PATH": "y",
        "HYPERLOOP_KAFKA_PROPERTIES_SASL_USERNAME": "u",
      ],
      arguments: [Assignment(name: "http.port", value: "3"), Assignment(name: "http.port", value: "4")])
    #expect(settings[Keys.host] == "127.0.0.1")
    #expect(settings.origin(of: "http.host") == .file("c.yaml", line: 1, column: 15))
    #expect(settings[Keys.port] == 4)
    #expect(settings.origin(of: "http.port") == .argument(key: "http.port"))
    #expect(try settings.require(Keys.bootstrap) == "b:1")
    #expect(settings.origin(of: "kafka.bootstrap") == .environment(variable: "HYPERLOOP_KAFKA_BOOTSTRAP"))
    #expect(settings[Keys.roles] == ["api", "ingest"])
    #expect(settings[Keys.wait] == .seconds(90))
    #expect(
      settings[Keys.properties] == ["ssl.ca.location": "/ca.pem", "sasl.mechanism": "PLAIN", "sasl.username": "u"])
  }

  @Test func allMistakesAreToldAtOnce() {
    let found = mistakes(
      """
      http:
        prot: 80
        port: 99999
      roles: [api, ingset]
      http.host:
      kafka.bootstrap: { a: 1 }
      http.port: 81
      """,
      environment: ["HYPERLOOP_LEASE_TIMEOUT": "1h", "HYPERLOOP_HTTP_PROT": "1"],
      arguments: [Assignment(name: "lease.timout", value: "1s"), Assignment(name: "kafka.properties.", value: "1")])
    #expect(
      found == [
        "c.yaml:5:11: http.host: has no value; leave it out for its default",
        "c.yaml:6:18: kafka.bootstrap: must be a text, not a mapping",
        "environment variable HYPERLOOP_HTTP_PROT: no setting has this variable (did you mean HYPERLOOP_HTTP_PORT?)",
        "c.yaml:2:9: http.prot: is not a setting (did you mean http.port?)",
        "c.yaml:3:9: http.port: '99999' is not a whole number from 1 to 65535",
        "c.yaml:4:8: roles: 'api,ingset' is not a list, separated by commas, of values each one of api, ingest, orchestrate",
        "environment variable HYPERLOOP_LEASE_TIMEOUT: lease.timeout: '1h' is not a time such as 500ms, 30s or 1h30m"
          + " from 1s to 10m",
        "argument --lease.timout: lease.timout: is not a setting (did you mean lease.timeout?)",
        "argument --kafka.properties.: kafka.properties.: is not a setting (did you mean kafka.properties.*?)",
      ])
  }

  @Test func aFileThatIsNoMappingIsTold() {
    #expect(mistakes("- a").first?.hasPrefix("c.yaml:1:1: ") == true)
    #expect(mistakes("a: [").first?.hasPrefix("c.yaml:") == true)
    #expect(
      mistakes("http.port: 1\nhttp: { port: 2 }") == [
        "c.yaml:2:15: http.port: is given twice; the first time at c.yaml:1:12"
      ])
  }

  @Test func secretsAreNeverShown() throws {
    let settings = try settings(
      environment: [
        "HYPERLOOP_ADMIN_KEY": "hunter2", "HYPERLOOP_POSTGRES_URL": "postgresql://me:hunter2@db/x?a=b&password=hunter2",
        "HYPERLOOP_KAFKA_PROPERTIES_SASL_PASSWORD": "hunter2",
      ])
    let key = try #require(settings[Keys.admin])
    #expect(key.revealed == "hunter2")
    var dump = ""
    Swift.dump(key, to: &dump)
    let shown = settings.redacted().map { "\($0.name)=\($0.text)" }
    for text in shown + [dump, "\(key)", String(reflecting: key), "\(Optional(key) as Any)"] {
      #expect(!text.contains("hunter2"))
    }
    #expect(shown.contains("admin.key=••••"))
    #expect(shown.contains("postgres.url=postgresql://me:••••@db/x?a=b&password=••••"))
    #expect(shown.contains("kafka.properties.sasl.password=••••"))
    #expect(shown.contains("http.port=8080"))
    #expect(
      mistakes(environment: ["HYPERLOOP_ADMIN_KEY": ""]) == [
        "environment variable HYPERLOOP_ADMIN_KEY: admin.key: the value is not a text"
      ])
  }

  @Test(arguments: [
    "host=db user=h password=hunter2", "host=db password = 'hunter2 \\' hunter2' user=h", "password=hunter\\ hunter2",
    "redis://:pa/hunter2@cache:6379/0", "redis://:pa?hunter2@cache:6379/0", "redis://:pa@hunter2@cache:6379/0",
    "postgresql://h@db/x?sslpassword=hunter2&PASSWORD=hunter2",
  ])
  func passwordsAreMaskedInEveryFormOfAddress(_ address: String) throws {
    let settings = try settings(environment: ["HYPERLOOP_POSTGRES_URL": address])
    let shown = try #require(settings.redacted().first { $0.name == "postgres.url" }).text
    #expect(!shown.contains("hunter2"), "\(shown)")
    #expect(shown.contains("••••") && (shown.contains("db") || shown.contains("cache") || shown.hasPrefix("pass")))
  }

  @Test func kubernetesServiceLinksAreNoSettings() throws {
    _ = try settings(environment: [
      "HYPERLOOP_SERVICE_HOST": "10.0.0.1", "HYPERLOOP_SERVICE_PORT": "8080", "HYPERLOOP_SERVICE_PORT_HTTP": "8080",
      "HYPERLOOP_PORT": "tcp://10.0.0.1:8080", "HYPERLOOP_PORT_8080_TCP": "tcp://10.0.0.1:8080",
      "HYPERLOOP_PORT_8080_TCP_ADDR": "10.0.0.1", "HYPERLOOP_API_SERVICE_HOST": "10.0.0.1",
      "HYPERLOOP_API_PORT": "tcp://10.0.0.1:80", "HYPERLOOP_API_PORT_80_TCP_PROTO": "tcp",
    ])
    #expect(mistakes(environment: ["HYPERLOOP_HTP_PORT": "8080"]).count == 1)
    #expect(mistakes(environment: ["HYPERLOOP_PORT": "8080"]).count == 1)
  }

  @Test func aMissingKeyIsExplained() throws {
    let settings = try settings()
    let error = #expect(throws: SettingsError.self) { try settings.require(Keys.bootstrap) }
    #expect(
      error?.description == "kafka.bootstrap: must be given: --kafka.bootstrap VALUE, the environment variable "
        + "HYPERLOOP_KAFKA_BOOTSTRAP, or the file")
  }

  @Test func theReferenceListsEveryKey() {
    let lines = Keys.table.markdown().split(separator: "\n")
    #expect(lines.count == 2 + Keys.table.declarations.count)
    #expect(
      lines.contains("| `http.port` | a whole number from 1 to 65535 | `8080` | `HYPERLOOP_HTTP_PORT` | The port. |"))
    #expect(
      lines.contains("| `admin.key` | a text (secret) | none | `HYPERLOOP_ADMIN_KEY` | The first key. |"))
    #expect(
      lines.contains(
        "| `kafka.properties.*` | a text | none | `HYPERLOOP_KAFKA_PROPERTIES_…` | Handed to the client. |"))
    #expect(lines.contains { $0.hasSuffix("The roles \\| parts. |") })
    #expect(lines.contains("| `feed.rows` | a whole number from 1 to 9, in rows | `5` | `HYPERLOOP_FEED_ROWS` | R. |"))
  }
}
