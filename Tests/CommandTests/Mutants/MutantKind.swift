import Crypto
import Foundation
import Load
import TestSupport

@testable import Fingerprint

/// What is changed at random.
enum MutantKind: String, CaseIterable {
  case safetensorsHeader, safetensorsBytes, shardIndex, hdf5, kerasArchive, fingerprintBytes
  case fingerprintTables, configuration, tokenizer, modelCard, manifest, corpus
  case packedHeader, packedBytes, pyTorch, gguf, onnx, tflite, numPy, tensorFlow

  var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A model, a corpus or a fingerprint of which one file is changed over and over.
struct MutantScene {
  private let kind: MutantKind
  /// The file that is changed.
  private let path: String
  private let original: [UInt8]
  private let arguments: [String]

  init(_ kind: MutantKind, in sandbox: Sandbox) async throws {
    self.kind = kind
    let digits = Demo.reference("digits-mlp.safetensors")
    let mirror = Demo.suspect("mirror-digits")
    func copy(_ source: String, _ name: String) throws -> String {
      try sandbox.copy(source, to: name)
    }
    switch kind {
    case .safetensorsHeader, .safetensorsBytes:
      path = try copy(digits, "m.safetensors")
      arguments = ["check", path, "--ref", digits, "--format", "json"]
    case .packedHeader, .packedBytes:
      let fixture = Demo.project.appending(
        path: "Tests/LoadTests/Fixtures/Packed/gptq.safetensors")
      path = try copy(fixture.path(percentEncoded: false), "m.safetensors")
      arguments = ["check", path, "--ref", digits, "--format", "tty"]
    case .shardIndex:
      let names = ["a.safetensors", "b.safetensors"]
      var map: [String] = []
      for name in names {
        var builder = SafetensorsBuilder()
        builder.add("model.\(name).weight", [4, 4], [Float](repeating: 1, count: 16))
        builder.add("model.\(name).bias", [4], [1, 2, 3, 4])
        try sandbox.folder.write("m/\(name)", builder.bytes)
        map += builder.entries.map { "\"\($0.name)\": \"\(name)\"" }
      }
      let index =
        #"{"metadata": {"total_size": 160}, "weight_map": {\#(map.joined(separator: ", "))}}"#
      path = try sandbox.folder.write("m/model.safetensors.index.json", text: index)
      arguments = ["inspect", sandbox.folder.path("m")]
    case .hdf5:
      path = try copy(Demo.suspect("sentiment-lstm-twin.weights.h5"), "m.h5")
      arguments = ["inspect", path]
    case .gguf:
      path = try copy(Demo.fixture("gguf/v3.gguf"), "m.gguf")
      arguments = ["check", path, "--ref", Demo.fixture("gguf/v2.gguf"), "--format", "json"]
    case .onnx:
      path = try copy(Demo.fixture("onnx/recurrent_traced.onnx"), "m.onnx")
      arguments = [
        "check", path, "--ref", Demo.fixture("onnx/recurrent_dynamo.onnx"), "--format", "json",
      ]
    case .tflite:
      path = try copy(Demo.fixture("tflite/convolutions_full.tflite"), "m.tflite")
      arguments = [
        "check", path, "--ref", Demo.fixture("tflite/convolutions_float.tflite"), "--format",
        "json",
      ]
    case .numPy:
      path = try copy(Demo.fixture("numpy/mixed.npz"), "m.npz")
      arguments = ["check", path, "--ref", digits, "--format", "json"]
    case .tensorFlow:
      let folder = try copy(Demo.fixture("tensorflow/objects"), "m")
      path = folder + "/ckpt-1.index"
      arguments = ["check", folder, "--ref", digits, "--format", "json"]
    case .kerasArchive:
      let fixture = Demo.project.appending(path: "Tests/LoadTests/Fixtures/model_deflated.keras")
      path = try copy(fixture.path(percentEncoded: false), "m.keras")
      arguments = ["check", path, "--ref", digits, "--format", "tty"]
    case .pyTorch:
      let fixture = Demo.project.appending(path: "Tests/LoadTests/Fixtures/pytorch/module.pt")
      path = try copy(fixture.path(percentEncoded: false), "m.pt")
      arguments = ["check", path, "--ref", digits, "--format", "json"]
    case .fingerprintBytes, .fingerprintTables:
      path = sandbox.folder.path("m.fingerprint.safetensors")
      let made = try await MeasuredProcess.run(
        arguments: ["fingerprint", mirror, "-o", path], environment: [:],
        folder: sandbox.folder.path)
      guard made.end == .exited(0) else { throw NotMade() }
      arguments = ["check", mirror, "--ref", path, "--format", "tty"]
    case .configuration, .tokenizer, .modelCard:
      let name = [
        .configuration: "config.json", .tokenizer: "tokenizer.json",
      ][kind, default: "README.md"]
      let folder = try copy(Demo.suspect("our-own-model"), "m")
      path = folder + "/" + name
      arguments = ["inspect", folder]
    case .manifest:
      path = try copy(Demo.reference("manifest.json"), "corpus/manifest.json")
      _ = try copy(digits, "corpus/digits-mlp.safetensors")
      arguments = ["check", mirror, "--ref", sandbox.folder.path("corpus"), "--format", "quiet"]
    case .corpus:
      path = try copy(digits, "corpus/broken.safetensors")
      _ = try copy(digits, "corpus/digits-mlp.safetensors")
      arguments = ["check", mirror, "--ref", sandbox.folder.path("corpus"), "--format", "tty"]
    }
    original = Array(try Data(contentsOf: URL(filePath: path)))
  }

  private struct NotMade: Error {}

  /// Writes the next mutant; returns the command line that meets it.
  func mutate(with random: inout TestSupport.SplitMix64) throws -> [String] {
    try Data(bytes(with: &random)).write(to: URL(filePath: path))
    return arguments
  }

  private func bytes(with random: inout TestSupport.SplitMix64) throws -> [UInt8] {
    switch kind {
    case .safetensorsHeader, .packedHeader, .corpus:
      let end = headerEnd
      let header = String(decoding: original[8..<end], as: UTF8.self)
      return SafetensorsBuilder.file(
        header: TextMutation.mutate(header, with: &random), data: Array(original[end...]))
    case .safetensorsBytes, .fingerprintBytes:
      return ByteMutation.mutate(original, in: 0..<headerEnd, with: &random)
    case .packedBytes:
      return ByteMutation.mutate(original, in: headerEnd..<original.count, with: &random)
    case .pyTorch, .onnx, .tflite, .numPy, .tensorFlow:
      return ByteMutation.mutate(original, in: 0..<original.count, with: &random)
    case .hdf5:
      return ByteMutation.mutate(original, in: 0..<8192, with: &random)
    case .gguf:
      return ByteMutation.mutate(original, in: 0..<2048, with: &random)
    case .kerasArchive:
      let end = original.count
      return ByteMutation.mutate(original, in: max(0, end - 400)..<end, with: &random)
    case .fingerprintTables: return try fingerprint(with: &random)
    case .shardIndex, .configuration, .tokenizer, .modelCard, .manifest:
      if Int.random(in: 0..<4, using: &random) == 0 {
        return ByteMutation.mutate(original, in: 0..<original.count, with: &random)
      }
      let text = String(decoding: original, as: UTF8.self)
      return Array(TextMutation.mutate(text, with: &random).utf8)
    }
  }

  /// Where the header of the safetensors file ends.
  private var headerEnd: Int {
    8 + original[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// A fingerprint with a table or numbers changed and the digests made right again, as a hostile
  /// writer would.
  private func fingerprint(with random: inout TestSupport.SplitMix64) throws -> [UInt8] {
    let end = headerEnd
    let header = try JSONSerialization.jsonObject(with: Data(original[8..<end])) as? [String: Any]
    guard var header, var strings = header["__metadata__"] as? [String: String],
      let key = strings.keys.sorted().randomElement(using: &random)
    else { throw NotMade() }
    strings[key] = TextMutation.mutate(strings[key] ?? "", with: &random)
    var data = Array(original[end...])
    if Bool.random(using: &random) {
      data = ByteMutation.mutate(data, in: 0..<data.count, with: &random)
      data = Array((data + original[end...]).prefix(original.count - end))
    }
    strings["tensorsSHA256"] = SHA256.hash(data: data).hexadecimal
    strings["metadataSHA256"] = FingerprintFile.digest(ofMetadata: strings)
    header["__metadata__"] = strings
    let json = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
    return SafetensorsBuilder.file(header: Array(json), data: data)
  }
}
