import Canonicalise
import Load
import TestSupport

@testable import Fingerprint

/// Fingerprints made by hand, with every kind of content.
enum SampleFingerprint {
  /// A matrix, a long and a short vector, a mask, two layers of circuits, a frame and signatures.
  static func full() throws -> ModelFingerprint {
    var random = TestSupport.SplitMix64(seed: 7)
    let floats = { (count: Int) in (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    var tensors = [
      try tensor(
        "model.layers.0.mlp.up_proj.weight", role: .mlpUp, layer: 0, shape: [96, 40],
        sketch: .matrix(
          LinearSketch(
            rows: 96, columns: 40, raw: floats(1024), columnMeans: floats(32),
            rowMeans: floats(32)))),
      try tensor(
        "norm \"quoted\" – ü\u{1}", role: .finalNorm, layer: nil, shape: [300],
        sketch: .vector(floats(256))),
      try tensor(
        "bias", role: .unknown, layer: nil, shape: [3], sketch: .vector([0.5, -0.0, -0.5])),
      try tensor("mask", role: .constant, layer: nil, shape: [4, 4], sketch: .none),
    ]
    tensors[0].grid = QuantisationGrid(bits: 4, group: 32)
    tensors[0].sample = ValueSample(values: floats(256))
    tensors[1].sample = ValueSample(values: floats(512))
    tensors[0].moments.mean = -.leastNonzeroMagnitude
    tensors[1].expert = 3
    let circuits = (0..<2).map { layer in
      LayerCircuits(
        component: "decoder", layer: layer, expert: layer == 1 ? 5 : nil,
        circuits: layer == 0
          ? [.qk: floats(4096), .ov: floats(4096), .gg: floats(4096)] : [.ud: floats(4096)])
    }
    var frame = FrameSummary(
      kind: .tokenStrings, anchorIDs: [0: 12, 7: 3, 11: 0], vocabularySize: 1024, rank: 40)
    frame.spectrum = [8, 4, 0.5]
    frame.contradiction = VocabularyContradiction(
      file: "tokenizer.json", own: [0: 12, 7: 4], shown: [0: 12, 7: 3], reference: "other")
    var result = model(tensors, frame: frame, circuits: circuits)
    result.spectra = [TableSpectrum(table: "table", passedOver: 7, values: [9, 4])]
    result.dead = [DeadUnits(tensor: "mask", count: 2, parameters: 8)]
    result.units = UnitSignatures(
      entries: [
        UnitSignature(
          UnitTensor(
            name: tensors[0].name, shape: [96, 40], extents: [96, 40], taps: 1,
            values: floats(3840))),
        UnitSignature(
          UnitTensor(name: "bias", shape: [3], extents: [3, 1], taps: 1, values: [1, -0.0, 2])),
      ], isWhole: false)
    return result
  }

  /// A matrix and nothing else.
  static func small() throws -> ModelFingerprint {
    let sketch = LinearSketch(
      rows: 4, columns: 5, raw: [Float](repeating: 0.25, count: 1024),
      columnMeans: [Float](repeating: 1, count: 32), rowMeans: [Float](repeating: 2, count: 32))
    return model(
      [try tensor("w", role: .denseKernel, layer: 1, shape: [4, 5], sketch: .matrix(sketch))],
      frame: nil, circuits: [])
  }

  /// A tensor of more numbers than anybody has, with what is kept of three of its units.
  static func vast() throws -> ModelFingerprint {
    var result = model(
      [
        try tensor(
          "w", role: .unknown, layer: nil, shape: [1_125_899_906_842_625], sketch: .none)
      ], frame: nil, circuits: [])
    result.units = UnitSignatures(
      entries: [
        UnitSignature(
          UnitTensor(name: "w", shape: [3], extents: [3, 1], taps: 1, values: [1, 2, 3]))
      ], isWhole: true)
    return result
  }

  /// As large as that of a Llama-like model: per layer four circuits, seven matrices, two norms.
  static func large(layers: Int) throws -> ModelFingerprint {
    let values = (0..<4096).map { Float($0) / 4096 - 0.5 }
    let matrix = { (rows: Int, columns: Int) in
      TensorFingerprint.Sketch.matrix(
        LinearSketch(
          rows: rows, columns: columns, raw: Array(values[..<1024]),
          columnMeans: Array(values[..<32]), rowMeans: Array(values[..<32])))
    }
    var tensors: [TensorFingerprint] = []
    for layer in 0..<layers {
      for part in ["q_proj", "k_proj", "v_proj", "o_proj"] {
        tensors.append(
          try tensor(
            "model.layers.\(layer).self_attn.\(part).weight", role: .attentionQuery, layer: layer,
            shape: [4096, 4096], sketch: matrix(4096, 4096)))
      }
      for part in ["gate_proj", "up_proj", "down_proj"] {
        tensors.append(
          try tensor(
            "model.layers.\(layer).mlp.\(part).weight", role: .mlpUp, layer: layer,
            shape: [11008, 4096], sketch: matrix(11008, 4096)))
      }
      for part in ["input_layernorm", "post_attention_layernorm"] {
        tensors.append(
          try tensor(
            "model.layers.\(layer).\(part).weight", role: .attentionNorm, layer: layer,
            shape: [4096], sketch: .vector(Array(values[..<256]))))
      }
    }
    for name in ["model.embed_tokens.weight", "lm_head.weight"] {
      tensors.append(
        try tensor(
          name, role: .tokenEmbedding, layer: nil, shape: [32000, 4096],
          sketch: matrix(32000, 4096)))
    }
    let circuits = (0..<layers).map { layer in
      LayerCircuits(
        component: "decoder", layer: layer, expert: nil,
        circuits: Dictionary(CircuitKind.allCases.map { ($0, values) }) { first, _ in first })
    }
    let frame = FrameSummary(
      kind: .tokenStrings, anchorIDs: Dictionary(zip(0..<1024, 0...)) { first, _ in first },
      vocabularySize: 32000, rank: 900)
    return model(tensors, frame: frame, circuits: circuits)
  }

  private static func tensor(
    _ name: String, role: TensorRole, layer: Int?, shape: [Int], sketch: TensorFingerprint.Sketch
  ) throws -> TensorFingerprint {
    let digest = TensorDigest(bytes: (0..<32).map { UInt8($0) ^ UInt8(name.utf8.count) })
    guard let digest else { throw FingerprintError(.damaged, "a digest has 32 bytes") }
    return TensorFingerprint(
      name: name, component: "decoder", role: role, parameter: .weight, layer: layer, expert: nil,
      elementType: .bfloat16, shape: shape, storedTransposed: true, digest: digest,
      moments: Moments(
        count: shape.reduce(1, *), mean: 0.1, standardDeviation: 1.0 / 3, excessKurtosis: -0.7,
        absoluteMaximum: 2, zeros: 1, nans: 0, infinities: 2),
      grid: nil, sketch: sketch)
  }

  private static func model(
    _ tensors: [TensorFingerprint], frame: FrameSummary?, circuits: [LayerCircuits]
  ) -> ModelFingerprint {
    let identity = ModelFingerprint.Identity(
      name: "a model", digest: ModelFingerprint.rootDigest(of: tensors), format: "safetensors",
      files: 2, parameters: tensors.reduce(0) { $0 + $1.elementCount }, family: "llama",
      dimensions: ["decoder": Dimensions(hidden: 40, layers: 2, vocabulary: 1024)],
      disclosure: Disclosure(
        parents: [DeclaredParent(name: "org/base", source: .card)], relation: "finetune",
        license: "mit"),
      contradictions: [
        ConfigContradiction(subject: "hidden", component: "decoder", stated: "64", shown: "40")
      ])
    return ModelFingerprint(
      identity: identity, tensors: tensors, frame: frame, circuits: circuits,
      notes: ["one note", "and another"])
  }
}
