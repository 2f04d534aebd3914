internal import Load

/// A canonical tensor on its way out of a stored one.
struct TensorPart: Sendable, Equatable {
  /// What goes behind `#`, or nil for a whole tensor.
  var suffix: String?
  var role: TensorRole
  var expert: Int?
  var view: TensorView
  /// Whether the last two of several axes are swapped in storage (`Tensor.swapsLastAxes`).
  var isSwapped = false
}

/// Why a transform does not apply to a tensor; ends up in a note.
struct TransformMisfit: Error, Equatable {
  var reason: String
  /// Whether the tensor is what its name says all the same.
  var keepsRole = false
}

/// The sizes that a transform may need.
struct TransformContext: Sendable {
  var dimensions: Dimensions
  /// Input width of the same layer's attention output, which is heads × headSize.
  var attentionWidth: Int?
}

/// More experts than any network has; more parts than that would only exhaust memory.
let largestExpertCount = 4096

extension TensorEntry {
  /// Applies the transforms to a tensor, in order.
  ///
  /// - Parameter liesAcross: whether it lies the other way round than the entry says.
  func parts(
    of tensor: Tensor, expert: Int?, in context: TransformContext, liesAcross: Bool = false
  ) throws(TransformMisfit) -> [TensorPart] {
    var parts = [
      TensorPart(
        suffix: nil, role: role, expert: expert, view: TensorView(whole: tensor, role: role),
        isSwapped: tensor.swapsLastAxes)
    ]
    if liesAcross { parts = [try parts[0].transposed()] }
    let isTurned = tensor.isTurned(in: self)
    for transform in transforms where transform != .transpose || !isTurned {
      var next: [TensorPart] = []
      for part in parts {
        next += try transform.apply(to: part, in: context)
      }
      parts = next
    }
    return parts
  }
}

extension TensorTransform {
  func apply(
    to part: TensorPart, in context: TransformContext
  ) throws(TransformMisfit) -> [TensorPart] {
    switch self {
    case .transpose: [try part.transposed()]
    case .experts: try part.dividedByExpert()
    case .splitRows(let parts): try part.split(.output, into: parts, in: context)
    case .splitColumns(let parts):
      part.view.isVector ? [part] : try part.split(.input, into: parts, in: context)
    case .alternatingRows(let parts): try part.alternating(into: parts, in: context)
    case .interleavedHeads: try part.deinterleaved(in: context)
    case .foldOutputs: [try part.withFoldedOutputs()]
    case .rotaryPairs: [try part.withRotaryHalves(in: context)]
    }
  }
}

extension TensorPart {
  enum Axis: Sendable { case output, input }

  func transposed() throws(TransformMisfit) -> TensorPart {
    if view.isVector { return self }
    guard view.shape.count == 2 else {
      throw TransformMisfit(reason: "only a matrix can be transposed")
    }
    var part = self
    part.view.transposed.toggle()
    part.view.shape.reverse()
    return part
  }

  /// `[in, heads, size]` as `[heads × size, in]`, and a bias `[heads, size]` as a vector.
  func withFoldedOutputs() throws(TransformMisfit) -> TensorPart {
    let shape = view.transposed ? Array(view.shape.dropFirst() + view.shape.prefix(1)) : view.shape
    var part = self
    switch shape.count {
    case 2:
      let count = shape[0] * shape[1]
      part.view = TensorView(
        offset: 0, rows: 1, columns: count, transposed: false, shape: [count])
    case 3:
      let outputs = shape[1] * shape[2]
      part.view = TensorView(
        offset: 0, rows: shape[0], columns: outputs, transposed: true, shape: [outputs, shape[0]])
    default: throw TransformMisfit(reason: "no axes of heads and head size")
    }
    return part
  }

  func dividedByExpert() throws(TransformMisfit) -> [TensorPart] {
    guard !view.transposed, view.shape.count == 2 || view.shape.count == 3,
      let count = view.shape.first, (1...largestExpertCount).contains(count)
    else { throw TransformMisfit(reason: "not a stack of experts") }
    let inner = Array(view.shape.dropFirst())
    let columns = inner.last ?? 1
    let rows = inner.count == 2 ? inner[0] : 1
    let turned = isSwapped && inner.count == 2
    return (0..<count).map { expert in
      TensorPart(
        suffix: joined("\(expert)"), role: role, expert: expert,
        view: TensorView(
          offset: expert * rows * columns, rows: turned ? columns : rows,
          columns: turned ? rows : columns, transposed: turned, shape: inner))
    }
  }

  func split(
    _ axis: Axis, into parts: [TensorTransform.Part], in context: TransformContext
  ) throws(TransformMisfit) -> [TensorPart] {
    let total = extent(of: axis)
    guard
      let sizes = PartSizes(attention: parts, total: total, width: context.attentionWidth)
        ?? PartSizes(parts, total: total, in: context.dimensions, named: true)
        ?? PartSizes(parts, total: total, in: context.dimensions, named: false)
    else {
      throw TransformMisfit(reason: "\(total) does not divide into \(parts.count) parts")
    }
    var start = 0
    var result: [TensorPart] = []
    for (part, size) in zip(parts, sizes.values) {
      result.append(
        selecting(
          axis, TensorView.Selection(start..<(start + size)), suffix: part.part, role: part.role))
      start += size
    }
    return result
  }

  func alternating(
    into parts: [TensorTransform.Part], in context: TransformContext
  ) throws(TransformMisfit) -> [TensorPart] {
    let total = extent(of: .output)
    var runs: [Int] = []
    for part in parts {
      guard let size = part.size.map({ $0.value(in: context.dimensions) }) ?? 1, size > 0,
        size <= total
      else { throw TransformMisfit(reason: "the size of '\(part.part)' is not known") }
      runs.append(size)
    }
    let period = runs.reduce(0) { $0.addingSaturating($1) }
    guard total.isMultiple(of: period) else {
      throw TransformMisfit(reason: "\(total) does not divide into \(parts.count) parts")
    }
    var start = 0
    return zip(parts, runs).map { part, size in
      defer { start += size }
      return selecting(
        .output,
        TensorView.Selection(
          start: start, count: total / period * size, block: size, stride: period),
        suffix: part.part, role: part.role)
    }
  }

  func deinterleaved(in context: TransformContext) throws(TransformMisfit) -> [TensorPart] {
    let total = extent(of: .output)
    guard let heads = HeadLayout(rows: total, in: context) else {
      throw TransformMisfit(reason: "\(total) rows are no whole number of known heads")
    }
    let group = heads.queriesPerGroup + 2
    func run(_ suffix: String, _ role: TensorRole, from first: Int, heads count: Int) -> TensorPart
    {
      selecting(
        .output,
        TensorView.Selection(
          start: first * heads.size, count: heads.groups * count * heads.size,
          block: count * heads.size, stride: group * heads.size),
        suffix: suffix, role: role)
    }
    return [
      run("q", .attentionQuery, from: 0, heads: heads.queriesPerGroup),
      run("k", .attentionKey, from: heads.queriesPerGroup, heads: 1),
      run("v", .attentionValue, from: heads.queriesPerGroup + 1, heads: 1),
    ]
  }

  func withRotaryHalves(in context: TransformContext) throws(TransformMisfit) -> TensorPart {
    let sizes = context.dimensions
    let width = context.attentionWidth ?? sizes.hidden
    let shared = sizes.heads.flatMap { heads in
      width.flatMap { heads > 0 && $0.isMultiple(of: heads) ? $0 / heads : nil }
    }
    guard let size = sizes.headSize ?? shared, size > 1, size.isMultiple(of: 2),
      extent(of: .output).isMultiple(of: size)
    else {
      throw TransformMisfit(
        reason: "the order of its rows is not known without the size of a head", keepsRole: true)
    }
    var part = self
    if view.isVector || view.transposed {
      part.view.columns.pairedHead = size
    } else {
      part.view.rows.pairedHead = size
    }
    return part
  }

  private func joined(_ word: String) -> String { suffix.map { "\($0).\(word)" } ?? word }

  /// Canonical length of an axis; the entries of a vector lie along the output.
  private func extent(of axis: Axis) -> Int {
    view.isVector || axis == .input ? view.columnCount : view.rowCount
  }

  /// The part of this tensor at some indices of an axis that is still whole.
  private func selecting(
    _ axis: Axis, _ selection: TensorView.Selection, suffix: String, role: TensorRole
  ) -> TensorPart {
    var part = self
    part.suffix = joined(suffix)
    part.role = role
    if view.isVector || (axis == .output) == view.transposed {
      part.view.columns = selection
    } else {
      part.view.rows = selection
    }
    if view.isVector {
      part.view.shape = [selection.count]
    } else if view.shape.count == 2 {
      part.view.shape[axis == .output ? 0 : 1] = selection.count
    } else {
      part.view.shape = [part.view.rowCount, part.view.columnCount]
    }
    return part
  }
}
