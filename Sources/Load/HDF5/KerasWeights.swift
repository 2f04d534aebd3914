/// Which datasets of an HDF5 file are a model's weights, in which order and under which names.
struct KerasWeights {
  struct Weight {
    var dataset: HDF5Index.Dataset
    var name: String
    /// Extents; the dataset's may have axes of one element more.
    var shape: [Int]
    var axisOrder: AxisOrder
  }

  private(set) var weights: [Weight] = []
  /// Weights the file promises but does not have.
  private(set) var missing: [HDF5Index.Problem] = []

  /// Recognises what Keras 2 and Keras 3 write; of any other file every dataset is a weight.
  init(_ index: HDF5Index) {
    let groups = Dictionary(
      index.groups.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    // `model.save` puts the weights into a group, `model.save_weights` puts them at the root.
    for root in ["model_weights", ""] where weights.isEmpty {
      if let layers = groups[root]?.longList("layer_names") {
        addLayers(layers, under: root, groups: groups, index: index)
      }
    }
    if weights.isEmpty { addByPath(index) }
  }

  /// Keras 2: lists of names are attributes of the groups.
  private mutating func addLayers(
    _ layers: [String], under root: String, groups: [String: HDF5Index.Group], index: HDF5Index
  ) {
    let datasets = Dictionary(
      index.datasets.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let reported = Set(index.problems.map(\.path))
    var names: Set<String> = []
    var used: Set<String> = []
    let prefix = root.isEmpty ? "" : root + "/"
    for layer in layers + ["top_level_model_weights"] {
      for weight in groups[prefix + layer]?.longList("weight_names") ?? [] {
        let path = prefix + layer + "/" + weight
        guard used.insert(path).inserted else { continue }
        guard let dataset = datasets[path] else {
          if !reported.contains(path) {
            missing.append(
              .init(path: path, code: .headerMalformed, message: "listed but not in the file"))
          }
          continue
        }
        let plain = Self.withoutSessionNumber(weight, layer: layer)
        let name = plain.contains("/") && !names.contains(plain) ? plain : layer + "/" + weight
        guard names.insert(name).inserted else { continue }
        add(dataset, name: name, isKeras: true)
      }
    }
  }

  /// The weight's own name, which mostly starts with the layer's.
  ///
  /// TensorFlow numbered the weights by what else the session had made (`output_2/kernel:0` of the
  /// layer `output`), so that one model saved twice had two sets of names.
  private static func withoutSessionNumber(_ weight: String, layer: String) -> String {
    guard weight.hasPrefix(layer + "_"), let slash = weight.firstIndex(of: "/") else {
      return weight
    }
    let number = weight[..<slash].dropFirst(layer.count + 1)
    guard !number.isEmpty, number.allSatisfy(\.isNumber) else { return weight }
    return layer + weight[slash...]
  }

  /// Keras 3 (`layers/dense/vars/0`, beside the optimizer's state), or no known layout.
  private mutating func addByPath(_ index: HDF5Index) {
    let components = index.datasets.map { Self.components($0.path) }
    let isKeras = components.contains { $0.count >= 2 && $0[$0.count - 2] == "vars" }
    let order = index.datasets.indices.sorted {
      Self.precedes(components[$0], components[$1])
    }
    var names: Set<String> = []
    for position in order where names.insert(index.datasets[position].path).inserted {
      if isKeras, components[position].first == "optimizer" { continue }
      let dataset = index.datasets[position]
      add(dataset, name: dataset.path, isKeras: isKeras)
    }
  }

  private mutating func add(_ dataset: HDF5Index.Dataset, name: String, isKeras: Bool) {
    // Kernels are [..., in, out]; embeddings are [vocabulary, dimensions].
    var isKernel = dataset.shape.count >= 2 && !Self.isEmbedding(Self.components(name))
    var shape = dataset.shape
    if TensorFlowNames.isTransformers(name) {
      isKernel = isKernel && TensorFlowNames.isKernel(name)
      shape = TensorFlowNames.shape(shape, of: name)
    }
    weights.append(
      Weight(
        dataset: dataset, name: name, shape: shape,
        axisOrder: !isKeras || !isKernel
          ? .outputFirst : isDepthwise(name, shape) ? .outputLastByChannel : .outputLast))
  }

  /// Whether a kernel has filters of its own for each channel, `[…, channels, filters]`: the first
  /// array of a separable convolution is one.
  private func isDepthwise(_ name: String, _ shape: [Int]) -> Bool {
    guard shape.count >= 3 else { return false }
    let path = name.lowercased()
    return path.contains("depthwise") && !path.contains("pointwise")
      || path.contains("separable_conv") && path.hasSuffix("vars/0")
  }

  /// Keras on Windows once joined paths with backslashes.
  private static func components(_ path: String) -> [Substring] {
    path.split { $0 == "/" || $0 == "\\" }
  }

  private static func isEmbedding(_ components: [Substring]) -> Bool {
    guard let leaf = components.last?.split(separator: ":").first else { return false }
    if leaf.hasPrefix("embeddings") { return true }
    // Keras 3 (`embedding/vars/0`, `token_emb/vars/0`) and Transformers' TF models
    // (`word_embeddings/weight:0`, `wte/weight:0`) name only what holds the array.
    guard leaf == "weight" || leaf.allSatisfy(\.isNumber) else { return false }
    guard let owner = components.dropLast().last(where: { $0 != "vars" })?.lowercased() else {
      return false
    }
    return owner.contains("embed") || owner.hasSuffix("_emb")
      || ["wte", "wpe", "shared"].contains(owner)
  }

  /// By component: numbers by value, before anything else.
  private static func precedes(_ left: [Substring], _ right: [Substring]) -> Bool {
    for (a, b) in zip(left, right) where a != b {
      switch (Int(a), Int(b)) {
      case (let first?, let second?) where first != second: return first < second
      case (_?, nil): return true
      case (nil, _?): return false
      default: return a < b
      }
    }
    return left.count < right.count
  }
}

extension HDF5Index.Group {
  /// A list attribute, which Keras splits into `name0`, `name1`, … when it is over 64 KiB.
  fileprivate func longList(_ name: String) -> [String]? {
    if let list = lists[name] { return list }
    guard var list = lists[name + "0"] else { return nil }
    var part = 1
    while let more = lists[name + String(part)] {
      list += more
      part += 1
    }
    return list
  }
}
