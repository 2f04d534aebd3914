import Kernels
import Load

/// Projects the leaves of one run as their blocks go by.
///
/// Readers are projected block by block. Writers add to a product as large as a leaf, which only a
/// whole leaf is worth.
struct LeafProjector {
  private let projection: Projection
  private let columns: Int
  /// Whether weights are multiplied as stored, in pairs of bfloat16 numbers.
  private let isPaired: Bool
  private let memory: ProjectionMemory
  private var probes: [Float] = []
  private var probePairs: [UInt32] = []
  /// 16-bit numbers taken since the block or leaf began.
  private var taken = 0

  var isWriter: Bool { projection.axis == .rows }

  /// Whether weights are multiplied as floats.
  var needsFloats: Bool { !isPaired }

  /// Whether the floats of a leaf are to stay until its end.
  var needsWholeLeaf: Bool { isWriter && needsFloats }

  init(_ projection: Projection, columns: Int, type: ElementType, memory: ProjectionMemory) {
    self.projection = projection
    self.columns = columns
    self.memory = memory
    isPaired =
      type == .bfloat16 && skm_has_bf16_products() != 0
      && (projection.axis == .rows || columns.isMultiple(of: 2))
    if !isWriter { prepare(0..<columns) }
  }

  /// The probes of a range of the residual stream.
  private mutating func prepare(_ range: Range<Int>) {
    probes = projection.probes(range)
    guard isPaired else { return }
    let k = Projection.directions
    var halves = [UInt16](repeating: 0, count: probes.count)
    skm_encode_bf16(probes, &halves, halves.count)
    probePairs = [UInt32](repeating: 0, count: (range.count + 1) / 2 * k)
    skm_pair_rows(halves, range.count, k, &probePairs)
  }

  mutating func beginLeaf(rows: Range<Int>) {
    taken = 0
    if isWriter { prepare(rows) }
  }

  /// Keeps the stored bytes of a block where they are multiplied as they are.
  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    guard isPaired else { return }
    let count = bytes.count / 2
    let target = memory.weights(taken + count, keeping: taken)
    UnsafeMutableRawPointer(target + taken).copyMemory(from: bytes)
    taken += count
  }

  /// - Parameters:
  ///   - floats: the block's values, those that are not finite cleared, if `needsFloats`.
  ///   - hasCleared: whether there were any.
  ///   - place: the block's first row, counted from where `result` starts.
  mutating func endBlock(
    _ floats: UnsafePointer<Float>, rows: Int, hasCleared: Bool, place: Int,
    into result: inout [Float]
  ) {
    if isPaired, hasCleared { skm_clear_bf16(memory.weights(taken, keeping: taken), taken) }
    guard !isWriter else { return }
    let offset = place * Projection.directions
    result.withUnsafeMutableBufferPointer { result in
      guard let target = result.baseAddress.map({ $0 + offset }) else { return }
      if isPaired {
        skm_project_pairs(
          memory.pairs, rows, columns / 2, columns / 2, 1, probePairs, target)
      } else {
        skm_project(floats, rows, columns, columns, 1, probes, target)
      }
    }
    taken = 0
  }

  /// - Parameter floats: the leaf's values, if `needsWholeLeaf`.
  func endLeaf(_ floats: UnsafePointer<Float>, rows: Int, into result: inout [Float]) {
    guard isWriter else { return }
    if isPaired {
      let pairs = memory.pairedRows((rows + 1) / 2 * columns)
      skm_pair_rows(memory.weights(taken, keeping: taken), rows, columns, pairs)
      skm_project_pairs(pairs, columns, 1, (rows + 1) / 2, columns, probePairs, &result)
    } else {
      skm_project(floats, columns, 1, rows, columns, probes, &result)
    }
  }
}

extension UnsafeMutableRawPointer {
  fileprivate func copyMemory(from bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    copyMemory(from: base, byteCount: bytes.count)
  }
}

/// Memory of one worker for weights on their way to a product of pairs.
final class ProjectionMemory {
  private var stored = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)
  private var paired = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)

  deinit {
    stored.deallocate()
    paired.deallocate()
  }

  /// Room for 16-bit numbers, of which the first `kept` stay.
  func weights(_ count: Int, keeping kept: Int) -> UnsafeMutablePointer<UInt16> {
    let words = max((count + 1) / 2, 1)
    if stored.count < words {
      let larger = UnsafeMutableBufferPointer<UInt32>.allocate(
        capacity: max(words, 2 * stored.count))
      _ = larger.update(fromContentsOf: stored.prefix((kept + 1) / 2))
      stored.deallocate()
      stored = larger
    }
    // A buffer of at least one element has an address, and four bytes hold two numbers.
    return UnsafeMutableRawPointer(stored.baseAddress.unsafelyUnwrapped)
      .assumingMemoryBound(to: UInt16.self)
  }

  /// The same numbers, two and two.
  var pairs: UnsafePointer<UInt32>? { UnsafePointer(stored.baseAddress) }

  func pairedRows(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    if paired.count < max(count, 1) {
      paired.deallocate()
      paired = .allocate(capacity: max(count, 1))
    }
    return paired.baseAddress.unsafelyUnwrapped
  }
}
