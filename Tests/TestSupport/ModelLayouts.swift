package import Load

extension ModelWeights {
  /// The checkpoint that the layout's family would store.
  package func checkpoint(_ name: String, as type: ElementType = .float32) -> Checkpoint {
    var entries: [(String, ModelMatrix)] = []
    var vectors: [(String, [Double])] = []
    switch layout {
    case .llama, .qwen2: gatedTensors(&entries, &vectors)
    case .gpt2: gpt2Tensors(&entries, &vectors)
    case .bert: bertTensors(&entries, &vectors)
    }
    let tensors =
      entries.map { Tensor($0.0, [$0.1.rows, $0.1.columns], $0.1.floats, as: type) }
      + vectors.map { Tensor($0.0, [$0.1.count], $0.1.map { Float($0) }, as: type) }
    return Checkpoint(name, tensors: tensors, config: config, tokens: tokens)
  }

  private func gatedTensors(
    _ matrices: inout [(String, ModelMatrix)], _ vectors: inout [(String, [Double])]
  ) {
    matrices.append(("model.embed_tokens.weight", embedding))
    if let head { matrices.append(("lm_head.weight", head)) }
    vectors.append(("model.norm.weight", finalNorm))
    for (index, layer) in layers.enumerated() {
      let prefix = "model.layers.\(index)"
      matrices += [
        ("\(prefix).self_attn.q_proj.weight", layer.query),
        ("\(prefix).self_attn.k_proj.weight", layer.key),
        ("\(prefix).self_attn.v_proj.weight", layer.value),
        ("\(prefix).self_attn.o_proj.weight", layer.output),
        ("\(prefix).mlp.up_proj.weight", layer.up), ("\(prefix).mlp.down_proj.weight", layer.down),
      ]
      if let gate = layer.gate { matrices.append(("\(prefix).mlp.gate_proj.weight", gate)) }
      vectors += [
        ("\(prefix).input_layernorm.weight", layer.attentionNorm),
        ("\(prefix).post_attention_layernorm.weight", layer.mlpNorm),
      ]
      if layout == .qwen2 {
        vectors += [
          ("\(prefix).self_attn.q_proj.bias", layer.queryBias),
          ("\(prefix).self_attn.k_proj.bias", layer.keyBias),
          ("\(prefix).self_attn.v_proj.bias", layer.valueBias),
        ]
      }
    }
  }

  private func gpt2Tensors(
    _ matrices: inout [(String, ModelMatrix)], _ vectors: inout [(String, [Double])]
  ) {
    matrices.append(("transformer.wte.weight", embedding))
    vectors.append(("transformer.ln_f.weight", finalNorm))
    for (index, layer) in layers.enumerated() {
      let prefix = "transformer.h.\(index)"
      matrices += [
        (
          "\(prefix).attn.c_attn.weight",
          ModelMatrix.stacked([layer.query, layer.key, layer.value]).transposed
        ),
        ("\(prefix).attn.c_proj.weight", layer.output.transposed),
        ("\(prefix).mlp.c_fc.weight", layer.up.transposed),
        ("\(prefix).mlp.c_proj.weight", layer.down.transposed),
      ]
      vectors += [
        ("\(prefix).attn.c_attn.bias", layer.queryBias + layer.keyBias + layer.valueBias),
        ("\(prefix).attn.c_proj.bias", layer.outputBias), ("\(prefix).mlp.c_fc.bias", layer.upBias),
        ("\(prefix).mlp.c_proj.bias", layer.downBias),
        ("\(prefix).ln_1.weight", layer.attentionNorm),
        ("\(prefix).ln_1.bias", layer.attentionNormBias), ("\(prefix).ln_2.weight", layer.mlpNorm),
        ("\(prefix).ln_2.bias", layer.mlpNormBias),
      ]
    }
  }

  private func bertTensors(
    _ matrices: inout [(String, ModelMatrix)], _ vectors: inout [(String, [Double])]
  ) {
    matrices.append(("bert.embeddings.word_embeddings.weight", embedding))
    vectors.append(("bert.embeddings.LayerNorm.weight", finalNorm))
    for (index, layer) in layers.enumerated() {
      let prefix = "bert.encoder.layer.\(index)"
      matrices += [
        ("\(prefix).attention.self.query.weight", layer.query),
        ("\(prefix).attention.self.key.weight", layer.key),
        ("\(prefix).attention.self.value.weight", layer.value),
        ("\(prefix).attention.output.dense.weight", layer.output),
        ("\(prefix).intermediate.dense.weight", layer.up),
        ("\(prefix).output.dense.weight", layer.down),
      ]
      vectors += [
        ("\(prefix).attention.self.query.bias", layer.queryBias),
        ("\(prefix).attention.self.key.bias", layer.keyBias),
        ("\(prefix).attention.self.value.bias", layer.valueBias),
        ("\(prefix).attention.output.dense.bias", layer.outputBias),
        ("\(prefix).attention.output.LayerNorm.weight", layer.attentionNorm),
        ("\(prefix).attention.output.LayerNorm.bias", layer.attentionNormBias),
        ("\(prefix).intermediate.dense.bias", layer.upBias),
        ("\(prefix).output.dense.bias", layer.downBias),
        ("\(prefix).output.LayerNorm.weight", layer.mlpNorm),
        ("\(prefix).output.LayerNorm.bias", layer.mlpNormBias),
      ]
    }
  }

  private var config: JSONValue {
    func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    return switch layout {
    case .gpt2:
      .object([
        ("model_type", .string("gpt2")), ("n_embd", integer(sizes.hidden)),
        ("n_layer", integer(sizes.layers)), ("n_head", integer(sizes.heads)),
        ("vocab_size", integer(tokens.count)),
      ])
    default:
      .object([
        ("model_type", .string(layout.rawValue)), ("hidden_size", integer(sizes.hidden)),
        ("num_hidden_layers", integer(sizes.layers)),
        ("num_attention_heads", integer(sizes.heads)),
        ("num_key_value_heads", integer(sizes.keyValueHeads)),
        ("head_dim", integer(sizes.headSize)), ("intermediate_size", integer(sizes.feedForward)),
        ("vocab_size", integer(tokens.count)),
      ])
    }
  }
}
