import Compare

@testable import Judge
@testable import Report

/// Judgements as the Judge stage would hand them on, with every optional field both set and empty
/// somewhere among them.
enum Samples {
  static let corpus = CorpusSummary(
    digest: String(repeating: "7c", count: 32), references: 12, path: "/srv/models/corpus")

  static func report(_ judgements: Judgement..., errors: [InputError] = []) -> ForensicReport {
    ForensicReport(
      tool: Tool(name: "shellcheck-model", version: "1.2.3"), corpus: corpus,
      judgements: judgements, sources: judgements.map { source($0.subject) }, inputErrors: errors)
  }

  static func source(_ subject: Subject) -> SubjectSource {
    SubjectSource(files: [
      .init(
        path: "models/\(subject.name)/README.md", isWeights: false,
        sha256: String(repeating: "1b", count: 32)),
      .init(
        path: "models/\(subject.name)/model.safetensors", isWeights: true,
        sha256: String(repeating: "e0", count: 32)),
    ])
  }

  static func subject(_ name: String, declared: Declared = Declared()) -> Subject {
    Subject(
      name: name, digest: String(repeating: "3fa91c20", count: 8), format: "safetensors",
      parameters: 4_131_264, tensors: 57, family: "llama", components: ["decoder"],
      declared: declared)
  }

  static func modification(
    unchanged: Double = 0, reencoded: Double = 0, modified: Double, new: Double = 0,
    untested: Double = 0, derived: Double, rank: Int? = nil
  ) -> Modification {
    Modification(
      unchanged: unchanged, reencoded: reencoded, modified: modified, new: new,
      untested: untested, dropped: 0.031, relativeChange: 0.5234567, derivedShare: derived,
      derivedShareLow: derived - 0.03,
      derivedShareHigh: derived + 0.03, novelty: 1 - derived, effectiveRank: rank)
  }

  /// With everything that pictures show.
  static let derivedUndeclared: Judgement = {
    var judgement = derivedWithoutPictures
    var similarities = [Double](repeating: 0.02, count: 36)
    for (layer, reference) in [0, 2, 1, 4, 3, 5].enumerated() {
      similarities[6 * layer + reference] = 0.62 - 0.03 * Double(layer)
    }
    judgement.candidates[0].linearZ = 0.7
    judgement.candidates[0].circuitsZ = 71.3
    judgement.candidates[1].linearZ = -0.4
    judgement.candidates[1].circuitsZ = 1.1
    judgement.parents[0].license = "llama3"
    judgement.parents[0].layerGrids = [
      LayerGrid(
        component: "decoder", subjectLayers: Array(0..<6), referenceLayers: Array(0..<6),
        similarities: similarities)
    ]
    judgement.parents[0].changeSpectrum = SpectrumPicture.random(32)
    return judgement
  }()

  private static let drift = Direction(
    .fromReference, because: .weights,
    reason: .drift(.init(beta: 0.91, error: 0.05, base: "llama-s0", outgroup: "llama-s1b")))

  /// Which of two relatives it is, and who came first, is open.
  static let related: Judgement = {
    var judgement = derivedWithoutPictures
    judgement.subject.name = "s1-cpt"
    judgement.verdict.relation = .related
    judgement.verdict.statement = .related(to: "llama-s1", .open, alternatives: ["s1-sft"])
    judgement.parents[0].relation = .related
    judgement.parents[0].direction = Direction(
      .undirected, because: .none,
      reason: .trace(Trace(.grid, isSubjects: true, count: 42, share: 0.93)))
    judgement.parents[0].alternatives = ["s1-sft"]
    judgement.candidates[0].relation = .related
    judgement.components[0].relation = .related
    judgement.parents[0].changes = [Change(.finetune, [.relativeChange: .number(0.0712)])]
    judgement.explanations = [
      Explanation(
        kind: .descent, standing: .open,
        arguments: [.trace(Trace(.grid, isSubjects: true, count: 42, share: 0.93))],
        counterarguments: [.fitsAsWell(["s1-sft"])]),
      Explanation(
        kind: .commonAncestor, standing: .open,
        arguments: [
          .undecided(
            .tooNoisy, relatives: 4, unread: 1, drift: .init(beta: 0.72, error: 0.41))
        ], counterarguments: []),
      Explanation(
        kind: .sharedInitialisation, standing: .excluded, arguments: [],
        counterarguments: [.effect(shared: 0.604, limit: 0.2)]),
    ]
    judgement.findings = [
      Finding(
        .lineage(
          Fact.Lineage(
            relation: .related, statement: judgement.verdict.statement, log10P: -89.25,
            references: ["llama-s1"], derivedShare: 0.604)),
        level: .info, location: "s1-cpt"),
      Finding(
        .undeclaredParent(
          Fact.UndeclaredParent(
            reference: "llama-s1", log10P: -89.25, direction: .open, derivedShare: 0.604,
            grounds: .unknownParents(["lab/llama-s0"]))),
        level: .warning, location: "s1-cpt"),
    ]
    return judgement
  }()

  /// The reference was made from the subject.
  static let reversed = beside(
    "s1-base",
    Direction(
      .toReference, because: .weights,
      reason: .trace(Trace(.extendedModel, isSubjects: false, count: 64, share: 0.0154))))

  /// Both were made from a third, which the corpus names.
  static let siblings = beside(
    "s1-sister",
    Direction(
      .commonAncestor, because: .corpus, reason: .namesDeclaredParent("llama-s0"), via: "llama-s0"))

  /// A relative of `llama-s1` that is no descendant of it.
  private static func beside(_ name: String, _ direction: Direction) -> Judgement {
    var judgement = derivedWithoutPictures
    judgement.subject.name = name
    judgement.verdict.relation = .related
    judgement.verdict.statement = .related(to: "llama-s1", direction, alternatives: [])
    judgement.parents[0].relation = .related
    judgement.parents[0].direction = direction
    judgement.parents[0].license = "llama3"
    judgement.parents[0].changes = [Change(.finetune, [.relativeChange: .number(0.0712)])]
    judgement.candidates[0].relation = .related
    judgement.components[0].relation = .related
    let shown: Explanation.Kind = direction.value == .toReference ? .reverse : .commonAncestor
    judgement.explanations = [
      Explanation(
        kind: shown, standing: .shown, arguments: [.direction(direction)], counterarguments: []),
      Explanation(
        kind: .descent, standing: .excluded, arguments: [],
        counterarguments: [.direction(direction)]),
    ]
    judgement.findings = [
      Finding(
        .lineage(
          Fact.Lineage(
            relation: .related, statement: judgement.verdict.statement, log10P: -89.25,
            references: ["llama-s1"], derivedShare: 0.604)),
        level: .info, location: name)
    ]
    return judgement
  }

  private static let derivedWithoutPictures = Judgement(
    subject: subject("s1-cpt-disguised", declared: Declared(license: "apache-2.0")),
    verdict: Verdict(
      relation: .derived, log10P: -89.25,
      statement: .derived(from: "llama-s1", share: 0.604)),
    parents: [
      Parent(
        reference: "llama-s1", relation: .derived, coefficient: nil, direction: drift,
        log10P: -89.25, linear: LinearScore(mean: 0.004, z: 0.7, coverage: 0.99),
        circuits: CircuitScore(ud: 0.37, ov: 0.39, qk: 0.42, gg: 0.55, z: 71.3, coverage: 0.96),
        changes: [
          Change(.continuedPretraining),
          Change(
            .permuted,
            [.scopes: .terms([.scope(.neurons), .scope(.heads)]), .neuronsMatched: .number(0.987)]),
          Change(.layerReorder, [.layers: .integers([1, 2, 3, 4])]),
        ],
        layerMap: [0, 2, 1, 4, 3, 5].enumerated().map {
          LayerPair(subject: $0, reference: $1, similarity: 0.62 - 0.03 * Double($0))
        },
        modification: modification(unchanged: 0.004, modified: 0.926, new: 0.07, derived: 0.604))
    ],
    candidates: [
      Candidate(
        reference: "llama-s1", relation: .derived, log10P: -89.25, linearMean: 0.004,
        circuitsMean: 0.4325),
      Candidate(
        reference: "llama-s2", relation: .noEvidence, log10P: -0.38, linearMean: -0.002,
        circuitsMean: 0.013),
      Candidate(
        reference: "textgenrnn_weights.hdf5", relation: .inconclusive, log10P: 0, linearMean: 0,
        circuitsMean: nil),
    ],
    components: [
      Component(
        name: "decoder", relation: .derived, reference: "llama-s1", derivedShare: 0.604)
    ],
    findings: [
      Finding(
        .lineage(
          Fact.Lineage(
            relation: .derived, statement: .derived(from: "llama-s1", share: 0.604),
            log10P: -89.25, references: ["llama-s1"], derivedShare: 0.604)),
        level: .info, location: "llama-s1"),
      Finding(
        .undeclaredParent(
          Fact.UndeclaredParent(
            reference: "llama-s1", log10P: -89.25, direction: drift, derivedShare: 0.604)),
        level: .error, location: "README.md"),
      Finding(
        .obfuscatedWeights(
          Fact.Obfuscated(
            reference: "llama-s1", linearMean: 0.004, circuitsMean: 0.4325, kinds: [.permuted])),
        level: .error, location: "llama-s1"),
    ],
    limits: [.note("Rotary frequencies (6 tensors) are constants of the architecture.")],
    layers: [
      LayerDetail(
        component: "decoder", layer: 0, reference: "llama-s1", referenceLayer: 0,
        similarity: 0.62, derivedShare: 0.58, relativeChange: 0.51, unchanged: 0),
      LayerDetail(
        component: "decoder", layer: 1, reference: nil, referenceLayer: nil, similarity: 0,
        derivedShare: 0, relativeChange: 0, unchanged: 0),
      LayerDetail(
        component: "decoder", layer: 2, reference: nil, referenceLayer: nil, similarity: 0,
        derivedShare: 0, relativeChange: 0, unchanged: 0, isTested: false),
    ],
    tensors: [
      TensorDetail(
        name: "model.embed_tokens.weight", role: "tokenEmbedding", shape: [4096, 192],
        reference: "llama-s1", referenceTensor: "model.embed_tokens.weight", status: .modified,
        cosine: 0.787, z: 25.1, relativeChange: 0.62),
      TensorDetail(
        name: "extra.weight", role: "unknown", shape: [], reference: nil, referenceTensor: nil,
        status: .new, cosine: nil, z: nil, relativeChange: nil),
      TensorDetail(
        name: "score.bias", role: "taskHead", shape: [4], reference: nil, referenceTensor: nil,
        status: .untested, cosine: 0.31, z: 0.5, relativeChange: nil),
    ])

  /// With an innovation assessment that somebody asked for.
  static let merged: Judgement = {
    var judgement = plainMerge
    judgement.blend = blend(.linear)
    judgement.innovation = Innovation(
      architecture: 0.12, weights: 0.03, results: nil, composite: nil,
      inputs: [
        "weight.architecture": .number(0.4), "weight.weights": .number(0.4),
        "weight.results": .number(0.2), "nearestReference": .text("llama-s1"),
        "architecture.attention.change": .number(0.5), "novelty": .number(0.03),
        "missing": .texts(["results"]),
      ])
    return judgement
  }()

  /// Two parents, mixed alike in three layers and otherwise in the last.
  static func blend(_ kind: Blend.Kind) -> Blend {
    func unit(_ component: String, _ layer: Int?, _ weights: [Double], _ names: [String])
      -> Blend.Unit
    {
      Blend.Unit(
        component: component, layer: layer, parameters: 1000, coefficients: weights,
        explained: 0.9996, arc: kind == .spherical ? 0.4 : nil, names: names)
    }
    let layers = (0..<4).map { layer in
      unit(
        "decoder", layer, layer < 3 ? [0.6, 0.4] : [0.2, 0.8],
        ["model.layers.\(layer).mlp.up_proj.weight", "model.layers.\(layer).input_norm.weight"])
    }
    return Blend(
      kind: kind, references: ["llama-s1", "llama-s1-sft"],
      units: [unit("embedding", nil, [0.5, 0.5], ["model.embed_tokens.weight"])] + layers)
  }

  private static let plainMerge = Judgement(
    subject: subject(
      "merge-60-40",
      declared: Declared(
        baseModels: ["lab/llama-s1", "lab/llama-s1-sft"], relation: "merge", license: "mit")),
    verdict: Verdict(
      relation: .merged, log10P: -115,
      statement: .merged(
        [.init("llama-s1", share: 0.6), .init("llama-s1-sft", share: 0.4)], isBlend: true)),
    parents: [("llama-s1", 0.6), ("llama-s1-sft", 0.4)].map { reference, coefficient in
      Parent(
        reference: reference, relation: .merged, coefficient: coefficient,
        direction: Direction(.fromReference, because: .weights, reason: .merge(references: 2)),
        log10P: -115,
        linear: LinearScore(mean: 0.93, z: 27.7, coverage: 1), circuits: nil,
        changes: [
          Change(.merge, [.coefficient: .number(coefficient)]),
          Change(.quantise, [.bits: .integer(4), .group: .integer(64)]),
          Change(.valuePrune, [.sparsity: .number(0.5)]),
        ],
        layerMap: (0..<6).map { LayerPair(subject: $0, reference: $0, similarity: 0.9) },
        modification: modification(
          reencoded: 0.25, modified: 0.73, untested: 0.02, derived: 0.97, rank: 8))
    },
    candidates: ["llama-s1", "llama-s1-sft", "s2", "s3", "gpt2", "bert", "rnn"].map {
      Candidate(
        reference: $0, relation: $0.hasPrefix("llama") ? .merged : .noEvidence,
        log10P: $0.hasPrefix("llama") ? -115 : -0.1,
        linearMean: $0.hasPrefix("llama") ? 0.93 : 0.001, circuitsMean: nil)
    },
    components: [
      Component(name: "decoder", relation: .merged, reference: "llama-s1", derivedShare: 0.97),
      Component(name: "head", relation: .noEvidence, reference: nil, derivedShare: nil),
      Component(
        name: "pooler", relation: .inconclusive, reference: nil, derivedShare: nil, isTested: false),
    ],
    findings: [
      Finding(
        .lineage(
          Fact.Lineage(
            relation: .merged,
            statement: .merged(
              [.init("llama-s1", share: 0.6), .init("llama-s1-sft", share: 0.4)], isBlend: true),
            log10P: -115, references: ["llama-s1", "llama-s1-sft"], shares: [0.6, 0.4])),
        level: .info, location: "")
    ],
    limits: [], layers: [], tensors: [])

  /// With a finding that the policy accepts.
  static let noEvidence: Judgement = {
    var judgement = plainStranger
    judgement.findings[0].accepted = CalendarDate("2027-01-31").map {
      Acceptance(reason: "the head is new | see #12", expires: $0)
    }
    return judgement
  }()

  private static let plainStranger = Judgement(
    subject: Subject(
      name: "weights.hdf5", digest: String(repeating: "0", count: 64), format: "hdf5",
      parameters: 983, tensors: 1, family: nil, components: [], declared: Declared()),
    verdict: Verdict(
      relation: .noEvidence, log10P: -0.3768,
      statement: .noEvidence(.init([]))),
    parents: [], candidates: [], components: [],
    findings: [
      Finding(.lowCoverage(0.41), level: .warning, location: "weights.hdf5")
    ],
    limits: [.fewMatrices, .note("No tokenizer: anchored by token id.")],
    layers: [], tensors: [])
}

extension Fact {
  /// An undeclared parent of a name.
  static func undeclared(_ reference: String) -> Fact {
    .undeclaredParent(
      UndeclaredParent(reference: reference, log10P: -89.25, direction: .open))
  }
}
