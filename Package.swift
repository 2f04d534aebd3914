// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One stage of the pipeline, which may use only the stages and libraries it names here.
func stage(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude,
    swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

let package = Package(
  name: "shellcheck-model",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ShellcheckModel", targets: ["ShellcheckModel"]),
    .executable(name: "shellcheck-model", targets: ["shellcheck-model"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.100.0"),
  ],
  targets: [
    // C libraries
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    // Numerical kernels over contiguous arrays, called only from Fingerprint and Compare
    .target(name: "Kernels"),
    // The handler for files that shrink while they are mapped, called only from Load
    .target(name: "MappingGuard"),

    // The pipeline, in order
    stage("Load", ["CHDF5", "CZlib", "MappingGuard", crypto, yams]),
    // Folders of a hub, opened as Load opens those of this machine; nothing else knows the network
    stage(
      "Hub",
      [
        "Load", httpClient, crypto, .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    stage("Canonicalise", ["Load"]),
    stage("Fingerprint", ["Load", "Canonicalise", "Kernels", "COpenBLAS", crypto]),
    stage("Compare", ["Load", "Canonicalise", "Fingerprint", "COpenBLAS", "Kernels", crypto]),
    stage("Judge", ["Load", "Canonicalise", "Fingerprint", "Compare", crypto, yams]),
    stage("Report", ["Load", "Fingerprint", "Compare", "Judge", crypto]),
    stage(
      "ShellcheckModel",
      [
        "Load", "Hub", "Canonicalise", "Fingerprint", "Compare", "Judge", "Report", "Kernels",
        crypto,
      ]),
    .executableTarget(
      name: "shellcheck-model",
      dependencies: [
        "ShellcheckModel", "Report", "Judge", "Fingerprint", "Load", "Kernels", argumentParser,
      ],
      swiftSettings: strict),

    // What the tests of several stages share
    .target(
      name: "TestSupport", dependencies: ["Load", "COpenBLAS"],
      path: "Tests/TestSupport", swiftSettings: strict),
    // A hub on this machine
    .target(
      name: "HubServer",
      dependencies: [
        crypto, .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/HubServer", swiftSettings: strict),
    tests(of: "Hub", ["HubServer", "TestSupport", "Load", "Canonicalise", "Fingerprint"]),
    // HDF5 structure is parsed by a child process: the executable
    tests(of: "Load", ["TestSupport", "shellcheck-model"], exclude: ["Fixtures"]),
    tests(of: "Canonicalise", ["Load"]),
    tests(
      of: "Report", ["Judge", "Compare", "TestSupport", crypto], exclude: ["Golden", "Schemas"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "shellcheck-model", "ShellcheckModel", "Report", "Judge", "Compare", "TestSupport", "Load",
        "Canonicalise", "Fingerprint", "HubServer", crypto,
      ],
      swiftSettings: strict),
    tests(of: "Fingerprint", ["Load", "Canonicalise", "Kernels", "TestSupport", crypto]),
    tests(of: "Compare", ["Load", "Canonicalise", "Fingerprint", "TestSupport", crypto]),
    // What the package of its own there fuzzes, with the inputs it found
    .testTarget(
      name: "FuzzTests", dependencies: ["Load", "Fingerprint", "Compare", crypto],
      path: "Tests/Fuzz",
      exclude: ["Crashers", "Fuzzer", "Package.swift", "Seeds"], swiftSettings: strict),
    tests(of: "Judge", ["TestSupport", "Load", "Canonicalise", "Fingerprint", "Compare"]),
  ],
  swiftLanguageModes: [.v6]
)
