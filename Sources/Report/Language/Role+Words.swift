/// What a tensor does in its network, in words: its role as `TensorRole` of the Canonicalise stage
/// names it.
enum RoleWords {
  /// A role that has no words yet stays as it is.
  static func texts(_ role: String) -> (en: String, zh: String) { table[role] ?? (role, role) }

  private static let table: [String: (en: String, zh: String)] = [
    "tokenEmbedding": ("token embedding", "词嵌入"),
    "positionEmbedding": ("position embedding", "位置嵌入"),
    "tokenTypeEmbedding": ("token type embedding", "句段嵌入"),
    "patchEmbedding": ("patch embedding", "图块嵌入"),
    "specialEmbedding": ("special embedding", "特殊嵌入"),
    "languageModelHead": ("vocabulary head", "词表输出头"),
    "languageModelHeadTransform": ("before vocabulary head", "词表输出头之前的变换"),
    "taskHead": ("task head", "任务输出头"),
    "pooler": ("pooler", "池化层"),
    "attentionQuery": ("query", "查询"),
    "attentionKey": ("key", "键"),
    "attentionValue": ("value", "值"),
    "attentionOutput": ("attention output", "注意力输出"),
    "crossAttentionQuery": ("cross query", "交叉注意力查询"),
    "crossAttentionKey": ("cross key", "交叉注意力键"),
    "crossAttentionValue": ("cross value", "交叉注意力值"),
    "crossAttentionOutput": ("cross output", "交叉注意力输出"),
    "latentQueryDown": ("latent query, down", "潜查询（下投影）"),
    "latentQueryUp": ("latent query, up", "潜查询（上投影）"),
    "latentKeyValueDown": ("latent key–value, down", "潜键值（下投影）"),
    "latentKeyValueUp": ("latent key–value, up", "潜键值（上投影）"),
    "latentOutputDown": ("latent output, down", "潜输出（下投影）"),
    "relativePositionBias": ("relative position", "相对位置偏置"),
    "attentionGate": ("attention gate", "注意力门控"),
    "indexer": ("token indexer", "词元索引器"),
    "mixerInput": ("mixer input", "混合层输入"),
    "mixerGate": ("mixer gate", "混合层门控"),
    "mixerOutput": ("mixer output", "混合层输出"),
    "mixerConvolution": ("mixer convolution", "混合层卷积"),
    "mixerParameter": ("mixer parameter", "混合层参数"),
    "mixerNorm": ("mixer norm", "混合层归一化"),
    "mlpGate": ("feed-forward gate", "前馈门控"),
    "mlpUp": ("feed-forward up", "前馈上投影"),
    "mlpDown": ("feed-forward down", "前馈下投影"),
    "router": ("router", "路由器"),
    "attentionNorm": ("attention norm", "注意力归一化"),
    "crossAttentionNorm": ("cross norm", "交叉注意力归一化"),
    "mlpNorm": ("feed-forward norm", "前馈归一化"),
    "sharedNorm": ("shared norm", "共用归一化"),
    "attentionOutputNorm": ("norm after attention", "注意力后归一化"),
    "crossAttentionOutputNorm": ("norm after cross", "交叉注意力后归一化"),
    "mlpOutputNorm": ("norm after feed-forward", "前馈后归一化"),
    "queryNorm": ("query norm", "查询归一化"),
    "keyNorm": ("key norm", "键归一化"),
    "latentQueryNorm": ("latent query norm", "潜查询归一化"),
    "latentKeyValueNorm": ("latent key–value norm", "潜键值归一化"),
    "embeddingNorm": ("embedding norm", "嵌入归一化"),
    "finalNorm": ("final norm", "末端归一化"),
    "languageModelHeadNorm": ("vocabulary head norm", "词表输出头归一化"),
    "denseKernel": ("dense layer", "全连接层"),
    "convolutionKernel": ("convolution", "卷积"),
    "recurrentInputKernel": ("recurrent, input", "循环层（输入）"),
    "recurrentStateKernel": ("recurrent, state", "循环层（状态）"),
    "batchNormGain": ("batch norm", "批归一化"),
    "batchNormStatistic": ("batch statistics", "批统计量"),
    "layerNorm": ("layer norm", "层归一化"),
    "projector": ("projector", "投影器"),
    "modulation": ("modulation", "调制"),
    "conditioning": ("conditioning", "条件嵌入"),
    "layerScale": ("layer scale", "层缩放"),
    "residualMixing": ("residual mixing", "残差混合"),
    "perLayerEmbedding": ("per-layer embedding", "逐层嵌入"),
    "furtherTokenProjection": ("further tokens", "后续词元投影"),
    "adapterDown": ("adapter, down", "适配器（下投影）"),
    "adapterUp": ("adapter, up", "适配器（上投影）"),
    "constant": ("constant", "常量"),
    "unknown": ("of no known role", "角色未知"),
  ]
}

extension Language {
  func role(_ name: String) -> String {
    let texts = RoleWords.texts(name)
    return self == .zh ? texts.zh : texts.en
  }

  /// A part of a network by the name that definitions give it; in English as it stands there.
  func component(_ name: String) -> String {
    guard self == .zh else { return name }
    return Self.chineseComponents[name] ?? name
  }

  private static let chineseComponents = [
    "audio": "音频塔", "decoder": "解码器", "embedding": "嵌入", "encoder": "编码器", "head": "输出头",
    "image": "图像流", "model": "模型", "mtp": "多词元预测", "single": "单流", "text": "文本塔",
    "video": "视频塔", "vision": "视觉塔",
  ]
}
