import Crypto
import Foundation
import Load

extension FingerprintFile {
  /// Reads a fingerprint.
  ///
  /// - Throws: `.unknownVersion` naming both versions; `.damaged` for anything that `write` does not
  ///   write. Nothing in a file makes later stages trap, hang or take memory beyond its own size.
  package static func read(path: String) throws(FingerprintError) -> ModelFingerprint {
    let checkpoint: Checkpoint
    do {
      checkpoint = try SafetensorsReader.checkpoint(path: path)
    } catch {
      throw FingerprintError(.damaged, error.message, file: path, cause: error)
    }
    guard isFingerprint(checkpoint) else {
      throw FingerprintError(.damaged, "is not a fingerprint", file: path)
    }
    return try FingerprintReading(checkpoint, path: path).fingerprint()
  }
}

/// One reading of a fingerprint file.
private struct FingerprintReading {
  typealias Part = FingerprintFile.Part
  typealias Key = FingerprintFile.Key

  let path: String
  let strings: [String: String]
  let tensors: [Tensor]
  /// One for all parts: fresh memory for each takes longer than reading it.
  private let scratch = ByteScratch()

  init(_ checkpoint: Checkpoint, path: String) {
    self.path = path
    strings = checkpoint.metadata.headerStrings
    tensors = checkpoint.tensors
  }

  /// Whether the file is of a format with single values.
  private var hasSamples: Bool {
    strings[Key.format.rawValue] != ModelFingerprint.formatWithoutSamples
  }

  private var hasUnits: Bool { strings[Key.units.rawValue] != nil }

  func fingerprint() throws(FingerprintError) -> ModelFingerprint {
    try checkVersions()
    try checkDigests()
    let rows: [TensorRow] = try decode(.tensors)
    let layers: [CircuitRow] = try decode(.circuits)
    let frame = try frame()
    var fingerprint = ModelFingerprint(
      identity: try decode(.identity), tensors: try tensors(rows), frame: frame,
      circuits: try circuits(layers), notes: try decode(.notes))
    if strings[Key.spectra.rawValue] != nil { fingerprint.spectra = try decode(.spectra) }
    if strings[Key.dead.rawValue] != nil { fingerprint.dead = try decode(.dead) }
    if strings[Key.equilibrated.rawValue] != nil {
      fingerprint.equilibrated = try decode(.equilibrated)
    }
    if let problem = FingerprintCheck.problem(in: fingerprint) { throw damaged(problem) }
    if hasUnits { fingerprint.units = try units(fingerprint.tensors) }
    return fingerprint
  }

  // MARK: Versions and digests

  private func checkVersions() throws(FingerprintError) {
    let format = try string(.format)
    guard format == ModelFingerprint.formatVersion || !hasSamples else {
      throw unknownVersion(format, known: ModelFingerprint.formatVersion)
    }
    var methods: FingerprintMethods = try decode(.methods)
    let identity: ModelFingerprint.Identity = try decode(.identity)
    // Only HDF5 had kernels in another order before there was one for all.
    if methods.axes == nil, identity.format != Checkpoint.Format.hdf5.rawValue {
      methods.axes = FingerprintMethods.current.axes
    }
    let known = hasSamples ? FingerprintMethods.withSamples : FingerprintMethods.withoutSamples
    guard known.contains(methods) else {
      throw unknownVersion(methods.text, known: known[0].text)
    }
  }

  private func checkDigests() throws(FingerprintError) {
    guard try string(.metadataSHA256) == FingerprintFile.digest(ofMetadata: strings) else {
      throw damaged("the metadata is not what its SHA-256 says")
    }
    let known = Set(
      Part.allCases.filter { (hasSamples || $0 != .samples) && (hasUnits || $0 != .units) }
        .map(\.rawValue))
    guard tensors.count == known.count, tensors.allSatisfy({ known.contains($0.name) }) else {
      throw damaged("its tensors are not those of a fingerprint")
    }
    var hash = SHA256()
    for tensor in tensors {
      try bytes(of: tensor) { hash.update(bufferPointer: $0) }
    }
    guard try string(.tensorsSHA256) == hash.finalize().hexadecimal else {
      throw damaged("the tensors are not what their SHA-256 says")
    }
  }

  // MARK: Parts

  private func tensors(_ rows: [TensorRow]) throws(FingerprintError) -> [TensorFingerprint] {
    let side = LinearSketch.side
    let matrices = rows.count { $0.matrix != nil }
    let moments: [UInt64] = try values(.moments, shape: [rows.count, 4])
    let counts: [Int64] = try values(.counts, shape: [rows.count, 4])
    let digests: [UInt8] = try values(.digests, shape: [rows.count, 32])
    let raw = try arrays(.sketches, count: matrices, side: side)
    let folds = try floats(.folds, shape: [matrices, 2 * side])
    let vectors = try floats(.vectors, shape: nil)
    let sampled: [UInt8] = hasSamples ? try values(.samples, shape: nil) : []
    var (nextMatrix, nextEntry, nextSample) = (0, 0, 0)
    var result: [TensorFingerprint] = []
    result.reserveCapacity(rows.count)
    for (index, row) in rows.enumerated() {
      var sketch = TensorFingerprint.Sketch.none
      if let extents = row.matrix {
        guard extents.count == 2, row.vector == nil else {
          throw damaged("\(LoadError.quote(row.name)) is no matrix and no vector")
        }
        let fold = nextMatrix * 2 * side
        sketch = .matrix(
          LinearSketch(
            rows: extents[0], columns: extents[1],
            raw: raw[nextMatrix],
            columnMeans: Array(folds[fold..<fold + side]),
            rowMeans: Array(folds[fold + side..<fold + 2 * side])))
        nextMatrix += 1
      } else if let length = row.vector {
        guard length >= 0, length <= vectors.count - nextEntry else {
          throw damaged("the vector of \(LoadError.quote(row.name)) is longer than the file has")
        }
        sketch = .vector(Array(vectors[nextEntry..<nextEntry + length]))
        nextEntry += length
      }
      guard let digest = TensorDigest(bytes: Array(digests[index * 32..<(index + 1) * 32])) else {
        throw damaged("a digest has not 32 bytes")
      }
      let count = try (0..<4).map { (column) throws(FingerprintError) in
        try integer(counts[index * 4 + column])
      }
      let decodedDigest = row.decodedDigest.flatMap(TensorDigest.init(hexadecimal:))
      guard (decodedDigest == nil) == (row.decodedDigest == nil) else {
        throw damaged("a digest has not 64 digits")
      }
      let moment = (0..<4).map { Double(bitPattern: moments[index * 4 + $0]) }
      result.append(
        TensorFingerprint(
          name: row.name, component: row.component, role: row.role, parameter: row.parameter,
          layer: row.layer, expert: row.expert, elementType: row.elementType, shape: row.shape,
          storedTransposed: row.storedTransposed, digest: digest, encoding: row.encoding,
          decodedDigest: decodedDigest,
          moments: Moments(
            count: count[0], mean: moment[0], standardDeviation: moment[1],
            excessKurtosis: moment[2], absoluteMaximum: moment[3], zeros: count[1], nans: count[2],
            infinities: count[3]),
          grid: row.grid, sketch: sketch, unpredictable: row.unpredictable, formula: row.formula,
          sample: try sample(row, count: count[0], in: sampled, from: &nextSample)))
    }
    guard nextSample == sampled.count else {
      throw damaged("it has single values that belong to nothing")
    }
    guard nextEntry == vectors.count else { throw damaged("it has vectors that belong to nothing") }
    return result
  }

  /// The single values of a tensor, which must be as many as its extents say.
  private func sample(
    _ row: TensorRow, count elements: Int, in bytes: [UInt8], from next: inout Int
  ) throws(FingerprintError) -> ValueSample? {
    guard let encoding = row.sample else { return nil }
    let count =
      row.matrix.map { ValueSample.count(rows: $0[0], columns: $0[1]) }
      ?? ValueSample.count(ofVector: elements)
    let length = count * encoding.size
    guard count > 0, length <= bytes.count - next else {
      throw damaged("the single values of \(LoadError.quote(row.name)) are not as many as it gives")
    }
    defer { next += length }
    return ValueSample(values: encoding.values(of: bytes[next..<next + length]))
  }

  private func units(
    _ tensors: [TensorFingerprint]
  ) throws(FingerprintError) -> UnitSignatures {
    let table: UnitTable = try decode(.units)
    guard table.method == UnitTable.currentMethod else {
      throw unknownVersion(
        "units \(table.method)", known: "units \(UnitTable.currentMethod)")
    }
    guard let units = table.signatures(try values(.units, shape: nil), tensors: tensors) else {
      throw damaged("its units are impossible")
    }
    return units
  }

  private func circuits(_ rows: [CircuitRow]) throws(FingerprintError) -> [LayerCircuits] {
    let side = LayerCircuits.side
    let count = rows.reduce(0) { $0 + $1.kinds.count }
    let values = try arrays(.circuits, count: count, side: side)
    var next = 0
    return try rows.map { (row) throws(FingerprintError) in
      var circuits: [CircuitKind: [Float]] = [:]
      for kind in row.kinds {
        circuits[kind] = values[next]
        next += 1
      }
      guard circuits.count == row.kinds.count else {
        throw damaged("layer \(row.layer) has a circuit twice")
      }
      return LayerCircuits(
        component: row.component, layer: row.layer, expert: row.expert, circuits: circuits)
    }
  }

  private func frame() throws(FingerprintError) -> FrameSummary? {
    let pairs: [Int32] = try values(.anchors, shape: nil)
    guard strings[Key.frame.rawValue] != nil else {
      guard pairs.isEmpty else { throw damaged("it has anchors, but no frame") }
      return nil
    }
    let row: FrameRow = try decode(.frame)
    var ids: [Int: Int] = [:]
    for index in stride(from: 0, to: pairs.count - 1, by: 2) {
      ids[Int(pairs[index])] = Int(pairs[index + 1])
    }
    guard ids.count * 2 == pairs.count else { throw damaged("its anchors are not distinct pairs") }
    var frame = FrameSummary(
      kind: row.kind, anchorIDs: ids, vocabularySize: row.vocabularySize, rank: row.rank)
    frame.spectrum = row.spectrum
    frame.contradiction = row.contradiction
    return frame
  }

  // MARK: Values

  private func string(_ key: Key) throws(FingerprintError) -> String {
    guard let text = strings[key.rawValue] else { throw damaged("it has no \(key.rawValue)") }
    return text
  }

  private func decode<Value: Decodable>(_ key: Key) throws(FingerprintError) -> Value {
    let text = try string(key)
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw damaged("its \(key.rawValue) cannot be understood")
    }
  }

  private func integer(_ value: Int64) throws(FingerprintError) -> Int {
    guard let value = Int(exactly: value) else { throw damaged("it counts \(value) elements") }
    return value
  }

  private func floats(_ part: Part, shape: [Int]?) throws(FingerprintError) -> [Float] {
    try numbers(part, shape: shape) { Self.floats(in: $0) }
  }

  /// Square matrices, each by itself.
  private func arrays(
    _ part: Part, count: Int, side: Int
  ) throws(FingerprintError) -> [[Float]] {
    let size = side * side * MemoryLayout<Float>.size
    return try numbers(part, shape: [count, side, side]) { bytes in
      (0..<count).map {
        Self.floats(in: UnsafeRawBufferPointer(rebasing: bytes[$0 * size..<($0 + 1) * size]))
      }
    }
  }

  private static func floats(in bytes: UnsafeRawBufferPointer) -> [Float] {
    loaded(bytes) { (bits: UInt32) in Float(bitPattern: bits) }
  }

  private static func loaded<Value: FixedWidthInteger & BitwiseCopyable, Number>(
    _ bytes: UnsafeRawBufferPointer, _ number: (Value) -> Number
  ) -> [Number] {
    let (size, count) = (MemoryLayout<Value>.size, bytes.count / MemoryLayout<Value>.size)
    return [Number](unsafeUninitializedCapacity: count) { target, filled in
      for i in 0..<count {
        let value = bytes.loadUnaligned(fromByteOffset: i * size, as: Value.self)
        target.initializeElement(at: i, to: number(Value(littleEndian: value)))
      }
      filled = count
    }
  }

  /// The numbers of a tensor, whose shape must be the given one, if there is any.
  private func values<Value: FixedWidthInteger & BitwiseCopyable>(
    _ part: Part, shape: [Int]?
  ) throws(FingerprintError) -> [Value] {
    try numbers(part, shape: shape) { Self.loaded($0) { (value: Value) in value } }
  }

  /// What is made of the bytes of a tensor, whose shape must be the given one, if there is any.
  private func numbers<Numbers>(
    _ part: Part, shape: [Int]?, _ make: (UnsafeRawBufferPointer) -> Numbers
  ) throws(FingerprintError) -> Numbers {
    guard let tensor = tensors.first(where: { $0.name == part.rawValue }) else {
      throw damaged("it has no tensor \(part.rawValue)")
    }
    guard tensor.elementType == part.elementType, shape == nil || tensor.shape == shape else {
      throw damaged(
        "its tensor \(part.rawValue) is \(tensor.elementType.rawValue) \(tensor.shape)"
          + (shape.map { ", not \(part.elementType.rawValue) \($0)" } ?? ""))
    }
    return try bytes(of: tensor, make)
  }

  private func bytes<Result>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(FingerprintError) -> Result {
    do throws(LoadError) {
      return try tensor.withBytes(of: 0..<tensor.elementCount, scratch: scratch) {
        (bytes) throws(LoadError) in body(bytes)
      }
    } catch {
      throw FingerprintError(.damaged, error.message, file: path, cause: error)
    }
  }

  private func damaged(_ what: String) -> FingerprintError {
    FingerprintError(.damaged, "is a damaged fingerprint: \(what)", file: path)
  }

  private func unknownVersion(_ found: String, known: String) -> FingerprintError {
    FingerprintError(
      .unknownVersion,
      "was made by another version: it is \(LoadError.quote(found)), this tool reads "
        + "\(LoadError.quote(known)); make the fingerprint again from the weights", file: path)
  }
}
