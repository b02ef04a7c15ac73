/// A target under `Sources`, and which of ours it may import.
struct Room {
  let name: String
  /// The folder under `Sources`.
  let folder: String
  /// The C library that is spoken to here, in the folder `Native` alone.
  let library: String?
  let mayImport: Set<String>

  init(_ name: String, in parent: String? = nil, library: String? = nil, _ mayImport: String...) {
    self.name = name
    folder = "Sources/" + (parent.map { "\($0)/" } ?? "") + name
    self.library = library
    self.mayImport = Set(mayImport)
  }
}

/// The map of the code, from the bottom upwards: a room may import only rooms above it in this list, which lie below it
/// in the code, and of those only the ones that it names.
///
/// A new arrow is a decision: it is added here, with the change that needs it.
enum CodeMap {
  static let rooms: [Room] = [
    // What knows nothing of us.
    Room("NativeThreads", in: "Clients", library: "CLinux"),
    Room("Queues", in: "Toolkit"),
    Room("Randomness", in: "Toolkit"),
    Room("JSONCodec"),
    Room("Spelling", in: "Toolkit"),
    Room("Quantities", in: "Toolkit"),
    Room("Arguments", in: "Toolkit", "Spelling", "Quantities"),
    Room("Crypto", in: "Clients", library: "CCrypto"),
    Room("ScratchFiles", in: "Clients"),
    Room("YAMLReader", in: "Clients", library: "CYAML", "Spelling", "Quantities"),
    Room("ZipReader", in: "Clients", library: "CZip"),
    // It reads back what it wrote.
    Room("WorkbookWriter", in: "Clients", library: "CXlsxwriter", "ScratchFiles", "ZipReader"),
    Room("XMLReader", in: "Clients", library: "CExpat"),
    Room("CivilTime", in: "Toolkit"),
    Room("Telemetry", "NativeThreads", "CivilTime"),

    // Clients: one C library each.
    Room("KafkaClient", in: "Clients", library: "CRdkafka", "NativeThreads", "Telemetry"),
    Room("PostgresClient", in: "Clients", library: "CPostgres", "NativeThreads", "Telemetry"),
    Room("RedisClient", in: "Clients", library: "CHiredis", "NativeThreads", "Telemetry"),
    Room("HTTPCaller", in: "Clients", library: "CCurl", "NativeThreads", "Queues", "Telemetry"),
    Room("HTTPServer", in: "Clients", library: "CMicrohttpd", "NativeThreads", "Telemetry"),

    // Tools.
    Room("Lifecycle", in: "Toolkit", "Telemetry", "NativeThreads"),
    Room("Settings", in: "Toolkit", "Arguments", "YAMLReader"),
    Room("LocalServers", in: "Toolkit", library: "CLinux", "NativeThreads"),

    // What items, grids and systems are.
    Room("ItemModel", "JSONCodec", "Crypto", "CivilTime"),
    Room(
      "SpecParser", "ItemModel", "JSONCodec", "YAMLReader", "Spelling", "ScratchFiles", "ZipReader", "XMLReader",
      "WorkbookWriter", "CivilTime"),
    Room("SystemsFile", "ItemModel", "JSONCodec", "YAMLReader", "HTTPCaller"),

    // The road.
    Room("Migrations", "PostgresClient", "Crypto", "Telemetry"),
    Room("ReadCache", "RedisClient", "Crypto", "Telemetry"),
    Room("MessageProxy", "KafkaClient", "HTTPCaller", "NativeThreads", "Queues", "Randomness", "Telemetry"),
    Room(
      "FeedIngestor", "ItemModel", "JSONCodec", "SpecParser", "MessageProxy", "PostgresClient", "KafkaClient",
      "Crypto", "Telemetry", "Lifecycle", "NativeThreads", "ScratchFiles"),
    Room(
      "Orchestrator", "ItemModel", "JSONCodec", "MessageProxy", "ReadCache", "HTTPCaller", "KafkaClient", "Crypto",
      "RedisClient", "Telemetry", "Lifecycle", "NativeThreads", "Queues", "CivilTime"),
    Room(
      "Ingress", "HTTPServer", "FeedIngestor", "ItemModel", "JSONCodec", "KafkaClient", "PostgresClient", "Crypto",
      "Telemetry", "Lifecycle", "NativeThreads", "Spelling"),

    // Beside the road: trial and test.
    Room(
      "ReferenceSystems", "HTTPServer", "KafkaClient", "JSONCodec", "ItemModel", "Telemetry", "Lifecycle",
      "NativeThreads", "Randomness"),
    Room("TrialRun", in: "Toolkit", "LocalServers", "HTTPCaller", "JSONCodec", "SystemsFile", "Telemetry"),
  ]

  /// The program puts everything together, so it may import all of them.
  static let program = Room("hyperloop")

  /// Modules of the toolchain.
  static let toolchain: Set = [
    "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
  ]

  /// C modules with an owner beyond one room: the kernel's calls.
  static let kernel = "CLinux"

  /// Folders that decide and do nothing: they import no client, no thread and no server, so that every course of events
  /// can be tried in a test.
  static let pure: [(folder: String, mayImport: Set<String>)] = [
    ("Sources/JSONCodec", []),
    ("Sources/ItemModel", ["JSONCodec", "Crypto", "CivilTime"]),
    ("Sources/SpecParser/Cells", ["ItemModel", "JSONCodec"]),
    // A workbook takes libraries and a temporary file; what its cells mean does not.
    ("Sources/SpecParser/Grid", ["ScratchFiles", "XMLReader", "ZipReader", "CivilTime"]),
    ("Sources/SpecParser/Grid/XLSX/Cells", ["CivilTime"]),
    ("Sources/SpecParser/Rows", ["ItemModel", "JSONCodec", "Spelling"]),
    ("Sources/FeedIngestor/StateMachine", ["ItemModel", "JSONCodec", "Crypto"]),
    ("Sources/MessageProxy/Core", ["Queues", "Randomness"]),
    ("Sources/MessageProxy/Queue", ["Queues"]),
    ("Sources/MessageProxy/Offsets", []),
    ("Sources/Orchestrator/Core", ["ItemModel", "JSONCodec"]),
    ("Sources/ReadCache/Core", []),
  ]

  /// Targets whose tests have another name, and why.
  static let testedElsewhere = [
    // Runs whole processes, which only tests of the whole do.
    "TrialRun": "IntegrationTests",
    "hyperloop": "IntegrationTests",
  ]
}
