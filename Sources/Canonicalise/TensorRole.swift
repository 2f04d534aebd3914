/// What a tensor does in its network: the closed vocabulary that definitions map names onto.
///
/// Weights and biases share a role; `CanonicalTensor.parameter` tells them apart.
package enum TensorRole: String, Sendable, Codable, CaseIterable {
  // Embeddings and heads
  case tokenEmbedding
  case positionEmbedding
  case tokenTypeEmbedding
  case patchEmbedding
  /// A learned class or mask token, or any other learned input vector.
  case specialEmbedding
  /// Maps the residual stream to vocabulary scores.
  case languageModelHead
  /// A transform before the vocabulary head (BERT's `cls.predictions.transform`).
  case languageModelHeadTransform
  /// Any task head: classification, regression, question answering, reward.
  case taskHead
  case pooler

  // Attention
  case attentionQuery
  case attentionKey
  case attentionValue
  case attentionOutput
  case crossAttentionQuery
  case crossAttentionKey
  case crossAttentionValue
  case crossAttentionOutput
  /// Multi-head latent attention (DeepSeek): hidden → latent, latent → heads.
  case latentQueryDown
  case latentQueryUp
  case latentKeyValueDown
  case latentKeyValueUp
  /// Heads → latent, group by group, before the output (DeepSeek-V4).
  case latentOutputDown
  case relativePositionBias
  /// Gates what attention puts out (Qwen3-Next, AFMoE).
  case attentionGate
  /// Chooses the tokens that attention reads (DeepSeek Sparse Attention).
  case indexer

  // What mixes tokens in place of attention: state spaces, linear attention, gated convolutions
  /// Residual stream → the state's inputs, fused as the family fuses them.
  case mixerInput
  /// Residual stream → the gate of what the mixer puts out.
  case mixerGate
  case mixerOutput
  case mixerConvolution
  /// Decays, time steps and skips, and the small projections that make them: `A_log`, `D`, `dt_bias`.
  /// Many start at values that the family prescribes.
  case mixerParameter
  /// Within the mixer, before its output.
  case mixerNorm

  // Feed-forward
  case mlpGate
  case mlpUp
  case mlpDown
  case router

  // Norms, named after the block that reads their output
  /// Read by self-attention (pre-norm); its gain folds into query, key and value.
  case attentionNorm
  /// Read by cross-attention (pre-norm).
  case crossAttentionNorm
  /// Read by the feed-forward block (pre-norm); its gain folds into gate and up.
  case mlpNorm
  /// One norm read by attention and feed-forward alike (GPT-J, Falcon, Phi).
  case sharedNorm
  /// Applied after attention, or after its residual sum (post-norm): folds into nothing.
  case attentionOutputNorm
  case crossAttentionOutputNorm
  case mlpOutputNorm
  case queryNorm
  case keyNorm
  case latentQueryNorm
  case latentKeyValueNorm
  case embeddingNorm
  case finalNorm
  /// Between the transform before the vocabulary head and the head itself (BERT).
  case languageModelHeadNorm

  // Networks without a residual stream
  case denseKernel
  case convolutionKernel
  case recurrentInputKernel
  case recurrentStateKernel
  case batchNormGain
  case batchNormStatistic
  /// A layer norm whose place in the network its name does not tell.
  case layerNorm

  // Between the parts of a network
  /// From one part's stream to another's: a tower's to a language model's.
  case projector
  /// Maps a condition to scales and shifts (adaptive norms of diffusion transformers).
  case modulation
  /// Embeds a condition: a time step, a size, a guidance.
  case conditioning
  /// A learned scale of a block's output.
  case layerScale
  /// Mixes several residual streams, or adds a layer's own inputs (hyper-connections, AltUp).
  case residualMixing
  /// A further embedding of tokens, for each layer.
  case perLayerEmbedding
  /// Joins embedding and state in a head that predicts further tokens. Its layer is one of component
  /// `mtp`, whatever its number.
  case furtherTokenProjection

  // Adapters
  case adapterDown
  case adapterUp

  /// A buffer that no training moved: positions, masks, rotary frequencies, counters.
  case constant
  /// Not described by any definition. It takes part by shape.
  case unknown
}

package enum ParameterKind: String, Sendable, Codable {
  case weight
  case bias
}

extension TensorRole {
  /// The axis of the canonical `[out, in]` matrix that is the residual stream, if there is one.
  package var residualAxis: ResidualAxis? {
    switch self {
    case .tokenEmbedding, .positionEmbedding, .tokenTypeEmbedding, .languageModelHead,
      .attentionQuery, .attentionKey, .attentionValue, .crossAttentionQuery, .crossAttentionKey,
      .crossAttentionValue, .latentQueryDown, .latentKeyValueDown, .mlpGate, .mlpUp, .router,
      .languageModelHeadTransform, .taskHead, .pooler, .attentionGate, .mixerInput, .mixerGate:
      .input
    case .attentionOutput, .crossAttentionOutput, .mlpDown, .patchEmbedding, .mixerOutput: .output
    default: nil
    }
  }
}

package enum ResidualAxis: String, Sendable, Codable {
  /// Columns of `[out, in]`: the tensor reads the residual stream.
  case input
  /// Rows of `[out, in]`: the tensor writes to the residual stream.
  case output
}
