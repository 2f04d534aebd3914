import Judge
import Load
import TestSupport
import Testing

/// A random subject with random references, from the seed alone: related, unrelated, damaged, in
/// any combination.
struct RandomCase: Sendable, CustomTestStringConvertible {
  let seed: UInt64

  var testDescription: String { "seed \(seed)" }

  func draw() -> (subject: Checkpoint, references: [Checkpoint]) {
    var random = ModelRandom(seed: seed)
    let founders = (0..<2).map { Models.base(seed: seed &* 10 + UInt64($0), layers: 2) }
    let references = (0..<1 + Int.random(in: 0..<3, using: &random)).map { index in
      checkpoint(
        surgery(on: founders[index % 2], founders: founders, using: &random),
        "reference-\(index)", using: &random)
    }
    var model = founders[Int.random(in: 0..<2, using: &random)]
    for _ in 0..<Int.random(in: 0..<3, using: &random) {
      model = surgery(on: model, founders: founders, using: &random)
    }
    return (checkpoint(model, "subject", using: &random), references)
  }

  private func surgery(
    on model: ModelWeights, founders: [ModelWeights], using random: inout ModelRandom
  ) -> ModelWeights {
    let seed = random.next() >> 1
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return model.trained(2 * random.uniform(), seed: seed)
    case 1: return model.adapted(rank: 4, share: 0.3, parts: ["q_proj", "down_proj"], seed: seed)
    case 2: return model.quantised(bits: 4, group: 32)
    case 3: return model.sparsified(random.uniform())
    case 4: return model.keeping(layers: [1, 0, 1])
    case 5: return model.keeping(neurons: Array(0..<48))
    case 6: return model.extended(by: 8, seed: seed)
    case 7 where model.hasSizes(of: founders[1]):
      return model.combined(0.5, founders[1], 0.5)
    case 8: return model.mapMatrices { _, matrix in matrix.combined(-1, matrix, 0) }
    case 9: return model.mapMatrices { $0.layer == 0 ? $1.combined(0, $1, 0) : $1 }
    case 10: return model.applying(.neurons, seed: seed)
    default: return model
    }
  }

  private func checkpoint(
    _ model: ModelWeights, _ name: String, using random: inout ModelRandom
  ) -> Checkpoint {
    let type: ElementType = Bool.random(using: &random) ? .float32 : .bfloat16
    var model = model
    switch Int.random(in: 0..<6, using: &random) {
    case 0: model.layers[0].up[1, 1] = .nan
    case 1: return model.checkpoint(name, as: type).renamed(name)
    case 2: return Models.dense(name, widths: [64, 96, 64], seed: random.next() >> 1)
    default: break
    }
    return model.checkpoint(name, as: type)
  }
}

extension ModelWeights {
  fileprivate func hasSizes(of other: ModelWeights) -> Bool {
    layers.count == other.layers.count && tokens.count == other.tokens.count
      && layers[0].up.rows == other.layers[0].up.rows
  }
}
