import Canonicalise
import Load
import TestSupport

@testable import Fingerprint

extension TensorView {
  /// All of a matrix as it is stored.
  static func whole(_ rows: Int, _ columns: Int, transposed: Bool = false) -> TensorView {
    TensorView(
      offset: 0, storedColumns: columns, rows: Selection(0..<rows), columns: Selection(0..<columns),
      transposed: transposed, shape: transposed ? [columns, rows] : [rows, columns])
  }

  /// A vector is one stored row.
  static func vector(_ count: Int) -> TensorView {
    TensorView(
      offset: 0, storedColumns: count, rows: Selection(0..<1), columns: Selection(0..<count),
      transposed: false, shape: [count])
  }
}

/// Fingerprints of tensors on their own.
enum Single {
  static func fingerprints(
    _ tensors: [(Tensor, TensorView)], threads: Int = 1
  ) async throws -> [TensorFingerprint] {
    let canonical = tensors.map {
      CanonicalTensor(
        name: $0.0.name, source: $0.0, component: "model", role: .unknown, view: $0.1)
    }
    let model = CanonicalModel(
      checkpoint: Checkpoint("test", tensors: tensors.map(\.0)), family: nil, dimensions: [:],
      tensors: canonical)
    return try Fingerprinter(threads: threads).fingerprint(model).tensors
  }

  static func fingerprint(_ tensor: Tensor, _ view: TensorView) async throws -> TensorFingerprint {
    try await fingerprints([(tensor, view)])[0]
  }

  static func matrix(
    _ values: [Float], rows: Int, columns: Int, as type: ElementType = .float32
  ) async throws -> TensorFingerprint {
    try await fingerprint(
      Tensor("w", [rows, columns], values, as: type), .whole(rows, columns))
  }

  static func vector(_ values: [Float]) async throws -> TensorFingerprint {
    try await fingerprint(Tensor("v", [values.count], values), .vector(values.count))
  }
}

/// The sketch by its definition.
struct NaiveSketch {
  var raw = [Double](repeating: 0, count: 1024)
  /// ‖W‖, the scale of rounding errors.
  var norm = 0.0

  init(_ values: [Float], rows: Int, columns: Int) {
    let (rowSigns, columnSigns) = (IndexHash.signs(0..<rows), IndexHash.signs(0..<columns))
    var squares = 0.0
    values.withUnsafeBufferPointer { values in
      for r in 0..<rows {
        for c in 0..<columns {
          let x = values[r * columns + c]
          raw[r % 32 * 32 + c % 32] += Double(rowSigns[r] * columnSigns[c] * x)
          squares += Double(x * x)
        }
      }
    }
    norm = squares.squareRoot()
  }

  /// Largest deviation of a sketch, in units of the matrix's norm.
  func deviation(_ values: [Float]) -> Double {
    let largest = zip(values, raw).map { abs(Double($0) - $1) }.max() ?? 0
    return norm > 0 ? largest / norm : largest
  }
}
