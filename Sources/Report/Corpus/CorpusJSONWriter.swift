internal import Compare

/// The reply for machines, as `docs/schema/corpus-1.schema.json` describes it.
package enum CorpusJSONWriter {
  package static let schema = "shellcheck-model/corpus/1"

  package static func write(_ reply: CorpusReply) -> String {
    let document = JSONNode.present([
      "schema": .string(schema),
      "action": .string(reply.action.rawValue),
      "references": .array(reply.items.map(\.node)),
      "issues": .array(
        reply.issues.map {
          .object([
            "kind": .string($0.kind.rawValue), "references": .strings($0.references),
            "message": .string($0.message),
          ])
        }),
      "failures": .array(
        reply.failures.map {
          .object(["input": .string($0.input), "message": .string($0.message)])
        }),
      "calibration": reply.calibration.map { .string($0.rawValue) },
      "archive": reply.archive.map {
        .object([
          "file": .string($0.path), "bytes": .integer($0.byteCount), "sha256": .string($0.sha256),
        ])
      },
    ])
    return document.encoded() + "\n"
  }
}

extension CorpusItem {
  fileprivate var node: JSONNode {
    var members: [String: JSONNode?] = [
      "id": .string(id),
      "file": .string(file),
      "kind": .string(kind.rawValue),
      "bytes": byteCount.map(JSONNode.integer),
      "state": (state?.rawValue).map(JSONNode.string),
    ]
    if let facts {
      members["manifest"] = .present([
        "name": facts.name.map(JSONNode.string),
        "family": facts.family.map(JSONNode.string),
        "license": facts.license.map(JSONNode.string),
        "sourceRevision": facts.sourceRevision.map(JSONNode.string),
        "sha256": facts.sha256.map(JSONNode.string),
        "aliases": .strings(facts.aliases),
        "original": .bool(facts.isOriginal),
        "parents": .strings(facts.parents),
        "released": facts.released.map(JSONNode.string),
      ])
    }
    members["fingerprint"] = content?.node
    return .present(members)
  }
}

extension CorpusItem.Content {
  fileprivate var node: JSONNode {
    .present([
      "digest": .string(digest),
      "name": .string(name),
      "format": .string(format),
      "family": family.map(JSONNode.string),
      "parameters": .integer(parameters),
      "tensors": .integer(tensors),
      "components": .strings(components),
      "circuitLayers": .integer(circuitLayers),
      "declaredParents": .strings(declaredParents),
      "license": license.map(JSONNode.string),
      "notes": .strings(notes),
    ])
  }
}
