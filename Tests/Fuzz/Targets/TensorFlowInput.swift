@testable import Load

/// The index of a TensorFlow checkpoint, and what lies behind its checksums: entries, the graph of
/// objects, compressed blocks.
enum TensorFlowInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    let entry = try? BundleEntry(Array(input), file: "m", key: "k")
    let graph = try? ObjectGraph(input, file: "m", limits: .standard)
    let block = Snappy.inflated(input, atMost: 1 << 20)
    guard entry == nil, graph == nil, block == nil else { return }
    try InputFile.with(input) { path in
      _ = try TensorFlowIndex(try MappedFile(path: path), limits: .standard)
    }
  }
}
