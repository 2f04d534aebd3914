/// Every threshold of the verdict, with the null it comes from.
///
/// H₀ throughout: "the two models were initialised and trained independently". Significance only
/// admits a verdict; each also needs an effect size, and both are printed.
package enum Calibration {
  /// log10 of the largest p-value that admits a verdict, after correction for the number of
  /// references and of tests.
  ///
  /// docs/error-rates.md has what independent models reach.
  package static let significantLog10P = -10.0

  /// log10 of the largest p-value that settles a verdict on a quick look: twice as many digits.
  static let settledLog10P = 2 * significantLog10P
  /// log10 of the largest p-value that, with an effect far beyond what descent leaves at least, keeps
  /// "nothing was found" from being said: beyond it tails are extrapolated.
  static let suggestiveLog10P = extrapolatedLog10P

  /// How many times the least effect of descent settles it.
  static let settledEffect = 2.0

  /// From here on a p-value that admits nothing is explained to the reader, and leaves a quick look open: one
  /// of ten thousand strangers gets there.
  package static let remarkableLog10P = -4.0

  /// From here on a reference is no stranger of which a background is made: one of a thousand
  /// independent ones is.
  static let strangerLog10P = -3.0

  /// A unit (layer, embedding, head) counts as a reference's only from this z on; independent pairs
  /// stayed below 3, published networks compared free of names below 3.6.
  package static let unitZ = 6.0

  /// Mean cosine of what the tests look at in a unit, below which the unit alone is no evidence: twins
  /// whose embeddings share a geometry and lie on principal axes reached 0.19, continued pre-training
  /// left 0.35.
  package static let unitCosine = 0.3

  /// Share of the subject's parameters that parts must have together to make a reference a parent:
  /// less is a common component.
  package static let partShare = 0.02

  /// Mean cosine of the numbers in place, below which they are no evidence however small p is: the
  /// same initialisation, trained on other data, left 0.29.
  package static let numbersMean = 0.1
  /// The same in units of 1/√width: GPTs of two to four layers and 32 to 192 channels, trained apart on one text and
  /// lined up with each other (Git Re-Basin, `scripts/calibration/align.py`), reached 1.55.
  package static let liningUpGain = 2.0
  /// The same without a residual stream, and where few matrices are compared: the data dictate the units.
  ///
  /// Perceptrons trained apart on one data set and lined up reached 0.57, of eight matrices 0.44, GPTs of one layer 0.37,
  /// convolutions and recurrences 0.31; one of two parents of an equal merge leaves 0.71.
  package static let plainNumbersMean = 0.65
  package static let deepMatrices = 8

  /// Mean cosine of the changes of two adapters from which on one has the other's: trained on
  /// from one another they kept 0.92 and 0.81, trained apart on one base and one text they reached 0.58
  /// (the same seed, another order), and whole models trained so 0.88.
  static let sameChanges = 0.9
  /// From here on two adapters are one, moved, scaled or rounded: then no training lies between.
  static let equalChanges = 0.98
  /// Below this, adapters trained apart on one base, which have gradients in common: other texts
  /// gave 0.27 at most, other bases 0.00.
  static let alikeChanges = 0.3

  /// Share of a unit's variance that a reference must explain to be named as its origin.
  package static let unitShare = 0.2

  /// Below this share of retained variance, common initialisation explains what is left: the same
  /// initial weights trained on other data kept 0.09, a model trained ten times longer on its own
  /// data 0.28, continued pre-training as long as the first 0.59.
  package static let derivedShare = 0.2

  /// Mean circuit cosine that descent from trained weights leaves at least: 0.11 after DARE with 90 %
  /// dropped, 0.16 after a cut to a quarter of the hidden size; a common initialisation alone leaves
  /// 0.07 at most.
  package static let circuitMean = 0.09

  /// The same where the frame is narrow: twins of one text with some 80 tokens reached 0.12 with half
  /// of the directions dropped, 0.20 with a tenth of them; of one layer, with 300 and 500 words and 64 and 96
  /// directions, 0.11.
  package static let narrowCircuitMean = 0.3
  /// A frame is narrow with fewer anchors in common, or fewer directions left, than these; and what is compared in fewer
  /// layers is told as in a narrow one, for the first layers do what the text dictates.
  package static let wideFrame = (anchors: 400, directions: 128, layers: 3)

  /// From this retained share on, the numbers in place account for the subject, and no disguise is
  /// looked for.
  package static let accountedShare = 0.97

  /// Smallest p-value that is stated, as log10.
  ///
  /// The tests extrapolate a normal tail from the spread of some hundred draws; beyond this the
  /// exponent would be a number without meaning.
  package static let smallestLog10P = -300.0

  /// p-values below this, as log10, are extrapolated: the draws of a null are too few to have seen
  /// their like.
  package static let extrapolatedLog10P = -6.0

  /// Share of what the other parents leave that a further parent, which is no relative of theirs, must
  /// explain in a unit.
  package static let unrelatedPartialShare = 0.05
  /// Standardised partial correlation of a further parent in a unit.
  package static let partialZ = 8.0
  /// Smallest weight in a merge that is reported.
  package static let mergeCoefficient = 0.04
  /// How far the coefficients of a merge may be from adding up to 1, or from the arc, in the mean over
  /// its parameters.
  ///
  /// Those of exact merges are within 10⁻³; those of a merge that was trained on by a fifth of its size
  /// within 0.02.
  static let coefficientSum = 0.03
  /// Share of what the other parents leave of a unit that shows that a parent of a merge has part in it.
  static let blendedPartialShare = 0.5
  /// Explained share from which two references count as related to each other.
  package static let relatedShare = 0.04
  /// Cosine of two references' matrices from which on they have weights in common: those of strangers
  /// stay below 0.1, of long training apart above 0.5.
  static let relatedCosine = 0.4
  /// What two references explain alone, together, over what both explain at once: beyond this they
  /// explain the same.
  static let relatedOverlap = 1.1
  /// Share of a reference's units that another explains too, from which on they are relatives:
  /// strangers have none in common, an up-scaled and a pruned child of one base half or more.
  static let relatedUnits = 0.2
  /// A declared parent that explains as much as the best, within this share, accounts for the kinship:
  /// models made from one base with like data differ by more only by their own training.
  static let equalShare = 0.01
  /// Largest ‖B − A‖ / ‖A‖ at which "the rest is as good as unchanged" beside appended rows: short
  /// fine-tunes of the zoo moved by 0.02 to 0.09, siblings of long training by 0.8.
  ///
  /// A sibling on like data is as near as the parent (0.076 and 0.083 in the zoo), so that what was
  /// extended is the subject "or a model as near to it".
  static let unchangedDistance = 0.09
  /// The same where nothing but rounding lies between: bfloat16 leaves 0.002.
  static let roundingDistance = 0.004

  /// Share of the layers' parameters that must come from nobody, unmapped and without a trace of the
  /// parent, before a model is partial rather than trained at length: one new layer of six is enough.
  static let foreignShare = 0.15
  /// Share of a unit's variance that shows that it was taken over as a whole: the half.
  static let graftedShare = 0.5

  /// A matrix resembles its counterpart from this z on; one independent pair in three million does.
  static let matrixZ = 5.0
  /// A vector counts as new below this cosine with the one at the same place, both less their means.
  static let vectorCosine = 0.5
  /// Relative change of sketches of the same numbers, stored otherwise (transposed): their rounding.
  static let sameNumbers = 1e-6

  /// Circuits below this are too weak to be held against the weights.
  static let obfuscatedCircuit = 0.15
  /// How much better than the weights circuits must agree.
  ///
  /// Training moves circuits further: what left 0.79 in the weights left 0.43 in the circuits.
  static let obfuscationLead = 0.1

  /// Fewer matrices than this are a convex problem, or near one, unless they are a chain.
  static let judgeableMatrices = 4
  /// Matrices of a chain from input to output through two hidden layers, whose units no two trainings
  /// order alike.
  static let judgeableChain = 3

  /// Relative distance of the singular values of two embeddings up to which they are one, turned or dealt
  /// anew: fine-tunes, pruned and extended models reached 0.011, independent models of one recipe stayed
  /// above 0.038, random embeddings above 0.034.
  static let equalSpectrum = 0.015
  /// The same of their logarithms, whatever their spread: the same descendants reached 0.0064, strangers stayed
  /// above 0.019, random embeddings of one spectrum, however steep, above 0.012.
  static let equalLogarithms = 0.01

  /// Confidence of the intervals around shares, and how many standard deviations it takes either way.
  package static let confidencePercent = 99
  static let confidenceDeviations = 2.576

  /// Share that a sentence does not round to 0.0 %.
  static let leastStatedShare = 0.0005

  /// Cosine of units in one order from which on two networks are said to compute the same.
  package static let sameFunctionCosine = 0.999

  /// Coverage below which "nothing found" is not said.
  package static let inconclusiveCoverage = 0.2
  /// Share of the parameters from which on what no parent explains and nothing describes is named, and from
  /// which on it may not have room for a copy.
  static let undescribedPart = 0.05
  /// Parameters from which on the same is named whatever its share: the smallest networks that people take
  /// from others have as many.
  static let undescribedParameters = 1 << 20
  /// Parameters, of a reference's, in which a copy of it would be, cut as it may be.
  static let roomForCopy = 0.5
  /// Part of an extent by which a matrix may be longer than that of a reference which it would hold: units more,
  /// and rows up to a multiple that hardware likes.
  static let paddedExtent = 0.1
  /// How many times as many units a layer of a network without circuits may have as one that it would hold.
  static let widenedExtent = 4
  /// Share of weights that were not decoded above which "nothing found" is not said, and embeddings
  /// alone do not speak for a model.
  package static let undecodedShare = 0.5
  /// Decoded matrices of layers that speak for a model of which more than that was not decoded.
  package static let layerMatrices = 4
  /// Coverage below which the reader is warned.
  package static let lowCoverage = 0.5
}
