internal import Crypto
internal import Foundation
internal import Judge

/// A CycloneDX 1.7 ML-BOM: each model with its parts, files, hashes, licences and pedigree.
///
/// The model's licence is `declared`; those of parents that the weights show are `concluded`. Equal
/// runs write equal bytes: the serial number follows from the contents, and there is no timestamp
/// unless `SOURCE_DATE_EPOCH` gives one.
///
/// Source: OWASP CycloneDX 1.7 (ECMA-424), https://cyclonedx.org/docs/1.7/json.
package struct CycloneDXWriter: ReportWriter {
  package static let format = "cyclonedx"
  package static let needsFileDigests = true

  private let sourceDate: Int?
  private let version: String

  package init(options: WriterOptions) {
    self.init(options: options, version: "1.7")
  }

  /// - Parameter version: of the specification; what is written has been the same since 1.6.
  init(options: WriterOptions, version: String) {
    sourceDate = options.sourceDate
    self.version = version
  }

  package func write(_ report: ForensicReport) -> String {
    let contents = JSONNode.array(
      report.subjects.enumerated().map { model($1, number: $0 + 1, in: report) })
    let tool = JSONNode.object([
      "type": .string("application"), "name": .string(report.tool.name),
      "version": .string(report.tool.version),
    ])
    let bom = JSONNode.object([
      "$schema": .string("http://cyclonedx.org/schema/bom-\(version).schema.json"),
      "bomFormat": .string("CycloneDX"),
      "specVersion": .string(version),
      "serialNumber": .string("urn:uuid:" + Self.uuid(of: tool.onOneLine() + contents.onOneLine())),
      "version": .integer(1),
      "metadata": .present([
        "timestamp": sourceDate.map { .string(Self.timestamp($0)) },
        "tools": .object(["components": .array([tool])]),
      ]),
      "components": contents,
    ])
    return bom.encoded() + "\n"
  }

  private func model(
    _ reported: ReportedSubject, number: Int, in report: ForensicReport
  ) -> JSONNode {
    let subject = reported.subject
    let judgement = reported.judgement
    let weights = reported.source.weights
    return .present([
      "type": .string("machine-learning-model"),
      "bom-ref": .string("model-\(number)"),
      "name": .string(subject.name),
      // The model's hash, where the model is one file; else its files have theirs.
      "hashes": weights.count == 1 ? weights[0].sha256.map(Self.hashes) : nil,
      "licenses": Self.licences(judgement),
      "pedigree": pedigree(judgement),
      "components": .array(parts(judgement, number: number) + reported.source.files.map(file)),
      "modelCard": modelCard(judgement),
      "properties": Self.properties([
        ("path", subject.path ?? ""), ("digest", subject.digest ?? ""), ("format", subject.format),
        ("parameters", String(subject.parameters)), ("tensors", String(subject.tensors)),
        ("relation", judgement.verdict.relation.rawValue),
        ("log10P", JSONNode.number(judgement.verdict.log10P).encoded()),
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
        ("adapterOf", Self.adapterBases(judgement).joined(separator: " ")),
      ]),
    ])
  }

  /// Towers, embeddings and heads, where a model has several: each with where it comes from and under
  /// what licence.
  private func parts(_ judgement: Judgement, number: Int) -> [JSONNode] {
    guard judgement.components.count > 1 else { return [] }
    return judgement.components.enumerated().map { index, part in
      let parent = judgement.parents.first { $0.reference == part.reference }
      let place = Self.place(of: parent)
      return .present([
        "type": .string("machine-learning-model"),
        "bom-ref": .string("model-\(number)-part-\(index + 1)"),
        "name": .string(part.name),
        "licenses": parent?.license.map { .array([Self.licence($0, "concluded")]) },
        "pedigree": part.reference.flatMap { reference in
          place.map { .object([$0: .array([Self.part(of: reference)])]) }
        },
        "properties": Self.properties([
          ("relation", part.relation.rawValue), ("reference", part.reference ?? ""),
          ("derivedShare", part.derivedShare.map { JSONNode.number($0).encoded() } ?? ""),
        ]),
      ])
    }
  }

  private static func part(of reference: String) -> JSONNode {
    .object(["type": .string("machine-learning-model"), "name": .string(reference)])
  }

  /// The models whose weights an adapter changes, as it declares them.
  private static func adapterBases(_ judgement: Judgement) -> [String] {
    if case .adapterAlone(let declared) = judgement.verdict.statement { return declared }
    return judgement.limits.compactMap {
      if case .mergedInto(let base) = $0 { base } else { nil }
    }
  }

  private func file(_ file: SubjectSource.File) -> JSONNode {
    .present([
      "type": .string("file"), "name": .string(file.path), "hashes": file.sha256.map(Self.hashes),
    ])
  }

  private static func hashes(_ sha256: String) -> JSONNode {
    .array([.object(["alg": .string("SHA-256"), "content": .string(sha256)])])
  }

  // MARK: Licences

  private static func licences(_ judgement: Judgement) -> JSONNode? {
    let declared = judgement.subject.declared.license.map { [($0, "declared")] } ?? []
    let inherited = judgement.parents.filter { $0.relation != .sharedInitialisation }
      .compactMap(\.license)
    let concluded = Set(inherited).sorted().map { ($0, "concluded") }
    let all = (declared + concluded).map(licence)
    return all.isEmpty ? nil : .array(all)
  }

  private static func licence(_ name: String, _ acknowledgement: String) -> JSONNode {
    let identifier = SPDXNames.identifier(of: name)
    return .object([
      "license": .object([
        identifier == nil ? "name" : "id": .string(identifier ?? name),
        "acknowledgement": .string(acknowledgement),
      ])
    ])
  }

  // MARK: Pedigree

  private func pedigree(_ judgement: Judgement) -> JSONNode {
    var related: [String: [JSONNode]] = [:]
    for parent in judgement.parents {
      guard let kind = Self.place(of: parent) else { continue }
      related[kind, default: []].append(reference(parent))
    }
    var members = related.mapValues(JSONNode.array)
    members["notes"] = .string(Language.en.sentence(judgement))
    return .object(members)
  }

  /// What a pedigree calls a parent: only what was shown, asserted or declared; the others are among the
  /// properties.
  private static func place(of parent: Parent?) -> String? {
    guard let parent else { return nil }
    return switch (parent.relation, parent.direction.value) {
    case (.sharedInitialisation, _): "variants"
    case (.identical, _), (_, .fromReference): "ancestors"
    case (_, .toReference): "descendants"
    case (_, .commonAncestor): "variants"
    case (_, .undirected): nil
    }
  }

  private func reference(_ parent: Parent) -> JSONNode {
    .present([
      "type": .string("machine-learning-model"),
      "name": .string(parent.reference),
      "licenses": parent.license.map { .array([Self.licence($0, "declared")]) },
      "properties": Self.properties([
        ("relation", parent.relation.rawValue), ("direction", parent.direction.value.rawValue),
        ("because", parent.direction.because.rawValue),
        ("log10P", JSONNode.number(parent.log10P).encoded()),
        ("coefficient", parent.coefficient.map { JSONNode.number($0).encoded() } ?? ""),
        (
          "derivedShare",
          parent.modification.map { JSONNode.number($0.derivedShare).encoded() } ?? ""
        ),
        ("changes", parent.changes.map(\.kind.rawValue).joined(separator: " ")),
      ]),
    ])
  }

  private func modelCard(_ judgement: Judgement) -> JSONNode {
    .present([
      "modelParameters": judgement.subject.family.map {
        .object(["architectureFamily": .string($0)])
      },
      "considerations": judgement.limits.isEmpty
        ? nil : .object(["technicalLimitations": .strings(Language.en.limits(judgement))]),
    ])
  }

  /// Properties of our own, those without a value left out.
  private static func properties(_ values: [(name: String, value: String)]) -> JSONNode {
    .array(
      values.filter { !$0.value.isEmpty }.map { property in
        .object([
          "name": .string("shellcheck-model:" + property.name), "value": .string(property.value),
        ])
      })
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
    let digits = bytes.map { String(format: "%02x", $0) }
    return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
      .map { $0.joined() }.joined(separator: "-")
  }

  private static func timestamp(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}

/// The same for services that do not read CycloneDX 1.7 yet.
package struct CycloneDX16Writer: ReportWriter {
  package static let format = "cyclonedx-1.6"
  package static let needsFileDigests = true

  private let writer: CycloneDXWriter

  package init(options: WriterOptions) {
    writer = CycloneDXWriter(options: options, version: "1.6")
  }

  package func write(_ report: ForensicReport) -> String { writer.write(report) }
}
