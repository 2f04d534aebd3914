package import Fingerprint

/// The frames of the references, from which models without a tokenizer borrow their anchors.
package struct AnchorPool: Sendable {
  /// In the order of their ids.
  private let lenders: [Lender]

  /// A reference with a tokenizer of its own.
  struct Lender: Sendable {
    var vocabularySize: Int
    /// Equal for equal anchors.
    var anchors: UInt64
    var frame: @Sendable () -> FrameSummary?
  }

  package static let empty = AnchorPool(lenders: [])

  /// Equal for pools that lend the same.
  let signature: String

  init(lenders: [Lender]) {
    self.lenders = lenders
    signature = lenders.map { "\($0.vocabularySize):\($0.anchors)" }.joined(separator: " ")
  }

  /// - Parameter fingerprints: ids and fingerprints of the references; only frames made of a
  ///   tokenizer of their own are lent.
  package init(_ fingerprints: [(id: String, fingerprint: ModelFingerprint)]) {
    self.init(
      lenders: fingerprints.sorted { $0.id < $1.id }.compactMap(\.fingerprint.frame)
        .filter { $0.kind == .tokenStrings }
        .map { frame in
          Lender(
            vocabularySize: frame.vocabularySize, anchors: ReferenceDigest.Frame(frame).anchors
          ) { frame }
        })
  }

  package var isEmpty: Bool { lenders.isEmpty }

  /// The frame that a model with this many tokens most likely shares.
  ///
  /// Models of one vocabulary size mostly have one vocabulary, so the anchor ids that most references
  /// agree on are chosen; of equally frequent ones, those of the first reference by id.
  package func frame(vocabularySize: Int) -> FrameSummary? {
    let fitting = lenders.filter { $0.vocabularySize == vocabularySize }
    let votes = fitting.reduce(into: [:]) { $0[$1.anchors, default: 0] += 1 }
    let most = votes.values.max()
    return fitting.first { votes[$0.anchors] == most }?.frame()
  }
}
