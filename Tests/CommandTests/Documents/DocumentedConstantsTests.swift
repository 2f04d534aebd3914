import Foundation
import Testing

@testable import Canonicalise
@testable import Compare
@testable import Fingerprint
@testable import Judge
@testable import Load
@testable import Report
@testable import ShellcheckModel

/// Pages and documents state the constants of the program.
@Suite(.enabled(if: DocumentedClaim.hasDocuments)) struct DocumentedConstantsTests {
  @Test(arguments: findings) func thePageOfAFindingStatesTheConstantsOfTheProgram(
    claim: DocumentedClaim
  ) throws {
    #expect(try claim.holds())
  }

  @Test(arguments: method) func theMethodStatesTheConstantsOfTheProgram(
    claim: DocumentedClaim
  ) throws {
    #expect(try claim.holds())
  }

  @Test(arguments: others) func documentsStateTheConstantsAndNamesOfTheProgram(
    claim: DocumentedClaim
  ) throws {
    #expect(try claim.holds())
  }

  // MARK: Pages of findings

  private static let verdict = Written.figure(-Calibration.significantLog10P)
  private static let coverage = Written.percent(Calibration.inconclusiveCoverage)
  private static let shown = Written.words(Fact.namedItems)
  private static let derived = Written.words(Calibration.derivedShare)
  private static let circuits = Written.figure(Calibration.circuitMean)
  private static let partial = Written.percent(Calibration.unrelatedPartialShare)
  private static let limits = LoadLimits()

  private static let findings: [DocumentedClaim] = pages.flatMap(\.self)

  private static let pages: [[DocumentedClaim]] = [
    DocumentedClaim.page(
      "SCM1001", en: "names up to \(shown.en) of the tensors", zh: "最多列出\(shown.zh)个这样的张量"),
    DocumentedClaim.page(
      "SCM1003", en: "names up to \(shown.en) and says what each is",
      zh: "最多列出\(shown.zh)个并说明各是什么"),
    DocumentedClaim.page("SCM1006", en: "lists up to \(shown.en)", zh: "最多列出\(shown.zh)个"),
    DocumentedClaim.page(
      "SCM1007",
      en: "with at least \(PlaceClaims.leastVocabulary) rows, more rows than columns",
      zh: "至少有 \(PlaceClaims.leastVocabulary) 行、行多于列"),
    DocumentedClaim.page(
      "SCM1007",
      en: """
        up to \(Written.words(RivalParts.limit).en) (two at least, fewer than \
        \(Written.words(RivalParts.limit).en) of models above \
        \(Written.grouped(RivalParts.mostTensors / RivalParts.limit)) tensors)
        """,
      zh: """
        至多\(Written.words(RivalParts.limit).zh)种；张量超过 \
        \(Written.grouped(RivalParts.mostTensors / RivalParts.limit)) 个时较少，至少两种
        """),
    DocumentedClaim.page(
      "SCM2001", en: "hold the same tensors, byte for byte in canonical form",
      zh: "规范形式下逐字节相同"),
    DocumentedClaim.page(
      "SCM2001", en: "\(TensorDigest.algorithm) of each tensor's canonical bytes",
      zh: "每个张量的规范字节（小端、紧密排列）计算 \(TensorDigest.algorithm)"),
    DocumentedClaim.page(
      "SCM2002",
      en: "cosine of \(LinearSketch.side)×\(LinearSketch.side) signed sums",
      zh: "各化为 \(LinearSketch.side)×\(LinearSketch.side) 个带符号的和"),
    DocumentedClaim.page(
      "SCM2002",
      en: """
        A verdict needs log₁₀ p ≤ −\(verdict) after Bonferroni correction over tests and \
        references, and an effect size: \(derived.en) of the variance retained, or a mean circuit \
        cosine of \(circuits) (\(Written.figure(Calibration.narrowCircuitMean)) where few tokens, \
        directions or layers are in common)
        """,
      zh: """
        给出结论需要 log₁₀ p ≤ −\(verdict)（经 Bonferroni 校正，计入检验次数与参考模型数），并且达到效应量：\
        保留\(derived.zh)的方差，或回路的平均余弦达到 \(circuits)（共有的词元、方向或层较少时为 \
        \(Written.figure(Calibration.narrowCircuitMean))）
        """),
    DocumentedClaim.page(
      "SCM2002",
      en: "need a mean cosine of \(Written.figure(Calibration.plainNumbersMean)) besides",
      zh: "平均余弦还须达到 \(Written.figure(Calibration.plainNumbersMean))"),
    DocumentedClaim.page(
      "SCM2002",
      en: "log₁₀ p is not stated below −\(Written.figure(-Calibration.smallestLog10P))",
      zh: "更小的 log₁₀ p 一律记为 −\(Written.figure(-Calibration.smallestLog10P))"),
    DocumentedClaim.page(
      "SCM2003",
      en:
        "layers with at least \(Written.percent(Calibration.foreignShare)) of the layers' parameters",
      zh: "占各层参数至少 \(Written.percent(Calibration.foreignShare)) 的层"),
    DocumentedClaim.page(
      "SCM2004",
      en: "the parents explain less than \(Written.words(MergekitWriter.explained).en) of a unit",
      zh: "父模型在某一部分中能解释的不足\(Written.words(MergekitWriter.explained).zh)"),
    DocumentedClaim.page(
      "SCM2004", en: "explains at least \(partial) of what they leave in a unit",
      zh: "至少解释其他父模型所余部分的 \(partial)"),
    DocumentedClaim.page(
      "SCM2004", en: "within \(Written.figure(Calibration.coefficientSum)), is said",
      zh: "相差 \(Written.figure(Calibration.coefficientSum)) 以内"),
    DocumentedClaim.page(
      "SCM2005",
      en: """
        less than \(derived.en) of the variance is retained and circuits, where there are any, \
        agree with a mean cosine below \(circuits)
        """,
      zh: "保留的方差不足\(derived.zh)，且在有回路可比时，回路的平均余弦低于 \(circuits)"),
    DocumentedClaim.page(
      "SCM2007",
      en: """
        at most \(Written.percent(RoundingThresholds.strayShare)) of the numbers lie on another \
        level than the nearest
        """,
      zh: "至多 \(Written.percent(RoundingThresholds.strayShare)) 的数值不在最近的格点上"),
    DocumentedClaim.page(
      "SCM2007", en: "\(Written.percent(RoundingThresholds.scaleSlack)) of half a step",
      zh: "半步的 \(Written.percent(RoundingThresholds.scaleSlack))"),
    DocumentedClaim.page(
      "SCM2007",
      en: "at most \(Written.figure(RoundingThresholds.rescaled)) times those of rounding",
      zh: "至多为舍入误差的 \(Written.figure(RoundingThresholds.rescaled)) 倍"),
    DocumentedClaim.page(
      "SCM2007",
      en:
        """
        up to \(Written.figure(RoundingThresholds.searched.ratio)) times where a format's writers \
        search for scales
        """,
      zh: "会搜索缩放系数时至多 \(Written.figure(RoundingThresholds.searched.ratio)) 倍"),
    DocumentedClaim.page(
      "SCM2007",
      en: """
        \(Written.figure(RoundingThresholds.compensated.lowerBound)) to \
        \(Written.figure(RoundingThresholds.compensated.upperBound)) times in the median
        """,
      zh: """
        中位数为 \(Written.figure(RoundingThresholds.compensated.lowerBound)) 至 \
        \(Written.figure(RoundingThresholds.compensated.upperBound)) 倍
        """),
    DocumentedClaim.page(
      "SCM2007",
      en: """
        up to \(Written.grouped(RoundingEngine.limit)) numbers are looked at where the parent's \
        weights are at hand, else the \(ValueSample.limit) that its fingerprint keeps; \
        \(Written.words(QuantisationRule.judgedShare).en) of the quantised parameters must be judged
        """,
      zh: """
        至多查看 \(Written.grouped(RoundingEngine.limit)) 个数值；否则查看其指纹所存的 \
        \(ValueSample.limit) 个。须能判断量化参数的\(Written.words(QuantisationRule.judgedShare).zh)
        """),
    DocumentedClaim.page(
      "SCM3001", en: "within \(Written.percent(Calibration.equalShare))",
      zh: "相差不超过 \(Written.percent(Calibration.equalShare))"),
    DocumentedClaim.page(
      "SCM3001", en: "front matter of up to \(limits.frontMatterByteCount >> 20) MiB",
      zh: "最大 \(limits.frontMatterByteCount >> 20) MiB"),
    DocumentedClaim.page(
      "SCM3001",
      en:
        """
        a mean cosine of their changes of \(Written.figure(Calibration.equalChanges)) is an error, \
        of \(Written.figure(Calibration.sameChanges)) a warning
        """,
      zh: """
        改动的平均余弦达到 \(Written.figure(Calibration.equalChanges)) 为错误，达到 \
        \(Written.figure(Calibration.sameChanges)) 为警告
        """),
    DocumentedClaim.page(
      "SCM3002", en: "of which less than \(coverage) of the parameters could be compared",
      zh: "只有不足 \(coverage) 的参数可供比较"),
    DocumentedClaim.page(
      "SCM3003", en: "weights equal byte for byte", zh: "权重逐字节相同"),
    DocumentedClaim.page(
      "SCM3003",
      en:
        """
        at least \(Written.percent(WrongRelationRule.sameNumbers)) of the parameters are unchanged \
        or re-encoded
        """,
      zh: "至少 \(Written.percent(WrongRelationRule.sameNumbers)) 的参数未变或只是重编码"),
    DocumentedClaim.page(
      "SCM3004",
      en: """
        explains at least \(partial) of what the others leave in some unit, at a standardised \
        partial correlation of at least \(Written.figure(Calibration.partialZ))
        """,
      zh: "至少解释其他来源所余部分的 \(partial)，且标准化偏相关至少为 \(Written.figure(Calibration.partialZ))"),
    DocumentedClaim.page(
      "SCM4002",
      en: "Up to \(limits.documentCount) files and \(limits.documentByteCount >> 10) KiB of each",
      zh: "最多读取 \(limits.documentCount) 个文件，每个 \(limits.documentByteCount >> 10) KiB"),
    DocumentedClaim.page(
      "SCM5001",
      en: "explains \(Written.percent(Recovery.explainedShare)) of the variance of a block",
      zh: "还能解释一个块 \(Written.percent(Recovery.explainedShare)) 的方差"),
    DocumentedClaim.page(
      "SCM5001", en: "Only from a cosine of \(Written.figure(Calibration.sameFunctionCosine)) on",
      zh: "只有余弦不低于 \(Written.figure(Calibration.sameFunctionCosine)) 时"),
    DocumentedClaim.page(
      "SCM5001",
      en: """
        standard deviation of ln above \(Written.figure(Equilibration.uneven)) in \
        \(Written.words(Equilibration.leastShare).en) of the matrices' numbers
        """,
      zh: """
        占矩阵数值\(Written.words(Equilibration.leastShare).zh)的部分，其对数标准差大于 \
        \(Written.figure(Equilibration.uneven))
        """),
    DocumentedClaim.page(
      "SCM5003",
      en: """
        Fingerprints of format \(ModelFingerprint.formatVersion.suffix(1)) keep \
        \(ValueSample.limit) values of every matrix
        """,
      zh: """
        格式 \(ModelFingerprint.formatVersion.suffix(1)) 的指纹保存每个矩阵在公开位置上的 \
        \(ValueSample.limit) 个数值
        """),
    DocumentedClaim.page(
      "SCM5003", en: "\(NoiseThresholds.whiteness) is asked for",
      zh: "要求至少为 \(NoiseThresholds.whiteness)"),
    DocumentedClaim.page(
      "SCM5003", en: "\(Written.figure(NoiseThresholds.spread)) are allowed",
      zh: "允许 \(Written.figure(NoiseThresholds.spread)) 倍"),
    DocumentedClaim.page(
      "SCM5003",
      en: """
        \(Written.figure(NoiseThresholds.kurtosis.lowerBound)) to \
        \(Written.figure(NoiseThresholds.kurtosis.upperBound)) are allowed
        """,
      zh: """
        允许 \(Written.figure(NoiseThresholds.kurtosis.lowerBound)) 至 \
        \(Written.figure(NoiseThresholds.kurtosis.upperBound))
        """),
    DocumentedClaim.page(
      "SCM5003",
      en:
        """
        at least \(Written.words(NoiseThresholds.matrices).en) matrices, \(NoiseThresholds.values) \
        values, \(Written.words(NoiseThresholds.changedShare).en) of the changed parameters and \
        \(Written.words(NoiseThresholds.share).en) of all. Values whose number format is coarser \
        than \(Written.words(NoiseThresholds.resolution).en) of the noise
        """,
      zh: """
        至少\(Written.words(NoiseThresholds.matrices).zh)个矩阵、\(NoiseThresholds.values) 个数值、\
        发生改变的参数的\(Written.words(NoiseThresholds.changedShare).zh)以及全部参数的\
        \(Written.words(NoiseThresholds.share).zh)上全部成立。数值格式比噪声的\
        \(Written.words(NoiseThresholds.resolution).zh)还粗
        """),
    DocumentedClaim.page(
      "SCM5004", en: "the first \(Written.words(QuantisationRule.namedTensors).en)",
      zh: "前\(Written.words(QuantisationRule.namedTensors).zh)个"),
    DocumentedClaim.page(
      "SCM5004",
      en: "more than \(Written.percent(RoundingThresholds.strayShare)) of its numbers",
      zh: "超过 \(Written.percent(RoundingThresholds.strayShare)) 的数值"),
    DocumentedClaim.page(
      "SCM6001",
      en: "below \(Written.percent(Calibration.lowCoverage)); below \(coverage), without evidence",
      zh: "低于 \(Written.percent(Calibration.lowCoverage))，则有本发现；若低于 \(coverage) 且没有证据"),
    DocumentedClaim.page(
      "SCM6001",
      en: """
        from \(Written.percent(Calibration.undescribedPart)) of the parameters on, or of \
        \(Written.words(Calibration.judgeableMatrices).en) matrices with \
        \(Written.power(Calibration.undescribedParameters)) parameters together, whatever their \
        share; from \(coverage) on
        """,
      zh: """
        从参数的 \(Written.percent(Calibration.undescribedPart)) 起报告，或从合计 \
        \(Written.power(Calibration.undescribedParameters)) 个参数的\
        \(Written.words(Calibration.judgeableMatrices).zh)个矩阵起，无论比例多少；从 \(coverage) 起
        """),
    DocumentedClaim.page(
      "SCM6003", en: "at least \(coverage) of the subject's parameters could be compared",
      zh: "至少 \(coverage) 的参数比较"),
    DocumentedClaim.page(
      "SCM6003",
      en: """
        fewer than \(Written.words(Calibration.judgeableMatrices).en) weight matrices \
        (\(Written.words(Calibration.judgeableChain).en) in one chain suffice)
        """,
      zh: """
        权重矩阵不足\(Written.words(Calibration.judgeableMatrices).zh)个（相连成一条链的\
        \(Written.words(Calibration.judgeableChain).zh)个即可）
        """),
    DocumentedClaim.page(
      "SCM6003",
      en:
        """
        (\(Written.figure(Calibration.settledEffect * Calibration.derivedShare)) of the variance \
        explained), and p is below \(power(Calibration.suggestiveLog10P)), but not as small as a \
        verdict needs it (\(power(Calibration.significantLog10P)))
        """,
      zh: """
        解释了 \(Written.figure(Calibration.settledEffect * Calibration.derivedShare)) 的方差），\
        p 也低于 \(power(Calibration.suggestiveLog10P))，却没有小到下结论所需的 \
        \(power(Calibration.significantLog10P))
        """),
    DocumentedClaim.page(
      "SCM6003",
      en: """
        so it is from \(Written.percent(Calibration.undescribedPart)) on where that is \
        \(Written.words(Calibration.roomForCopy).en) as much as the reference or more
        """,
      zh: """
        若达 \(Written.percent(Calibration.undescribedPart))，且数量不少于该参考模型的\
        \(Written.words(Calibration.roomForCopy).zh)
        """),
    DocumentedClaim.page(
      "SCM6003", en: "above \(Written.power(UnitWeights.mostParameters)) parameters",
      zh: "超过 \(Written.power(UnitWeights.mostParameters)) 个参数"),
  ]

  private static func power(_ log10P: Double) -> String {
    Figures.raised("10^\(Int(log10P))")
  }

  // MARK: The method

  private static let method: [DocumentedClaim] = DocumentedClaim.document(
    "docs/method.md", passagesOfTheMethod)

  private static let passagesOfTheMethod: [String] = [
    "A matrix W becomes a \(LinearSketch.side)×\(LinearSketch.side) matrix",
    "Vectors shorter than \(VectorSketch.length) are kept whole",
    "Also kept: \(TensorDigest.algorithm) of the stored bytes",
    """
    \(TensorDigest.algorithm) of the canonical numbers, little-endian, row by row; of more than \
    \(Written.power(LeafPlan.leafElements)) numbers, \(TensorDigest.algorithm) of the text \
    `\(TensorDigest.leavesMark)` and the digests of the leaves
    """,
    "\(ValueSample.limit) places of every matrix",
    "cosine of \(Correspondence.contradiction.cosine) or more, at z ≥ \(Written.figure(Correspondence.contradiction.z))",
    "all but \(Written.percent(Untrained.oneSign)) have one sign",
    "a row or a column of \(Untrained.line.least) values or more",
    "\(Written.figure(EvenSpread.veryEven.difference)) at most on an eighth",
    """
    Of vectors of more than \(VectorSketch.length) entries \
    \(ValueSample.count(ofVector: VectorSketch.length + 1)) are kept
    """,
    """
    where fewer than \(Calibration.wideFrame.anchors) anchors are in common, fewer than \
    \(Calibration.wideFrame.directions) directions are left or fewer than three layers are \
    compared, circuits speak only from a mean of \(Written.figure(Calibration.narrowCircuitMean))
    """,
    "divided by \(Written.figure(LinearEvidence.sumInflation)), its deviation over strangers",
    "in \(LinearTest.draws) random orders, and with \(LinearTest.draws) random signs of rows and columns",
    "Student's distribution of \(LinearTest.draws - 1) degrees of freedom",
    "against \(MethodConstants.circuitDraws) random rotations",
    "A unit speaks from a mean cosine of \(Written.figure(Calibration.unitCosine))",
    "Below −\(Written.figure(-Calibration.smallestLog10P)) nothing is printed",
    """
    Admitted is log₁₀ p ≤ −\(verdict) after that correction, with an effect that descent leaves: a \
    mean cosine of the numbers of \(Written.figure(Calibration.numbersMean)), of \
    \(Written.figure(Calibration.liningUpGain))/√width (mean over the matrices, of their narrower \
    sides) and, without a residual stream or where fewer than \
    \(Written.words(Calibration.deepMatrices).en) matrices are compared, of \
    \(Written.figure(Calibration.plainNumbersMean)), the latter two unless \
    \(Written.percent(Calibration.partShare)) of the parameters are in matrices of a cosine of \
    \(Written.figure(MethodConstants.sameCosine)); circuits with a \
    mean of \(circuits) (\(Written.figure(Calibration.narrowCircuitMean)) where the frame is \
    narrow); or parts (units, equal tensors) of \(Written.percent(Calibration.partShare)) of the \
    parameters
    """,
    "Parts of less than \(Written.percent(Calibration.partShare)) are common components",
    "the same tensors byte for byte, in the same layers",
    "\(derived.en) of the variance is retained, or circuits agree with a mean cosine of \(circuits)",
    "at least \(Written.percent(Calibration.foreignShare)) of the layers' parameters show no trace",
    "at least \(coverage) of the parameters could be compared, nothing is admitted",
    """
    what \(coverage) of the subject's parameters are in the network (kernels of convolutions apart), \
    or \(Written.percent(Calibration.undescribedPart)) where \
    \(Written.words(Calibration.roomForCopy).en) of the reference would have room there
    """,
    """
    fewer than \(Written.words(Calibration.judgeableMatrices).en) weight matrices and no chain of \
    \(Written.words(Calibration.judgeableChain).en)
    """,
    """
    must explain \(partial) of what they leave in a unit at z ≥ \
    \(Written.figure(Calibration.partialZ)) and with a coefficient of at least \
    \(Written.figure(Calibration.mergeCoefficient))
    """,
    "with a \(Calibration.confidencePercent) % interval",
    """
    Followed is an effect of \(Written.figure(UnitFit.anchoringEffect)) on fixed axes and of \
    \(Written.figure(UnitFit.followedEffect)) on others
    """,
    """
    Its effect is \(Written.figure(UnitFit.evidenceEffect)) at least, and it has \
    \(Written.words(UnitSearch.fewestRows).en) rows
    """,
    """
    says that the function is unchanged only where the cosine is \
    \(Written.figure(Calibration.sameFunctionCosine)) or more
    """,
    """
    one budget of \(Written.power(UnitWork.standard)) multiplications, or \
    \(Written.power(UnitWork.forEach)) for each where they are more than \
    \(UnitWork.standard / UnitWork.forEach)
    """,
    """
    models above \(Written.power(UnitWeights.mostParameters)) parameters, tensors above \
    \(Written.power(UnitWeights.mostNumbers)) numbers or not decoded, layers of more than \
    \(UnitSignature.mostRows) units
    """,
    "up to \(Calibration.widenedExtent) times as many units in each",
    "by their products with \(UnitSigns.many) vectors of signs",
    "or \(UnitSigns.few) where that would be more than \(UnitSignatures.bytesOfMany >> 20) MB",
    "\(UnitSignatures.mostBytes >> 20) MB at most. A row of the subject",
    "Matrices of more than \(Written.power(UnitSearch.mostExact)) numbers are compared so",
    """
    in \(Written.words(Equilibration.leastShare).en) of its matrices' numbers the spread is above \
    \(Written.figure(Equilibration.uneven))
    """,
  ]

  // MARK: Other documents

  private static let others: [DocumentedClaim] = evidence + attestation + quick

  private static let evidence: [DocumentedClaim] = DocumentedClaim.document(
    "docs/evidence.md",
    [
      "schema `\(EvidenceManifest.currentSchema)`: the SHA-256 of every other file",
      "| `\(EvidenceManifest.fileName)` |", "| `\(EvidenceManifest.report)` |",
      "| `\(EvidenceManifest.references)/` |",
      "| `\(EvidenceManifest.policy)`, `\(EvidenceManifest.results)` |",
      "schema `\(JSONWriter.schema)`, with the SHA-256 of every file of the model",
      "numbers may differ by a \(JudgementComparison.tolerance == 1e-6 ? "millionth" : "?")",
      "of more than \(ReferenceCorpus.screenedCount) references",
    ])
  private static let attestation: [DocumentedClaim] = DocumentedClaim.document(
    "docs/attestation.md",
    [
      "**Predicate type** is `\(InTotoWriter.predicateType)`",
      "`cosign attest-blob --type \(InTotoWriter.predicateType) --predicate …`",
      "`weights.rootDigest` is SHA-256 over the names, types, shapes and digests of all tensors",
      """
      a CycloneDX \(CycloneDXWriter.version) ML-BOM \
      (`\(CycloneDX16Writer.format)` for services
      """,
    ])
  private static let quick: [DocumentedClaim] = DocumentedClaim.document(
    "docs/quick.md",
    [
      "the attention of up to \(Written.words(CanonicalModel.spreadLayers).en) spread layers",
      "and more than \(CanonicalModel.quickBytes >> 20) MiB",
      "the first \(QuickLook.fewAnchors) of the \(AnchorList.limit) anchor tokens",
      "up to \(Written.words(CanonicalModel.largeMatrices).en) large matrices",
      "(p ≤ 10^-\(Written.figure(-Calibration.remarkableLog10P)))",
      "as large as a verdict asks for (\(Written.figure(Calibration.numbersMean)))",
      "corpora of up to \(ReferenceCorpus.screenedCount) references",
    ])

  // MARK: Reports

  /// What a report says of its own method, against the constants that it was made with.
  @Test(arguments: Language.allCases)
  func theMethodOfAReportStatesTheConstantsOfTheProgram(language: Language) {
    let method = Method.allCases.map { language($0) }.joined(separator: " ")
    for said in [
      "\(LinearSketch.side) × \(LinearSketch.side)", "\(Calibration.confidencePercent) %",
      Self.power(Calibration.significantLog10P), Self.power(Calibration.smallestLog10P),
    ] {
      #expect(method.contains(said), "\(said)")
    }
    let reading = language.readingOfP(Figures.raised)
    for bound in [Calibration.significantLog10P, Calibration.extrapolatedLog10P] {
      #expect(reading.contains(Self.power(bound)))
    }
  }

  /// The intervals are as wide as their confidence says: 99 % of a normal distribution lie within.
  @Test func theIntervalIsAsWideAsItsConfidence() {
    let within = erf(Calibration.confidenceDeviations / 2.0.squareRoot())
    #expect(abs(100 * within - Double(Calibration.confidencePercent)) < 0.01)
  }

  /// The name that documents use is that of the function: its digest of nothing, as its authors publish it.
  @Test func theDigestOfATensorIsWhatDocumentsCallIt() {
    #expect(TensorDigest.algorithm == "BLAKE3")
    #expect(
      TensorDigest(BLAKE3()).hexadecimal
        == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")
  }
}
