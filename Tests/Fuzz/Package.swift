// swift-tools-version: 6.1
import PackageDescription

// A package of its own: a fuzzer has no `main`, and is built with sanitizers only (scripts/fuzz).
let package = Package(
  name: "Fuzz",
  dependencies: [
    .package(name: "shellcheck-model", path: "../.."),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "Fuzzer",
      dependencies: [
        .product(name: "ShellcheckModel", package: "shellcheck-model"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: ".",
      exclude: ["Crashers", "Replay", "Seeds"],
      sources: ["Fuzzer", "Targets"],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .unsafeFlags(["-parse-as-library"]),
      ])
  ],
  swiftLanguageModes: [.v6]
)
