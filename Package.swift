// swift-tools-version: 6.2
import PackageDescription

/// Whether this is a build for the fuzzer, which needs counters in all code that it runs: see `make fuzz`.
let isFuzzing = Context.environment["HYPERLOOP_FUZZ"] != nil

/// Settings of every Swift target: Swift 6 mode, warnings as errors, and the upcoming features that the code is
/// written for. Release builds specialise generic code across modules, or the codecs lose an order of magnitude.
let strict: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

/// A C library of Debian: a module map and a shim under `Sources/CLibraries`.
func library(_ name: String, pkgConfig: String? = nil, apt package: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A Swift target, in `Sources/NAME` unless `room` names the folder that it shares with its kind.
/// The files `embedded` are compiled in, as `PackageResources.NAME`.
func module(
  _ name: String, room: String? = nil, _ dependencies: [Target.Dependency] = [], embedded: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: room.map { "Sources/\($0)/\(name)" } ?? "Sources/\(name)",
    resources: embedded.map { .embedInCode($0) }, swiftSettings: strict)
}

func client(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  module(name, room: "Clients", dependencies)
}

/// The tests of one target; `support` is the test kit that starts real servers.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
    swiftSettings: strict)
}

/// A program under `Benchmarks/` that prints a rate beside the limit that it measured in the same run.
func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "\(name)Benchmark", dependencies: dependencies + ["BenchmarkKit", "Arguments"],
    path: "Benchmarks/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "hyperloop",
  products: [.executable(name: "hyperloop", targets: ["hyperloop"])],
  targets: [
    // C libraries.
    library("CLinux", apt: "libc6-dev"),
    library("CRdkafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CPostgres", pkgConfig: "libpq", apt: "libpq-dev"),
    library("CHiredis", apt: "libhiredis-dev"),
    library("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
    library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    library("CZip", pkgConfig: "libzip", apt: "libzip-dev"),
    library("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
    library("CXlsxwriter", pkgConfig: "xlsxwriter", apt: "libxlsxwriter-dev"),
    library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),

    // Small pieces that everything may use.
    module("CivilTime", room: "Toolkit"),
    module("Telemetry", ["NativeThreads", "CivilTime"]),
    module("Lifecycle", room: "Toolkit", ["Telemetry", "NativeThreads"]),
    module("Spelling", room: "Toolkit"),
    module("Quantities", room: "Toolkit"),
    module("Arguments", room: "Toolkit", ["Spelling", "Quantities"]),
    module("Settings", room: "Toolkit", ["Arguments", "YAMLReader"]),
    module("LocalServers", room: "Toolkit", ["CLinux", "NativeThreads"]),
    module("Queues", room: "Toolkit"),
    module("Randomness", room: "Toolkit"),

    module("TrialRun", room: "Toolkit", ["LocalServers", "HTTPCaller", "JSONCodec", "SystemsFile", "Telemetry"]),

    // Clients: one C library each.
    client("NativeThreads", ["CLinux"]),
    client("Crypto", ["CCrypto"]),
    client("ScratchFiles", []),
    client("WorkbookWriter", ["CXlsxwriter", "ScratchFiles", "ZipReader"]),
    client("YAMLReader", ["CYAML", "Spelling", "Quantities"]),
    client("ZipReader", ["CZip"]),
    client("XMLReader", ["CExpat"]),
    client("KafkaClient", ["CRdkafka", "NativeThreads", "Telemetry"]),
    client("PostgresClient", ["CPostgres", "NativeThreads", "Telemetry"]),
    client("RedisClient", ["CHiredis", "CLinux", "NativeThreads", "Telemetry"]),
    client("HTTPCaller", ["CCurl", "CLinux", "NativeThreads", "Queues", "Telemetry"]),
    client("HTTPServer", ["CMicrohttpd", "CLinux", "NativeThreads", "Telemetry"]),

    // Pure cores.
    module("JSONCodec"),
    module("ItemModel", ["JSONCodec", "Crypto", "CivilTime"]),
    module(
      "SpecParser",
      [
        "ItemModel", "JSONCodec", "YAMLReader", "Spelling", "ScratchFiles", "ZipReader", "XMLReader", "WorkbookWriter",
        "CivilTime",
      ],
      embedded: ["Specs/cost.yaml", "Specs/item.yaml", "Specs/price.yaml"]),

    // The road.
    // The SQL files become part of the program: `Sources/Migrations/SQL` is a link to `Migrations`.
    .target(
      name: "Migrations", dependencies: ["PostgresClient", "Crypto", "Telemetry"], path: "Sources/Migrations",
      resources: [.embedInCode("SQL")], swiftSettings: strict),
    module("ReadCache", ["RedisClient", "Crypto", "Telemetry"]),
    module("MessageProxy", ["KafkaClient", "HTTPCaller", "Telemetry", "NativeThreads", "Queues", "Randomness"]),
    module("SystemsFile", ["ItemModel", "YAMLReader", "JSONCodec", "HTTPCaller"], embedded: ["systems.yaml"]),
    module(
      "FeedIngestor",
      [
        "ItemModel", "JSONCodec", "SpecParser", "MessageProxy", "PostgresClient", "KafkaClient", "Crypto", "Telemetry",
        "Lifecycle", "NativeThreads", "ScratchFiles",
      ]),
    module(
      "Orchestrator",
      [
        "ItemModel", "JSONCodec", "MessageProxy", "ReadCache", "HTTPCaller", "KafkaClient", "Telemetry", "Lifecycle",
        "NativeThreads", "Queues", "RedisClient", "CivilTime",
      ]),
    module(
      "Ingress",
      [
        "HTTPServer", "FeedIngestor", "ItemModel", "JSONCodec", "KafkaClient", "PostgresClient", "Crypto", "Telemetry",
        "Lifecycle", "NativeThreads", "Spelling",
      ]),
    module(
      "ReferenceSystems",
      ["HTTPServer", "KafkaClient", "JSONCodec", "ItemModel", "Telemetry", "Lifecycle", "NativeThreads", "Randomness"]),

    .executableTarget(
      name: "hyperloop",
      dependencies: [
        "Arguments", "Settings", "Lifecycle", "LocalServers", "Telemetry", "Migrations", "SystemsFile", "Ingress",
        "FeedIngestor", "Orchestrator", "ReferenceSystems", "SpecParser", "ItemModel", "JSONCodec", "KafkaClient",
        "PostgresClient", "RedisClient", "HTTPCaller", "HTTPServer", "MessageProxy", "ReadCache", "Crypto",
        "NativeThreads", "YAMLReader", "TrialRun", "ScratchFiles",
        "WorkbookWriter",
      ],
      path: "Sources/hyperloop", swiftSettings: strict),

    // Tests.
    .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests", swiftSettings: strict),
    .target(
      name: "TestKit", dependencies: ["LocalServers", "PostgresClient", "Telemetry", "CZip"], path: "Tests/TestKit",
      swiftSettings: strict),
    tests("NativeThreads", ["TestKit"]),
    tests("CivilTime"),
    tests("Telemetry", ["NativeThreads"]),
    tests("Lifecycle", ["TestKit", "Telemetry"]),
    tests("LocalServers", ["TestKit"]),
    tests("Spelling"),
    tests("Quantities"),
    tests("Arguments"),
    tests("Settings", ["Arguments"]),
    tests("Queues"),
    tests("Randomness"),
    tests("Crypto"),
    tests("ScratchFiles", ["TestKit"]),
    tests("WorkbookWriter", ["TestKit", "ScratchFiles", "ZipReader"]),
    tests("YAMLReader"),
    tests("ZipReader", ["TestKit"]),
    tests("XMLReader"),
    tests("JSONCodec", ["Randomness"]),
    tests("KafkaClient", ["TestKit", "LocalServers", "Telemetry", "NativeThreads"]),
    tests("PostgresClient", ["TestKit", "LocalServers", "Telemetry"]),
    tests("Migrations", ["TestKit", "PostgresClient", "LocalServers", "Telemetry"]),
    tests("RedisClient", ["TestKit", "LocalServers", "NativeThreads", "Telemetry"]),
    tests("HTTPCaller", ["TestKit", "HTTPServer", "NativeThreads", "Telemetry"]),
    tests("HTTPServer", ["TestKit", "Telemetry"]),
    tests("ItemModel", ["JSONCodec", "Crypto", "Randomness"]),
    tests(
      "SpecParser",
      [
        "TestKit", "GridTrials", "ItemModel", "JSONCodec", "YAMLReader", "ScratchFiles", "WorkbookWriter", "Randomness",
      ]),
    tests("SystemsFile", ["ItemModel", "JSONCodec", "YAMLReader"]),
    tests("ReadCache", ["TestKit", "RedisClient", "Crypto", "LocalServers", "Telemetry", "Randomness"]),
    tests("MessageProxy", ["TestKit", "KafkaClient", "LocalServers", "Telemetry", "HTTPServer", "Randomness"]),
    tests(
      "FeedIngestor",
      [
        "TestKit", "ItemModel", "JSONCodec", "Crypto", "Migrations", "SystemsFile", "PostgresClient", "KafkaClient",
        "LocalServers", "Telemetry", "Lifecycle", "SpecParser", "ScratchFiles", "Randomness",
      ]),
    tests(
      "Orchestrator",
      [
        "TestKit", "ItemModel", "JSONCodec", "SystemsFile", "Telemetry", "KafkaClient", "HTTPCaller", "HTTPServer",
        "MessageProxy", "Lifecycle", "Crypto", "NativeThreads", "Randomness",
      ]),
    tests(
      "Ingress",
      [
        "TestKit", "HTTPServer", "HTTPCaller", "FeedIngestor", "ItemModel", "JSONCodec", "KafkaClient", "SpecParser",
        "PostgresClient", "Migrations", "LocalServers", "Lifecycle", "NativeThreads", "Telemetry", "Randomness",
      ]),
    tests(
      "ReferenceSystems",
      ["TestKit", "HTTPCaller", "KafkaClient", "JSONCodec", "ItemModel", "Lifecycle", "LocalServers", "Telemetry"]),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "TestKit", "TrialRun", "LocalServers", "KafkaClient", "PostgresClient", "HTTPCaller", "JSONCodec", "ItemModel",
        "Telemetry", "ScratchFiles", "WorkbookWriter", "hyperloop",
      ],
      path: "Tests/IntegrationTests", swiftSettings: strict),

    // What is promised of grids whatever their bytes are, for the tests and for the fuzzer.
    .target(
      name: "GridTrials",
      dependencies: [
        "SpecParser", "ItemModel", "JSONCodec", "YAMLReader", "ScratchFiles", "WorkbookWriter", "ZipReader",
      ],
      path: "Fuzz/GridTrials", swiftSettings: strict),

    // Benchmarks.
    .target(
      name: "BenchmarkKit", dependencies: ["SpecParser", "Arguments"], path: "Benchmarks/Kit", swiftSettings: strict),
    benchmark("JSONCodec", ["JSONCodec"]),
    benchmark("PostgresClient", ["PostgresClient", "Telemetry"]),
    benchmark("SpecParser", ["SpecParser", "ItemModel"]),
    benchmark("XLSXReader", ["SpecParser", "ZipReader", "CZip", "CExpat"]),
    benchmark(
      "Orchestrator",
      [
        "Orchestrator", "SystemsFile", "ItemModel", "JSONCodec", "Crypto", "KafkaClient", "HTTPCaller", "HTTPServer",
        "Lifecycle", "Telemetry",
      ]),
    benchmark("HTTPServer", ["HTTPServer", "CMicrohttpd", "CLinux", "Telemetry"]),
    benchmark(
      "Ingress",
      [
        "Ingress", "HTTPServer", "FeedIngestor", "ItemModel", "SpecParser", "KafkaClient",
        "PostgresClient", "Lifecycle", "Telemetry",
      ]),
    benchmark("HTTPCaller", ["HTTPCaller", "NativeThreads", "CCurl", "Telemetry"]),
    benchmark("KafkaClient", ["KafkaClient", "LocalServers", "CRdkafka", "Telemetry"]),
  ]
)

if isFuzzing {
  package.targets.append(
    .executableTarget(
      name: "GridFuzzer", dependencies: ["GridTrials"], path: "Fuzz/GridFuzzer", swiftSettings: strict,
      linkerSettings: [.linkedLibrary("stdc++")]))
}
