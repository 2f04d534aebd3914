/// What a group of matrices contributes to the shares of the whole.
struct AlignedShare: Sendable {
  let tensors: [String]
  let parameters: Int
  /// Share of the variance that the reference explains, 0…1.
  let explained: Double
  /// What choosing counterparts would explain in a stranger.
  let chance: Double
  /// Squared relative change, ‖B − A‖² / ‖A‖².
  let squaredChange: Double?

  /// Weights so large that their squares overflow make figures that are not numbers: these count as
  /// nothing explained.
  init(
    tensors: [String], parameters: Int, explained: Double, chance: Double = 0,
    squaredChange: Double?
  ) {
    self.tensors = tensors
    self.parameters = parameters
    self.explained = explained.isFinite ? min(1, max(0, explained)) : 0
    self.chance = chance.isFinite ? min(1, max(0, chance)) : 0
    self.squaredChange = squaredChange.flatMap { $0.isFinite ? max(0, $0) : nil }
  }

  /// Less what chance explains.
  var derived: Double { chance < 1 ? max(0, (explained - chance) / (1 - chance)) : 0 }
}
