import Fingerprint
import Testing

@testable import Compare

@Suite struct ChaosTailTests {
  private static let side = LinearSketch.side

  /// A matrix with so many equal singular values.
  private static func diagonal(_ count: Int) -> [Float] {
    (0..<side * side).map { $0 / side == $0 % side && $0 / side < count ? 1 : 0 }
  }

  /// log10 of P(XY ≥ t) of two standard normal numbers, ∫ K₀/π, by scipy's quadrature.
  @Test(arguments: [(3.0, -2.0079), (5, -2.9645), (10, -5.2663), (20, -9.7483)])
  func ofOneDirectionItIsThatOfAProductOfTwoNumbers(t: Double, log10P: Double) throws {
    let tail = try #require(ChaosTail(products: [Self.diagonal(1)]))
    #expect(abs(NormalTail.log10P(tail.z(t)) - log10P) < 0.1)
  }

  @Test func ofManyDirectionsItIsNormal() throws {
    let tail = try #require(
      ChaosTail(products: [[Float]](repeating: Self.diagonal(Self.side), count: 64)))
    for t in [2.0, 4, 6] {
      let z = tail.z(t)
      #expect(z <= t && z > 0.98 * t)
    }
  }

  @Test func theFewerDirectionsTheLessAnythingIsWorth() throws {
    var before = 0.0
    for count in [1, 2, 4, 8, 16, 32] {
      let z = try #require(ChaosTail(products: [Self.diagonal(count)])).z(8)
      #expect(z > before && z <= 8)
      before = z
    }
  }

  @Test func ofNothingThereIsNone() {
    #expect(ChaosTail(products: []) == nil)
    #expect(ChaosTail(products: [Self.diagonal(0)]) == nil)
    #expect(ChaosTail(products: [[Float](repeating: .nan, count: Self.side * Self.side)]) == nil)
  }

  @Test func whatIsNoNumberIsLeftAsItIs() throws {
    let tail = try #require(ChaosTail(products: [Self.diagonal(3)]))
    #expect(tail.z(-3) == -3 && tail.z(0.5) == 0.5)
    #expect(tail.z(.infinity) == .infinity)
    #expect(tail.z(1e6).isFinite && tail.z(1e6) > 100)
  }
}
