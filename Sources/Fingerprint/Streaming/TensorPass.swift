import Canonicalise
import Kernels
import Load

/// The single pass over one canonical tensor: moments, sketch, digest and, where a circuit needs it,
/// the product with the probe directions.
struct TensorPass: Sendable {
  let tensor: CanonicalTensor
  let plan: LeafPlan
  let projection: Projection?
  private let reader: MatrixReader?
  private let isVector: Bool
  /// Whether single values are kept.
  private let keepsValues: Bool

  /// Elements decoded at once: bytes and floats of a block stay in the second-level cache.
  private static let blockElements = 1 << 16
  /// Rows that the projection's kernel takes at a time.
  private static let tileRows = 8

  init(_ tensor: CanonicalTensor, projection: Projection?) {
    self.tensor = tensor
    // A single column is one row: the same numbers in the same order, in long runs.
    let view = (projection == nil ? tensor.view.asRow : nil) ?? tensor.view
    reader = MatrixReader(tensor.source, view: view)
    self.projection = reader == nil ? nil : projection
    isVector = min(view.rows.count, view.columns.count) <= 1
    keepsValues = reader != nil && tensor.source.isRealNumber
    plan =
      reader == nil
      // Not decoded: the bytes are hashed, nothing else.
      ? LeafPlan(rows: 1, columns: tensor.source.byteCount)
      : LeafPlan(rows: view.rows.count, columns: view.columns.count)
  }

  /// Asks the system for the elements of a run of leaves: exactly for whole tensors, for parts of them
  /// what encloses the part.
  func prefetch(run leaves: Range<Int>) {
    let (first, last) = (plan.leaf(leaves.lowerBound), plan.leaf(leaves.upperBound - 1))
    if let reader {
      tensor.source.prefetch(
        reader.enclosing(
          from: (first.rows.lowerBound, first.columns.lowerBound),
          through: (last.rows.upperBound, last.columns.upperBound)))
    } else if tensor.source.stored.count == 1 {
      tensor.source.stored[0].storage.prefetch(
        first.columns.lowerBound..<last.columns.upperBound)
    }
  }

  /// Bytes that a run of leaves covers, for progress.
  func byteCount(ofRun leaves: Range<Int>) -> Int {
    let elements = leaves.reduce(0) { sum, leaf in
      let (rows, columns) = plan.leaf(leaf)
      return sum + rows.count * columns.count
    }
    guard reader != nil else { return elements }
    let (bytes, count) = (tensor.source.byteCount, max(tensor.source.elementCount, 1))
    return Int(Double(bytes) * Double(elements) / Double(count))
  }

  func run(_ leaves: Range<Int>, buffers: PassBuffers) throws(LoadError) -> LeafRun {
    var result = LeafRun(
      patch: TensorPatch(
        rows: plan.rows, columns: plan.columns, lastExtent: tensor.view.shape.last))
    let firstRow = plan.leaf(leaves.lowerBound).rows.lowerBound
    if isVector { result.vectorFold = [Double](repeating: 0, count: VectorSketch.length) }
    if let projection {
      let rows = leaves.reduce(0) { $0 + plan.leaf($1).rows.count }
      result.projection = projection.zeroes(rows: rows)
    }
    var collector = collector(for: leaves)
    var projector = projection.map {
      LeafProjector(
        $0, columns: plan.columns,
        type: tensor.source.isPlain ? tensor.source.elementType : .float32,
        memory: buffers.projection)
    }
    for leaf in leaves {
      if let reader {
        try run(
          leaf, firstRow: firstRow, reader: reader, projector: &projector, collector: &collector,
          buffers: buffers, into: &result)
        if reader.isEncoded {
          let (rows, columns) = plan.leaf(leaf)
          try reader.readBeside(rows: rows, columns: columns, scratch: buffers.bytes) {
            buffers.hash.update($0)
          }
          result.decodedDigests.append(TensorDigest(buffers.decodedHash))
        }
      } else {
        try tensor.source.readStored(plan.leaf(leaf).columns, scratch: buffers.bytes) {
          buffers.hash.update($0)
        }
      }
      result.digests.append(TensorDigest(buffers.hash))
    }
    result.sampled = collector?.values ?? []
    return result
  }

  /// What takes the sample's values from a run of leaves, which is a run of elements too.
  private func collector(for leaves: Range<Int>) -> SampleCollector? {
    guard keepsValues else { return nil }
    let (first, last) = (plan.leaf(leaves.lowerBound), plan.leaf(leaves.upperBound - 1))
    let start = first.rows.lowerBound * plan.columns + first.columns.lowerBound
    let end = (last.rows.upperBound - 1) * plan.columns + last.columns.upperBound
    return SampleCollector(sampleOrder, elements: start..<max(start, end))
  }

  private var sampleOrder: SampleOrder {
    isVector
      ? SampleOrder(vector: plan.rows * plan.columns)
      : SampleOrder(rows: plan.rows, columns: plan.columns, transposed: tensor.view.transposed)
  }

  /// Reads a leaf in blocks: each is sketched, hashed and projected while it is cached.
  private func run(
    _ leaf: Int, firstRow: Int, reader: MatrixReader, projector: inout LeafProjector?,
    collector: inout SampleCollector?, buffers: PassBuffers, into result: inout LeafRun
  ) throws(LoadError) {
    let (rows, columns) = plan.leaf(leaf)
    let blockRows = max(Self.tileRows, Self.blockElements / max(columns.count, 1))
    let keepsLeaf = projector?.needsWholeLeaf ?? false
    let slab = buffers.floats((keepsLeaf ? rows.count : min(blockRows, rows.count)) * columns.count)
    projector?.beginLeaf(rows: rows)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let block = row..<min(row + blockRows, rows.upperBound)
      let floats = keepsLeaf ? slab + (row - rows.lowerBound) * columns.count : slab
      let isSampled = leaf == 0 && row == rows.lowerBound
      let isPatched = result.patch.touches(rows: block, columns: columns)
      let cleared = result.sums.nans + result.sums.infinities
      try readBlock(
        rows: block, columns: columns, reader: reader, projector: &projector,
        collector: &collector, buffers: buffers, floats: floats,
        needsFloats: isSampled || isVector || isPatched || projector?.needsFloats ?? false,
        into: &result)
      if isVector {
        foldVector(
          floats, plan.columns > 1 ? columns : block, buffers: buffers, into: &result)
      }
      if isPatched { result.patch.take(floats, rows: block, columns: columns) }
      if isSampled { result.samples = samples(floats, rows: block.count, columns: columns.count) }
      projector?.endBlock(
        floats, rows: block.count, hasCleared: result.sums.nans + result.sums.infinities > cleared,
        place: row - firstRow, into: &result.projection)
      row = block.upperBound
    }
    projector?.endLeaf(slab, rows: rows.count, into: &result.projection)
  }

  /// A block in one piece is decoded in registers, if its type allows.
  private func readBlock(
    rows: Range<Int>, columns: Range<Int>, reader: MatrixReader,
    projector: inout LeafProjector?, collector: inout SampleCollector?, buffers: PassBuffers,
    floats: UnsafeMutablePointer<Float>, needsFloats: Bool, into result: inout LeafRun
  ) throws(LoadError) {
    let count = rows.count * columns.count
    var element = rows.lowerBound * plan.columns + columns.lowerBound
    guard !reader.isEncoded else {
      try reader.decode(rows: rows, columns: columns, into: floats, scratch: buffers.bytes) {
        buffers.hash.update($0)
      }
      buffers.hashDecoded(floats, count)
      collector?.take(element..<element + count) { floats[$0] }
      fold(
        floats, of: SKM_F32, rows: rows, columns: columns, floats: floats, buffers: buffers,
        into: &result)
      return
    }
    let whole = reader.byteCount(count)
    var decoded = 0
    try reader.readStored(rows: rows, columns: columns, scratch: buffers.bytes) { bytes in
      if let number = reader.number, bytes.count == whole {
        fold(
          bytes.baseAddress, of: number, rows: rows, columns: columns,
          floats: needsFloats ? floats : nil, buffers: buffers, into: &result)
      } else {
        decoded += reader.decode(bytes, into: floats + decoded)
      }
      buffers.hash.update(bytes)
      projector?.take(bytes)
      let length = reader.elementCount(bytes.count)
      collector?.take(element..<element + length) { reader.value($0, of: bytes) }
      element += length
    }
    guard decoded > 0 else { return }
    fold(
      floats, of: SKM_F32, rows: rows, columns: columns, floats: floats, buffers: buffers,
      into: &result)
  }

  private func fold(
    _ slab: UnsafeRawPointer?, of number: skm_number, rows: Range<Int>, columns: Range<Int>,
    floats: UnsafeMutablePointer<Float>?, buffers: PassBuffers, into result: inout LeafRun
  ) {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    skm_fold_rows(
      number, slab, rows.count, columns.count, rows.lowerBound, buffers.rowSigns.of(rows),
      buffers.columnSigns.of(columns), floats, &result.sums)
  }

  private func foldVector(
    _ values: UnsafePointer<Float>, _ indices: Range<Int>, buffers: PassBuffers,
    into result: inout LeafRun
  ) {
    guard !indices.isEmpty else { return }
    let signs = buffers.columnSigns.of(indices)
    let length = VectorSketch.length
    result.vectorFold.withUnsafeMutableBufferPointer { fold in
      for offset in 0..<indices.count {
        fold[(indices.lowerBound + offset) % length] += Double(signs[offset] * values[offset])
      }
    }
  }

  /// Up to 16 stored rows of the first block, and as many of its columns, for the quantisation grid:
  /// scales are shared along either, whichever way the matrix is used.
  ///
  /// Eight-bit floats are a grid of their own near zero, which tells nothing of how the values came
  /// about.
  private func samples(_ slab: UnsafePointer<Float>, rows: Int, columns: Int) -> GridSamples {
    let type = tensor.source.elementType
    guard !isVector, tensor.source.isPlain, type.isRealNumber, type.bitWidth > 8 else {
      return GridSamples()
    }
    func lines(_ count: Int, of length: Int, step: Int, stride: Int) -> [[Float]] {
      let sampled = min(count, 16)
      return (0..<sampled).map { sample in
        let start = sample * count / sampled * step
        return (0..<min(length, QuantisationGrid.sampleLength)).map { slab[start + $0 * stride] }
      }
    }
    return GridSamples(
      rows: lines(rows, of: columns, step: columns, stride: 1),
      columns: lines(columns, of: rows, step: 1, stride: columns))
  }

  /// The tensor's fingerprint from the folded leaves.
  func finish(_ folded: FoldedTensor) -> TensorFingerprint {
    let view = tensor.view
    let moments = Moments(folded.sums, count: view.elementCount)
    let type = tensor.source.elementType
    let sketch = sketch(folded)
    let kept = sketch.ifFinite
    var matrix: LinearSketch?
    if case .matrix(let found) = sketch { matrix = found }
    // Without sums there is nothing that single values could be held against.
    let isComparable = if case .none = kept { false } else { true }
    // Four digits: more would only lengthen the table of a fingerprint.
    let unpredictable = folded.patch.flatMap(Predictability.remainder)
      .map { ($0 * 1e4).rounded() / 1e4 }
    let grid = folded.samples.grid(
      significandBits: type.significandBits, isTransposed: view.transposed)
    return TensorFingerprint(
      name: tensor.name, component: tensor.component, role: tensor.role,
      parameter: tensor.parameter, layer: tensor.layer, expert: tensor.expert, elementType: type,
      shape: view.shape, storedTransposed: view.transposed,
      digest: TensorDigest(leaves: folded.digests), encoding: tensor.source.encoding,
      decodedDigest: folded.decodedDigests.isEmpty
        ? nil : TensorDigest(leaves: folded.decodedDigests), moments: moments,
      grid: grid, sketch: kept, unpredictable: unpredictable,
      formula: folded.patch.flatMap {
        Formula(
          patch: $0, unpredictable: unpredictable, moments: moments, sketch: matrix,
          isQuantised: grid != nil, isDecoded: tensor.source.encoding != nil)
      },
      sample: keepsValues && isComparable ? sampleOrder.sample(folded.sampled) : nil)
  }

  private func sketch(_ folded: FoldedTensor) -> TensorFingerprint.Sketch {
    let view = tensor.view
    guard reader != nil, view.elementCount > 0 else { return .none }
    if isVector {
      return .vector(
        VectorSketch.values(
          fold: folded.vectorFold, count: view.elementCount,
          mean: folded.sums.sum / Double(view.elementCount)))
    }
    let (rows, columns) = (view.rows.count, view.columns.count)
    let stored = LinearSketch(
      rows: rows, columns: columns, raw: folded.sums.sketchValues,
      columnMeans: folded.sums.columnFoldValues.map { $0 / Float(rows) },
      rowMeans: folded.sums.rowFoldValues.map { $0 / Float(columns) })
    return .matrix(view.transposed ? stored.transposed : stored)
  }
}

/// A tensor's runs of leaves, folded in order.
struct FoldedTensor {
  var sums = skm_partial()
  var vectorFold: [Double] = []
  var digests: [TensorDigest] = []
  var decodedDigests: [TensorDigest] = []
  var projection: [Float] = []
  var samples = GridSamples()
  var sampled: [Float] = []
  var patch: TensorPatch?

  mutating func append(_ run: LeafRun, projection plan: Projection?) {
    sums += run.sums
    if vectorFold.isEmpty {
      vectorFold = run.vectorFold
    } else {
      for i in vectorFold.indices { vectorFold[i] += run.vectorFold[i] }
    }
    digests += run.digests
    decodedDigests += run.decodedDigests
    plan?.fold(run.projection, into: &projection)
    if !run.samples.isEmpty { samples = run.samples }
    sampled += run.sampled
    if patch == nil { patch = run.patch } else { patch?.append(run.patch) }
  }
}

/// What one worker reuses for all its leaves.
final class PassBuffers {
  let bytes = ByteScratch()
  let hash = BLAKE3()
  /// Of decoded numbers, rounded to bfloat16.
  let decodedHash = BLAKE3()
  let rowSigns = SignBuffer()
  let columnSigns = SignBuffer()
  private var halves: [UInt16] = []
  let projection = ProjectionMemory()
  private var slab = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  deinit { slab.deallocate() }

  func hashDecoded(_ values: UnsafePointer<Float>, _ count: Int) {
    if halves.count < count { halves = [UInt16](repeating: 0, count: count) }
    halves.withUnsafeMutableBufferPointer { buffer in
      // Through the pointer: the loop has no checks then, and works on several numbers at once.
      guard let halves = buffer.baseAddress else { return }
      for index in 0..<count {
        let bits = values[index].bitPattern
        // To the nearest, ties to even; NaNs stay NaNs.
        let rounded = (bits &+ 0x7fff &+ (bits &>> 16 & 1)) &>> 16
        let isNaN = bits & 0x7fff_ffff > 0x7f80_0000
        halves[index] = UInt16(truncatingIfNeeded: isNaN ? bits &>> 16 | 0x40 : rounded)
      }
    }
    halves.withUnsafeBytes {
      decodedHash.update(UnsafeRawBufferPointer(rebasing: $0[..<(2 * count)]))
    }
  }

  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    if slab.count < count || slab.baseAddress == nil {
      slab.deallocate()
      slab = .allocate(capacity: max(count, 1))
    }
    // A buffer of at least one element has an address.
    return slab.baseAddress.unsafelyUnwrapped
  }
}
