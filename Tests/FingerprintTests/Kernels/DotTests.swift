import Kernels
import TestSupport
import Testing

@Suite struct DotTests {
  @Test func agreesWithScalarSumsAtEveryLength() {
    var random = ModelRandom(seed: 11)
    for count in Array(0...67) + [1024, 4096, 50_001] {
      let (a, b) = (random.floats(count), random.floats(count))
      let products = zip(a, b).map { Double($0) * Double($1) }
      let magnitude = products.reduce(0) { $0 + abs($1) }
      KernelLevels.forEach { level in
        let result = skm_dot(a, b, count)
        #expect(abs(result - products.reduce(0, +)) <= 1e-6 * magnitude, "\(count), \(level)")
      }
    }
  }

  @Test func passesValuesOnThatAreNotFinite() {
    for position in [0, 31, 32, 40] {
      var a = [Float](repeating: 1, count: 41)
      a[position] = .nan
      KernelLevels.forEach { level in
        #expect(skm_dot(a, [Float](repeating: 1, count: 41), 41).isNaN, "\(level)")
      }
    }
  }
}
