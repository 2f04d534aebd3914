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
  case relativePositionBias

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
      .languageModelHeadTransform, .taskHead, .pooler:
      .input
    case .attentionOutput, .crossAttentionOutput, .mlpDown, .patchEmbedding: .output
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
