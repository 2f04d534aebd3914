import Compare

/// White noise of one size was added to the values.
enum NoiseRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    // Rounding to a grid is another change, whatever it looks like.
    guard let noise = context.noise, QuantiseRule.change(context) == nil else { return nil }
    return Change(
      .noise,
      [
        .sigma: .number(noise.sigma), .relativeSigma: .number(noise.relativeSigma),
        .matrices: .integer(noise.matrices), .noiseScale: .term(.noise(NoiseScale(noise.scale))),
      ])
  }
}
