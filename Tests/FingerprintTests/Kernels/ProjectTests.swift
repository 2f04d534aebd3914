import Kernels
import TestSupport
import Testing

/// `skm_project` against sums taken one product at a time in double.
@Suite struct ProjectTests {
  @Test func agreesWithScalarSumsForRowsAtEverySize() {
    for items in Array(0...17) + [67] {
      for depth in [0, 1, 15, 16, 33, 255, 256, 257, 600] {
        check(items: items, depth: depth, itemStride: depth, depthStride: 1)
      }
    }
  }

  @Test func agreesWithScalarSumsForColumnsAtEverySize() {
    for items in Array(0...67) {
      for depth in [1, 7, 260] {
        check(items: items, depth: depth, itemStride: 1, depthStride: items)
      }
    }
  }

  @Test func leavesTheGapBetweenRowsAlone() {
    check(items: 9, depth: 40, itemStride: 53, depthStride: 1)
    check(items: 9, depth: 40, itemStride: 1, depthStride: 13)
  }

  private func check(items: Int, depth: Int, itemStride: Int, depthStride: Int) {
    var random = ModelRandom(seed: UInt64(items * 1000 + depth))
    let length = max(0, (items - 1) * itemStride + (depth - 1) * depthStride + 1)
    // One float off alignment.
    let matrix = random.floats(length + 1)
    let probes = random.floats(depth * 64 + 1)
    let start = random.floats(items * 64 + 64)
    var expected = start.map(Double.init)
    for item in 0..<items {
      for t in 0..<depth {
        let weight = Double(matrix[1 + item * itemStride + t * depthStride])
        for k in 0..<64 { expected[item * 64 + k] += weight * Double(probes[1 + t * 64 + k]) }
      }
    }
    KernelLevels.forEach { level in
      var result = start
      matrix.withUnsafeBufferPointer { matrix in
        probes.withUnsafeBufferPointer { probes in
          guard let matrix = matrix.baseAddress, let probes = probes.baseAddress else { return }
          skm_project(matrix + 1, items, itemStride, depth, depthStride, probes + 1, &result)
        }
      }
      let wrong = result.indices.filter {
        abs(Double(result[$0]) - expected[$0]) > 2e-6 * (Double(depth) + 4)
      }
      #expect(wrong.isEmpty, "\(items) x \(depth), \(level)")
    }
  }
}
