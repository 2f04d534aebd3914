import COpenBLAS
import Canonicalise
import Crypto
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

  /// Floats decoded at once: a block of this size stays in the second-level cache.
  private static let blockElements = 1 << 18

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

  /// Bytes that a leaf covers, for progress.
  func byteCount(ofLeaf index: Int) -> Int {
    let (rows, columns) = plan.leaf(index)
    guard reader != nil else { return columns.count }
    return rows.count * columns.count * tensor.source.elementType.bitWidth / 8
  }

  func run(leaf index: Int, buffers: PassBuffers) throws(LoadError) -> LeafResult {
    let (rows, columns) = plan.leaf(index)
    var result = LeafResult()
    var hash = SHA256()
    guard let reader else {
      try tensor.source.storage.withBytes(of: columns, scratch: buffers.bytes) {
        (bytes) throws(LoadError) in hash.update(bufferPointer: bytes)
      }
      result.digest = hash.finalize()
      return result
    }
    if isVector { result.vectorFold = [Double](repeating: 0, count: VectorSketch.length) }
    if let projection { result.projection = projection.zeroes(leafRows: rows.count) }
    let blockRows = max(1, Self.blockElements / max(columns.count, 1))
    var row = rows.lowerBound
    while row < rows.upperBound {
      let block = row..<min(row + blockRows, rows.upperBound)
      let slab = buffers.floats(block.count * columns.count)
      try reader.read(rows: block, columns: columns, into: slab, scratch: buffers.bytes) {
        hash.update(bufferPointer: $0)
      }
      fold(slab, rows: block, columns: columns, into: &result)
      if index == 0, row == rows.lowerBound {
        result.samples = samples(slab, rows: block.count, columns: columns.count)
      }
      projection?.add(
        slab, rows: block, columns: columns, firstLeafRow: rows.lowerBound, to: &result.projection)
      row = block.upperBound
    }
    result.digest = hash.finalize()
    return result
  }

  private func fold(
    _ slab: UnsafeMutablePointer<Float>, rows: Range<Int>, columns: Range<Int>,
    into result: inout LeafResult
  ) {
    rowSigns.withUnsafeBufferPointer { rowSigns in
      columnSigns.withUnsafeBufferPointer { columnSigns in
        guard let rowBase = rowSigns.baseAddress, let columnBase = columnSigns.baseAddress else {
          return
        }
        skm_fold_rows(
          slab, rows.count, columns.count, columns.count, rows.lowerBound,
          rowBase + rows.lowerBound, columnBase + columns.lowerBound, &result.sums)
      }
    }
    guard isVector else { return }
    let length = VectorSketch.length
    for (offset, index) in (plan.columns > 1 ? columns : rows).enumerated() {
      result.vectorFold[index % length] += Double(IndexHash.sign(index) * slab[offset])
    }
  }

  /// Up to 16 canonical rows of the first block, for the quantisation grid.
  ///
  /// Eight-bit floats are a
  /// grid of their own near zero, which tells nothing of how the values came about.
  private func samples(_ slab: UnsafePointer<Float>, rows: Int, columns: Int) -> [[Float]] {
    let type = tensor.source.elementType
    guard !isVector, type.isRealNumber, type.bitWidth > 8 else { return [] }
    let (count, length) = tensor.view.transposed ? (columns, rows) : (rows, columns)
    let (step, stride) = tensor.view.transposed ? (1, columns) : (columns, 1)
    let sampled = min(count, 16)
    return (0..<sampled).map { sample in
      let start = sample * count / sampled * step
      return (0..<min(length, 4096)).map { slab[start + $0 * stride] }
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

/// A tensor's leaves, folded in order.
struct FoldedTensor {
  var sums = skm_partial()
  var vectorFold: [Double] = []
  var digests: [SHA256.Digest] = []
  var projection: [Float] = []
  var samples: [[Float]] = []

  mutating func append(_ leaf: LeafResult, projection plan: Projection?) {
    sums += leaf.sums
    if vectorFold.isEmpty {
      vectorFold = leaf.vectorFold
    } else {
      for i in vectorFold.indices { vectorFold[i] += leaf.vectorFold[i] }
    }
    if let digest = leaf.digest { digests.append(digest) }
    plan?.fold(leaf.projection, into: &projection)
    if !leaf.samples.isEmpty { samples = leaf.samples }
  }
}

/// Memory that one worker reuses for all its leaves.
final class PassBuffers {
  let bytes = ByteScratch()
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
