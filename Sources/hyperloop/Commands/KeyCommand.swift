internal import Arguments
internal import Ingress
internal import ItemModel
internal import PostgresClient
internal import Settings
internal import Telemetry

/// `hyperloop key`: who may speak to the service.
enum KeyCommand {
  static let command = Command(
    "key", summary: "Makes, lists and revokes keys.",
    discussion: "Works on the database (postgres.url). Only the keys' hashes are stored, so a key is shown once.",
    subcommands: [create, list, revoke])

  private static let role = Argument<String>.option(
    "role", .choice(["merchant", "operator"]), default: "merchant", help: "What the key may do.")
  private static let merchant = Argument<String?>.option(
    "merchant", .string("ID"), help: "Whose key it is; needed for the role of a merchant.")
  private static let label = Argument<String?>.option(
    "label", .string, help: "What it is for, for the list.")
  private static let keyID = Argument<String>.positional("ID", .string("ID"), help: "The key's id, as listed.")

  private static let create = Command(
    "create", summary: "Makes a key and shows it once.",
    examples: [
      ("hyperloop key create -c hyperloop.yaml --merchant acme", "sees acme's feeds and items only"),
      ("hyperloop key create -c hyperloop.yaml --role operator --label on-call", "sees everything"),
    ],
    arguments: [
      role.declaration, merchant.declaration, label.declaration, FeedCommand.json.declaration,
      Configuration.file.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    let principal: Principal
    switch (parsed[role], parsed[merchant]) {
    case ("operator", nil): principal = .operator
    case ("operator", _): throw UsageError("an operator's key has no merchant", hint: "leave --merchant out")
    case (_, let name):
      guard let name, let merchant = MerchantID(name) else {
        throw UsageError(
          "a merchant's key needs --merchant ID", hint: "1 to 64 letters, digits, dots, underscores or hyphens")
      }
      principal = .merchant(merchant)
    }
    return try await withStore(parsed) { store in
      let key = try await store.create(for: principal, label: parsed[label] ?? "")
      if parsed[FeedCommand.json] {
        Terminal.output.print("{\"id\":\"\(key.id)\",\"key\":\"\(key.secret)\"}")
      } else {
        Terminal.output.print(key.secret)
        Terminal.errors.print("This is key \(key.id). It is not shown again.")
      }
    }
  }

  private static let list = Command(
    "list", summary: "Lists the keys, without their secrets.",
    examples: [("hyperloop key list -c hyperloop.yaml", "id, role, merchant, label, and whether it is revoked")],
    arguments: [Configuration.file.declaration], openOptions: Configuration.openOptions
  ) { parsed in
    try await withStore(parsed) { store in
      var table = TextTable("ID", "ROLE", "MERCHANT", "LABEL", "CREATED", "REVOKED")
      for key in try await store.list() {
        let (role, merchant) =
          switch key.principal {
          case .operator: ("operator", "")
          case .merchant(let id): ("merchant", id.text)
          }
        table.add([
          key.id, role, merchant, key.label, "\(Instant(microseconds: key.created))",
          key.revoked.map { "\(Instant(microseconds: $0))" } ?? "",
        ])
      }
      Terminal.output.write(table.text())
    }
  }

  private static let revoke = Command(
    "revoke", summary: "Ends a key.",
    examples: [("hyperloop key revoke -c hyperloop.yaml f86552a018b6", "it is refused within seconds")],
    arguments: [keyID.declaration, Configuration.file.declaration], openOptions: Configuration.openOptions
  ) { parsed in
    try await withStore(parsed) { store in
      guard try await store.revoke(parsed[keyID]) else {
        throw StartError("there is no key \(parsed[keyID]) that could be revoked", hint: "see “hyperloop key list”")
      }
      Terminal.output.print("revoked \(parsed[keyID])")
    }
  }

  private static func withStore(
    _ parsed: ParsedArguments, _ body: (KeyStore) async throws -> Void
  ) async throws -> Int32 {
    let settings = try Configuration.read(parsed)
    let pool = try PostgresPool(
      configuration: settings.postgres(try settings.require(Keys.postgresURL)), logger: .silent)
    do {
      try await body(KeyStore(pool: pool, adminKey: nil))
      await pool.shutDown()
    } catch {
      await pool.shutDown()
      throw error
    }
    return Program.success
  }
}
