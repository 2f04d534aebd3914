package import Fingerprint

/// A model and what every comparison needs of it, worked out once for however many others it is held
/// against.
package struct PreparedModel: Sendable {
  package let fingerprint: ModelFingerprint
  let tested: TestSketches
  let circuits: SubjectCircuits
  let copies: ModelCopies

  package init(_ fingerprint: ModelFingerprint) {
    self.fingerprint = fingerprint
    tested = TestSketches(fingerprint)
    circuits = SubjectCircuits(fingerprint)
    copies = ModelCopies(fingerprint)
  }

  /// Sketches of its tensors as they are, where the residual stream is the columns.
  var sketches: [UnitSketch?] { tested.originals }

  /// What it takes beside the fingerprint, in numbers of four bytes.
  var size: Int {
    let sketches = (tested.originals + tested.sketches).reduce(0) {
      $0 + ($1?.values.count ?? 0)
    }
    return circuits.tables.values.reduce(sketches) { sum, table in
      table.rows.values.reduce(sum) { $0 + $1.count }
    }
  }
}
