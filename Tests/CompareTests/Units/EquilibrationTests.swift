import Canonicalise
import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

@Suite struct EquilibrationTests {
  private static let digest = String(repeating: "0", count: 64)

  private func equilibrated(_ network: DenseNetwork) throws -> (CanonicalModel, Int)? {
    let model = network.model
    let found = Equilibration(
      try UnitWeights(model), learned: network.names, digest: Self.digest)
    return found.map { ($0.applied(to: model), $0.record.matrices) }
  }

  private func numbers(_ model: CanonicalModel) throws -> [[Float]] {
    try UnitWeights(model).entries.map(\.tensor.values)
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  /// A network whose rows and columns are scaled by e^±reach, each matrix by itself.
  private func scaled(_ network: DenseNetwork, reach: Float) -> DenseNetwork {
    var random = ModelRandom(seed: 9)
    var result = network
    for index in network.layers.indices {
      let matrix = network.layers[index].matrix
      func factors(_ count: Int) -> [Float] {
        random.floats(count).map { exp(max(-reach, min(reach, $0 * reach))) }
      }
      result.layers[index].matrix =
        matrix.scaled(rows: factors(matrix.rows)).transposed
        .scaled(rows: factors(matrix.columns)).transposed
    }
    return result
  }

  @Test(arguments: [Float(4), 10, 20])
  func scalesOfAnySizeAreUndone(reach: Float) throws {
    let network = DenseNetwork(widths: [48, 64, 32, 24], seed: 3)
    let (model, count) = try #require(try equilibrated(scaled(network, reach: reach)))
    #expect(count == 3)
    for (found, own) in zip(try numbers(model), try numbers(network.model)) {
      let areNumbers = found.allSatisfy { $0.isFinite }
      #expect(areNumbers)
      #expect(cosine(found, own) > 0.95)
    }
  }

  @Test func whatIsScaledAsTrainingLeavesItIsLeftAsItIs() throws {
    let network = DenseNetwork(widths: [48, 64, 32, 24], seed: 3)
    #expect(try equilibrated(network) == nil)
    #expect(try equilibrated(scaled(network, reach: 0.5)) == nil)
  }

  /// A matrix of few numbers would be like any other once its factors are chosen.
  @Test func thinMatricesAreLeftAsTheyAre() throws {
    let thin = DenseNetwork(widths: [48, 2, 2, 48], seed: 4)
    #expect(try equilibrated(scaled(thin, reach: 8)) == nil)
  }

  @Test func whatIsNoNumberOrNothingComesToNoHarm() throws {
    var network = DenseNetwork(widths: [32, 32, 32, 32], seed: 6)
    network.layers[0].matrix.values[5] = .nan
    network.layers[0].matrix.values[6] = .infinity
    for place in 0..<32 { network.layers[1].matrix.values[place] = 0 }
    for place in 0..<32 { network.layers[2].matrix.values[32 * place] = 1e38 }
    for place in 0..<32 { network.layers[2].matrix.values[32 * place + 1] = 0x1p-140 }
    guard let (model, _) = try equilibrated(scaled(network, reach: 12)) else {
      Issue.record("nothing was scaled")
      return
    }
    let areNumbers = try numbers(model).allSatisfy { $0.allSatisfy(\.isFinite) }
    #expect(areNumbers)
  }
}
