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
  /// Signs of the stored columns and rows.
  private let columnSigns: [Float]
  private let rowSigns: [Float]
  private let isVector: Bool

  /// Elements decoded at once: bytes and floats of a block stay in the second-level cache.
  private static let blockElements = 1 << 16
  /// Rows that the projection's kernel takes at a time.
  private static let tileRows = 8

  init(_ tensor: CanonicalTensor, projection: Projection?) {
    self.tensor = tensor
    self.projection = projection
    reader = MatrixReader(tensor.source, view: tensor.view)
    isVector = min(tensor.view.rowCount, tensor.view.columnCount) <= 1
    if reader == nil {
      // Not decodable: the bytes are hashed, nothing else.
      plan = LeafPlan(rows: 1, columns: tensor.source.byteCount)
      (columnSigns, rowSigns) = ([], [])
    } else {
      plan = LeafPlan(rows: tensor.view.rows.count, columns: tensor.view.columns.count)
      columnSigns = IndexHash.signs(0..<tensor.view.columns.count)
      rowSigns = IndexHash.signs(0..<tensor.view.rows.count)
    }
  }

  /// Where the elements of a run of leaves are in storage: exact for whole tensors, for parts of
  /// them what encloses the part.
  func storedBytes(ofRun leaves: Range<Int>) -> Range<Int> {
    guard let reader else {
      return plan.leaf(leaves.lowerBound).columns
        .lowerBound..<plan.leaf(leaves.upperBound - 1).columns.upperBound
    }
    let (first, last) = (plan.leaf(leaves.lowerBound), plan.leaf(leaves.upperBound - 1))
    return reader.storedBytes(
      from: (first.rows.lowerBound, first.columns.lowerBound),
      through: (last.rows.upperBound, last.columns.upperBound))
  }

  /// Bytes that a run of leaves covers, for progress.
  func byteCount(ofRun leaves: Range<Int>) -> Int {
    let elements = leaves.reduce(0) { sum, leaf in
      let (rows, columns) = plan.leaf(leaf)
      return sum + rows.count * columns.count
    }
    return reader == nil ? elements : elements * tensor.source.elementType.bitWidth / 8
  }

  func run(_ leaves: Range<Int>, buffers: PassBuffers) throws(LoadError) -> LeafRun {
    var result = LeafRun()
    let firstRow = plan.leaf(leaves.lowerBound).rows.lowerBound
    if isVector { result.vectorFold = [Double](repeating: 0, count: VectorSketch.length) }
    if let projection {
      let rows = leaves.reduce(0) { $0 + plan.leaf($1).rows.count }
      result.projection = projection.zeroes(rows: rows)
    }
    var projector = projection.map {
      LeafProjector(
        $0, columns: plan.columns, type: tensor.source.elementType, memory: buffers.projection)
    }
    for leaf in leaves {
      if let reader {
        try run(
          leaf, firstRow: firstRow, reader: reader, projector: &projector, buffers: buffers,
          into: &result)
      } else {
        try tensor.source.storage.withBytes(of: plan.leaf(leaf).columns, scratch: buffers.bytes) {
          (bytes) throws(LoadError) in buffers.hash.update(bytes)
        }
      }
      result.digests.append(TensorDigest(buffers.hash))
    }
    return result
  }

  /// Reads a leaf in blocks: each is sketched, hashed and projected while it is cached.
  private func run(
    _ leaf: Int, firstRow: Int, reader: MatrixReader, projector: inout LeafProjector?,
    buffers: PassBuffers, into result: inout LeafRun
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
      let cleared = result.sums.nans + result.sums.infinities
      try readBlock(
        rows: block, columns: columns, reader: reader, projector: &projector, buffers: buffers,
        floats: floats, needsFloats: isSampled || isVector || projector?.needsFloats ?? false,
        into: &result)
      if isVector { foldVector(floats, rows: block, columns: columns, into: &result) }
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
    projector: inout LeafProjector?, buffers: PassBuffers, floats: UnsafeMutablePointer<Float>,
    needsFloats: Bool, into result: inout LeafRun
  ) throws(LoadError) {
    let whole = reader.byteCount(rows.count * columns.count)
    var decoded = 0
    try reader.readStored(rows: rows, columns: columns, scratch: buffers.bytes) { bytes in
      if let number = reader.decoder.number, bytes.count == whole {
        fold(
          bytes.baseAddress, of: number, rows: rows, columns: columns,
          floats: needsFloats ? floats : nil, into: &result)
      } else {
        decoded += reader.decode(bytes, into: floats + decoded)
      }
      buffers.hash.update(bytes)
      projector?.take(bytes)
    }
    guard decoded > 0 else { return }
    fold(floats, of: SKM_F32, rows: rows, columns: columns, floats: floats, into: &result)
  }

  private func fold(
    _ slab: UnsafeRawPointer?, of number: skm_number, rows: Range<Int>, columns: Range<Int>,
    floats: UnsafeMutablePointer<Float>?, into result: inout LeafRun
  ) {
    rowSigns.withUnsafeBufferPointer { rowSigns in
      columnSigns.withUnsafeBufferPointer { columnSigns in
        guard let rowBase = rowSigns.baseAddress, let columnBase = columnSigns.baseAddress else {
          return
        }
        skm_fold_rows(
          number, slab, rows.count, columns.count, rows.lowerBound, rowBase + rows.lowerBound,
          columnBase + columns.lowerBound, floats, &result.sums)
      }
    }
  }

  private func foldVector(
    _ values: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>,
    into result: inout LeafRun
  ) {
    let length = VectorSketch.length
    for (offset, index) in (plan.columns > 1 ? columns : rows).enumerated() {
      result.vectorFold[index % length] += Double(IndexHash.sign(index) * values[offset])
    }
  }

  /// Up to 16 canonical rows of the first block, for the quantisation grid.
  ///
  /// Eight-bit floats are a grid of their own near zero, which tells nothing of how the values came
  /// about.
  private func samples(_ slab: UnsafePointer<Float>, rows: Int, columns: Int) -> [[Float]] {
    let type = tensor.source.elementType
    guard !isVector, type.isRealNumber, type.bitWidth > 8 else { return [] }
    let (count, length) = tensor.view.transposed ? (columns, rows) : (rows, columns)
    let (step, stride) = tensor.view.transposed ? (1, columns) : (columns, 1)
    let sampled = min(count, 16)
    return (0..<sampled).map { sample in
      let start = sample * count / sampled * step
      return (0..<min(length, QuantisationGrid.sampleLength)).map { slab[start + $0 * stride] }
    }
  }

  /// The tensor's fingerprint from the folded leaves.
  func finish(_ folded: FoldedTensor) -> TensorFingerprint {
    let view = tensor.view
    let moments = Moments(folded.sums, count: view.elementCount)
    let type = tensor.source.elementType
    return TensorFingerprint(
      name: tensor.name, component: tensor.component, role: tensor.role,
      parameter: tensor.parameter, layer: tensor.layer, expert: tensor.expert, elementType: type,
      shape: view.shape, storedTransposed: view.transposed,
      digest: TensorDigest(leaves: folded.digests), moments: moments,
      grid: QuantisationGrid(rows: folded.samples, significandBits: type.significandBits),
      sketch: sketch(folded))
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
  var projection: [Float] = []
  var samples: [[Float]] = []

  mutating func append(_ run: LeafRun, projection plan: Projection?) {
    sums += run.sums
    if vectorFold.isEmpty {
      vectorFold = run.vectorFold
    } else {
      for i in vectorFold.indices { vectorFold[i] += run.vectorFold[i] }
    }
    digests += run.digests
    plan?.fold(run.projection, into: &projection)
    if !run.samples.isEmpty { samples = run.samples }
  }
}

/// What one worker reuses for all its leaves.
final class PassBuffers {
  let bytes = ByteScratch()
  let hash = BLAKE3()
  let projection = ProjectionMemory()
  private var slab = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  deinit { slab.deallocate() }

  func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    if slab.count < count || slab.baseAddress == nil {
      slab.deallocate()
      slab = .allocate(capacity: max(count, 1))
    }
    // A buffer of at least one element has an address.
    return slab.baseAddress.unsafelyUnwrapped
  }
}
