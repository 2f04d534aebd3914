import Fingerprint

/// What the tests draw, as reports state it.
///
/// The draws follow from the seeds alone: they are the same for every pair of models.
package enum MethodConstants {
  /// Rises with every change that makes an equal comparison say something else (docs/method.md).
  package static let version = 3
  /// Random rotations of the null of circuits.
  package static let circuitDraws = SubjectCircuits.draws
  /// Those after which a clear stranger among many references is done with.
  package static let firstCircuitDraws = SubjectCircuits.firstDraws
  package static let circuitSeed = SubjectCircuits.seed
  /// Random re-basings of the null of chosen counterparts.
  package static let linearDraws = LinearTest.draws
  package static let orderSeed = RandomChanges.orderSeed
  package static let signSeed = RandomChanges.signSeed
  package static let sketchSide = LinearSketch.side
  /// Cosine from which on matrices are the same.
  package static let sameCosine = Correspondence.sameCosine
}
