internal import Load

/// Matrices that usual names say are several in one, in models that no definition describes: query over key
/// over value, gate over up.
///
/// Only those whose parts have known sizes without a configuration; towers are published so, and held by
/// Transformers matrix by matrix.
struct FusedMatrices {
  private var entries: [Int: TensorEntry] = [:]

  init(_ names: [TensorName], _ tensors: [Tensor], conventions: NamingConventions) {
    var vectors: [(index: Int, matrix: [Substring], entry: TensorEntry)] = []
    var places: [[Substring]: Int] = [:]
    for (index, name) in names.enumerated() where tensors[index].hasTellingShape {
      for entry in conventions.fusedMatrices {
        for (weight, bias) in zip(entry.weights, entry.biases) {
          if name.components.ends(with: weight.words), entry.fitsItself(tensors[index].shape) {
            entries[index] = entry
            places[name.components] = index
          } else if tensors[index].shape.count == 1, name.components.ends(with: bias.words) {
            let path = name.components.dropLast(bias.words.count)
            vectors.append((index, path + weight.words.map { $0[...] }, entry))
          }
        }
      }
    }
    for (index, matrix, entry) in vectors {
      guard let place = places[matrix], tensors[index].shape[0] == tensors[place].shape[0] else {
        continue
      }
      entries[index] = entry
    }
  }

  /// Nil of what is one.
  func parts(of tensor: Tensor, at index: Int) -> [TensorPart]? {
    let context = TransformContext(dimensions: Dimensions(), attentionWidth: nil)
    return entries[index].flatMap { try? $0.parts(of: tensor, expert: nil, in: context) }
  }
}

extension TensorEntry {
  /// Whether a matrix has the extents, its inputs being the width of the model.
  fileprivate func fitsItself(_ shape: [Int]) -> Bool {
    var sizes = Dimensions()
    sizes.hidden = shape.last
    return shape.count == 2 && fits(shape, parameter: .weight, in: sizes)
  }
}

extension NamePattern {
  fileprivate var words: [String] {
    components.compactMap { if case .word(let word) = $0 { word } else { nil } }
  }
}
