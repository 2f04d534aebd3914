internal import Compare
internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Judge

/// What bills of materials say of a model, whatever their format.
enum BillOfMaterials {
  /// A fact of our own, for formats that take names with values.
  struct Property: Sendable, Equatable {
    var name: String
    var value: String

    /// Facts by their names, those without a value left out.
    static func list(_ values: [(name: String, value: String)]) -> [Property] {
      values.filter { !$0.value.isEmpty }.map {
        Property(name: "shellcheck-model:" + $0.name, value: $0.value)
      }
    }
  }

  // MARK: Facts

  static func properties(
    of reported: ReportedSubject, in report: ForensicReport
  ) -> [Property] {
    let (subject, judgement) = (reported.subject, reported.judgement)
    return Property.list([
      ("path", subject.path ?? ""), ("digest", subject.digest ?? ""), ("format", subject.format),
      ("parameters", String(subject.parameters)), ("tensors", String(subject.tensors)),
      ("relation", judgement.verdict.relation.rawValue),
      ("log10P", number(judgement.verdict.log10P)),
      ("findings", judgement.findings.map(\.code.rawValue).joined(separator: " ")),
      ("unreadWeights", reported.source.unread.joined(separator: " ")),
      ("corpusDigest", report.corpus.digest),
      (
        "related",
        judgement.parents.filter { $0.relation == .related || $0.relation == .partial }
          .map(\.reference).joined(separator: " ")
      ),
      ("alternatives", judgement.parents.flatMap(\.alternatives).joined(separator: " ")),
      ("declaredBaseModels", subject.declared.baseModels.joined(separator: " ")),
      ("adapterOf", adapterBases(judgement).joined(separator: " ")),
    ])
  }

  static func properties(of part: Component) -> [Property] {
    Property.list([
      ("relation", part.relation.rawValue), ("reference", part.reference ?? ""),
      ("derivedShare", part.derivedShare.map(number) ?? ""),
      ("tested", part.isTested == false ? "false" : ""),
    ])
  }

  static func properties(of parent: Parent, in corpus: CorpusSummary) -> [Property] {
    Property.list([
      ("relation", parent.relation.rawValue), ("direction", parent.direction.value.rawValue),
      ("because", parent.direction.because.rawValue), ("log10P", number(parent.log10P)),
      ("coefficient", parent.coefficient.map(number) ?? ""),
      ("derivedShare", parent.modification.map { number($0.derivedShare) } ?? ""),
      ("changes", parent.changes.map(\.kind.rawValue).joined(separator: " ")),
      ("digest", corpus.member(parent.reference)?.digest ?? ""),
    ])
  }

  private static func number(_ value: Double) -> String { JSONNode.number(value).encoded() }

  /// The models whose weights an adapter changes, as it declares them.
  private static func adapterBases(_ judgement: Judgement) -> [String] {
    if case .adapterAlone(let declared) = judgement.verdict.statement { return declared }
    return judgement.limits.compactMap {
      if case .mergedInto(let base) = $0 { base } else { nil }
    }
  }

  // MARK: Lineage

  /// What a reference is to the model.
  enum Kinship {
    case ancestor, descendant, variant
  }

  /// Only what was shown, asserted or declared: nil where who came first is open.
  ///
  /// Equal weights, and an equal start, are known to be that without it.
  static func kinship(of parent: Parent) -> Kinship? {
    switch (parent.relation, parent.direction.value) {
    case (.sharedInitialisation, _): .variant
    case (_, .fromReference): .ancestor
    case (_, .toReference): .descendant
    case (_, .commonAncestor), (.identical, .undirected): .variant
    case (_, .undirected): nil
    }
  }

  /// The parent that explains a part, if there is one.
  static func parent(of part: Component, in judgement: Judgement) -> Parent? {
    judgement.parents.first { $0.reference == part.reference }
  }

  /// The licence that comes with what the weights were made from, or are; nil of a relative of which it
  /// is open whether it came first.
  static func concludedLicence(from parent: Parent) -> String? {
    kinship(of: parent) == .ancestor || parent.relation == .identical ? parent.license : nil
  }

  static func concludedLicences(_ judgement: Judgement) -> [String] {
    Set(judgement.parents.compactMap(concludedLicence)).sorted()
  }

  /// Parts are told one by one only where there are several.
  static func parts(_ judgement: Judgement) -> [Component] {
    judgement.components.count > 1 ? judgement.components : []
  }

  // MARK: Identity

  /// A name-based UUID (version 5, RFC 9562): the same for the same contents.
  static func uuid(of contents: String) -> String {
    let namespace: [UInt8] = [
      0x5c, 0x3d, 0x8b, 0x0e, 0x2f, 0x61, 0x4e, 0x57, 0x9a, 0x14, 0xd2, 0x7c, 0x80, 0x4b, 0x6e,
      0x93,
    ]
    var hash = Insecure.SHA1()
    hash.update(data: namespace)
    hash.update(data: Data(contents.utf8))
    var bytes = Array(hash.finalize().prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x50
    bytes[8] = bytes[8] & 0x3f | 0x80
    return [bytes[0..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10..<16]]
      .map(\.hexadecimal).joined(separator: "-")
  }

  /// `2026-11-26T08:30:00Z`, of seconds since 1970.
  static func timestamp(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
