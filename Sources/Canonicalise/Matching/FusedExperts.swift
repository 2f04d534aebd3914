internal import Load

/// Experts that are held in one array for each of their matrices, in models that no definition describes.
///
/// Transformers holds them so, while most are published one by one. Which way the matrices lie, the arrays
/// of a layer tell together: twice the width of a hidden layer is the gates' and the inputs' alone.
struct FusedExperts {
  /// Of tensors that are such arrays, what they are.
  private var entries: [Int: TensorEntry] = [:]

  init(_ names: [TensorName], _ tensors: [Tensor], conventions: NamingConventions) {
    let known = Dictionary(grouping: conventions.fusedExperts) { $0.word }
    var layers: [[Substring]: [(index: Int, word: String)]] = [:]
    for (index, name) in names.enumerated() {
      var path = name.components[...]
      if path.last == "weight" { path.removeLast() }
      guard let word = path.popLast().map(String.init), known[word] != nil,
        let container = path.last, conventions.expertContainers.contains(String(container)),
        tensors[index].hasTellingShape, tensors[index].shape.count == 3
      else { continue }
      layers[Array(path), default: []].append((index, word))
    }
    for members in layers.values where members.count > 1 {
      guard let outputs = members.first(where: { known[$0.word]?.first?.role == .mlpDown }) else {
        continue
      }
      let extents = tensors[outputs.index].shape.suffix(2)
      for (hidden, width) in [(extents[1], extents[2]), (extents[2], extents[1])] {
        var sizes = Dimensions()
        (sizes.hidden, sizes.feedForward) = (hidden, width)
        let fitting = members.map { member in
          known[member.word]?.first {
            $0.fits(tensors[member.index].shape, parameter: .weight, in: sizes)
          }
        }
        guard fitting.allSatisfy({ $0 != nil }) else { continue }
        for (member, entry) in zip(members, fitting) { entries[member.index] = entry }
        break
      }
    }
  }

  /// Each expert's matrices; nil of what holds no experts.
  func parts(of tensor: Tensor, at index: Int) -> [TensorPart]? {
    let context = TransformContext(dimensions: Dimensions(), attentionWidth: nil)
    return entries[index].flatMap { try? $0.parts(of: tensor, expert: nil, in: context) }
  }
}

extension TensorEntry {
  /// The last component of its only name.
  fileprivate var word: String {
    if case .word(let word) = weights.first?.components.last { word } else { "" }
  }
}
