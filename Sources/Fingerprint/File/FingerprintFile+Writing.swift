import Canonicalise
import Crypto
import Foundation
import Load

extension FingerprintFile {
  /// Writes a fingerprint, replacing what is there in one step.
  ///
  /// - Throws: `.notWritten`, also for a fingerprint that `read` would refuse; nothing partial is
  ///   left behind.
  package static func write(
    _ fingerprint: ModelFingerprint, to path: String
  ) throws(FingerprintError) {
    if let problem = FingerprintCheck.problem(in: fingerprint) {
      throw FingerprintError(.notWritten, "cannot be stored: \(problem)", file: path)
    }
    try AtomicFile.write(try bytes(of: fingerprint, path: path), to: path)
  }

  /// A tensor of the file.
  private struct Content {
    var part: Part
    var shape: [Int]
    var bytes: [UInt8]
  }

  package static func bytes(
    of fingerprint: ModelFingerprint, path: String
  ) throws(FingerprintError) -> [UInt8] {
    let contents = contents(of: fingerprint)
    var data: [UInt8] = []
    data.reserveCapacity(contents.reduce(0) { $0 + $1.bytes.count })
    var header: [String: HeaderMember] = [:]
    for content in contents {
      let start = data.count
      data += content.bytes
      header[content.part.rawValue] = .tensor(
        HeaderTensor(
          dtype: content.part.elementType.rawValue, shape: content.shape,
          dataOffsets: [start, data.count]))
    }
    var text: [UInt8]
    do {
      var strings = try strings(of: fingerprint)
      strings[Key.tensorsSHA256.rawValue] = SHA256.hash(data: data).hexadecimal
      strings[Key.metadataSHA256.rawValue] = digest(ofMetadata: strings)
      header["__metadata__"] = .strings(strings)
      text = Array(try encoder().encode(header))
    } catch {
      throw FingerprintError(.notWritten, "cannot be put in words: \(error)", file: path)
    }
    // Data that starts at a multiple of 8 can be used where it is mapped.
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    guard text.count <= headerLimit else {
      throw FingerprintError(
        .notWritten, "needs a header of \(text.count) bytes; at most \(headerLimit) are read",
        file: path)
    }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text + data
  }

  private static func contents(of fingerprint: ModelFingerprint) -> [Content] {
    let (tensors, frame) = (fingerprint.tensors, fingerprint.frame)
    let matrices = tensors.compactMap(\.matrix)
    let vectors = tensors.compactMap(\.vector).flatMap { $0 }
    let circuits = fingerprint.circuits.flatMap { layer in
      CircuitKind.allCases.compactMap { layer.circuits[$0] }
    }
    let anchors = (frame?.anchorIDs ?? [:]).sorted { $0.key < $1.key }
    return parts(of: fingerprint).map { part in
      switch part {
      case .moments:
        Content(
          part: part, shape: [tensors.count, 4],
          bytes: littleEndian(
            tensors.flatMap { tensor in
              let moments = tensor.moments
              return [
                moments.mean, moments.standardDeviation, moments.excessKurtosis,
                moments.absoluteMaximum,
              ].map(\.bitPattern)
            }))
      case .counts:
        Content(
          part: part, shape: [tensors.count, 4],
          bytes: littleEndian(
            tensors.flatMap { tensor in
              let moments = tensor.moments
              return [moments.count, moments.zeros, moments.nans, moments.infinities].map(
                Int64.init)
            }))
      case .sketches:
        Content(
          part: part, shape: [matrices.count, LinearSketch.side, LinearSketch.side],
          bytes: littleEndian(matrices.flatMap { $0.raw.map(\.bitPattern) }))
      case .folds:
        Content(
          part: part, shape: [matrices.count, 2 * LinearSketch.side],
          bytes: littleEndian(
            matrices.flatMap { ($0.columnMeans + $0.rowMeans).map(\.bitPattern) }))
      case .vectors:
        Content(
          part: part, shape: [vectors.count], bytes: littleEndian(vectors.map(\.bitPattern)))
      case .circuits:
        Content(
          part: part, shape: [circuits.count, LayerCircuits.side, LayerCircuits.side],
          bytes: littleEndian(circuits.flatMap { $0.map(\.bitPattern) }))
      case .anchors:
        Content(
          part: part, shape: [anchors.count, 2],
          bytes: littleEndian(
            anchors.flatMap {
              [Int32(truncatingIfNeeded: $0.key), Int32(truncatingIfNeeded: $0.value)]
            }))
      case .digests:
        Content(
          part: part, shape: [tensors.count, 32], bytes: tensors.flatMap(\.digest.bytes))
      case .samples:
        sampleContent(tensors)
      case .units:
        unitContent(fingerprint)
      }
    }
  }

  private static func parts(of fingerprint: ModelFingerprint) -> [Part] {
    Part.allCases.filter { $0 != .units || unitTable(of: fingerprint) != nil }
  }

  private static func unitTable(of fingerprint: ModelFingerprint) -> UnitTable? {
    fingerprint.units.flatMap { UnitTable($0, tensors: fingerprint.tensors) }
  }

  private static func unitContent(_ fingerprint: ModelFingerprint) -> Content {
    let bytes = fingerprint.units?.entries.flatMap(\.bytes) ?? []
    return Content(part: .units, shape: [bytes.count], bytes: bytes)
  }

  private static func sampleContent(_ tensors: [TensorFingerprint]) -> Content {
    let bytes = tensors.flatMap { tensor in
      tensor.sample.map { SampleEncoding.narrowest(of: $0.values).bytes(of: $0.values) } ?? []
    }
    return Content(part: .samples, shape: [bytes.count], bytes: bytes)
  }

  private static func strings(of fingerprint: ModelFingerprint) throws -> [String: String] {
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder().encode(value), as: UTF8.self)
    }
    var strings = [
      Key.format: ModelFingerprint.formatVersion,
      .methods: try text(FingerprintMethods.current),
      .identity: try text(fingerprint.identity),
      .tensors: try text(fingerprint.tensors.map(TensorRow.init)),
      .circuits: try text(fingerprint.circuits.map(CircuitRow.init)),
      .notes: try text(fingerprint.notes),
    ]
    if let frame = fingerprint.frame { strings[.frame] = try text(FrameRow(frame)) }
    if !fingerprint.spectra.isEmpty { strings[.spectra] = try text(fingerprint.spectra) }
    if !fingerprint.dead.isEmpty { strings[.dead] = try text(fingerprint.dead) }
    if let matrices = fingerprint.equilibrated { strings[.equilibrated] = try text(matrices) }
    if let table = unitTable(of: fingerprint) { strings[.units] = try text(table) }
    return Dictionary(strings.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
  }

  /// SHA-256 of all metadata but itself: keys in order, each key and value followed by a zero byte.
  static func digest(ofMetadata strings: [String: String]) -> String {
    var hash = SHA256()
    for (key, value) in strings.sorted(by: { $0.key < $1.key })
    where key != Key.metadataSHA256.rawValue {
      hash.update(data: Data("\(key)\0\(value)\0".utf8))
    }
    return hash.finalize().hexadecimal
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func littleEndian(_ values: [some FixedWidthInteger]) -> [UInt8] {
    values.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }

  private struct HeaderTensor: Encodable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case dataOffsets = "data_offsets"
    }
  }

  private enum HeaderMember: Encodable {
    case strings([String: String])
    case tensor(HeaderTensor)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .strings(let strings): try strings.encode(to: encoder)
      case .tensor(let tensor): try tensor.encode(to: encoder)
      }
    }
  }
}
