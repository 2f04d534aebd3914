import Compare

/// SCM5003: training leaves no white noise, so somebody added it.
enum NoiseDisguiseRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    zip(context.parents, context.contexts).compactMap { parent, weights in
      // The reference may be the one that bears it.
      guard parent.direction.value != .toReference, let noise = weights.noise,
        parent.changes.contains(where: { $0.kind == .noise })
      else { return nil }
      let fact = Fact.Noise(
        reference: parent.reference, sigma: noise.sigma, relativeSigma: noise.relativeSigma,
        scale: NoiseScale(noise.scale), matrices: noise.matrices, values: noise.values,
        share: noise.share, whiteness: noise.whiteness, kurtosis: noise.kurtosis)
      return context.finding(.noiseDisguise(fact), .error)
    }
  }
}
