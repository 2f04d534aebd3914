internal import Judge

/// The families for machines, as `docs/schema/tree-1.schema.json` describes them.
package struct FamilyJSONWriter: FamilyWriter {
  package static let format = "json"
  package static let schema = "shellcheck-model/tree/1"

  package init(options: WriterOptions) {}

  package func write(_ report: FamilyReport) -> String {
    let forest = report.forest
    let document = JSONNode.object([
      "schema": .string(Self.schema),
      "tool": .object([
        "name": .string(report.tool.name), "version": .string(report.tool.version),
      ]),
      "models": .array(forest.models.map(\.node)),
      "families": .array(forest.families.map { $0.node(forest) }),
      "strangers": .array(
        forest.strangers.map {
          .object([
            "model": .string(forest.models[$0.model].id),
            "standing": .string($0.standing.rawValue),
          ])
        }),
      "assertions": .array(forest.assertions.map { $0.node(forest) }),
      "contradictions": .array(forest.conflicts.map { $0.node(forest) }),
      "notRead": .array(
        report.inputErrors.map {
          .object(["input": .string($0.input), "message": .string($0.message)])
        }),
    ])
    return document.encoded() + "\n"
  }
}

extension FamilyModel {
  fileprivate var node: JSONNode {
    .object([
      "id": .string(id), "twins": .strings(twins), "digest": .string(digest),
      "format": .string(format), "parameters": .integer(parameters),
      "architecture": .optional(architecture, JSONNode.string), "original": .bool(isOriginal),
    ])
  }
}

extension Family {
  fileprivate func node(_ forest: FamilyForest) -> JSONNode {
    .object([
      "models": .strings(models.map { forest.models[$0].id }),
      "ancestors": .array(ancestors.enumerated().map { $1.node(number: $0, forest) }),
      "edges": .array(edges.map { $0.node(forest) }),
      "root": root.node(forest),
    ])
  }
}

extension Family.Node {
  /// Of one key: models and ancestors have names of their own kind, so that no file's name can pass
  /// for an ancestor.
  fileprivate func node(_ forest: FamilyForest) -> JSONNode {
    switch self {
    case .model(let number): .object(["model": .string(forest.models[number].id)])
    case .ancestor(let number): .object(["ancestor": .integer(number)])
    }
  }
}

extension UnknownAncestor {
  fileprivate func node(number: Int, _ forest: FamilyForest) -> JSONNode {
    .object([
      "ancestor": .integer(number),
      "of": .strings(models.map { forest.models[$0].id }),
      "nearest": .number(nearest), "farthest": .number(farthest),
      "exact": .optional(exact) {
        .object([
          "models": .strings($0.models.map { forest.models[$0].id }),
          "equalMatrices": .integer($0.matrices),
        ])
      },
      "summary": .string(Language.en.words(self, forest)),
    ])
  }
}

extension Family.Edge {
  fileprivate func node(_ forest: FamilyForest) -> JSONNode {
    var members: [String: JSONNode] = [
      "from": from.node(forest), "to": to.node(forest),
      "distance": .optional(distance, JSONNode.number),
    ]
    switch kind {
    case .descent(let direction, let coefficient):
      members["kind"] = .string("descent")
      members["coefficient"] = .optional(coefficient, JSONNode.number)
      members["because"] = .string(direction.because.rawValue)
      members["detail"] = .string(Language.en.evidence(self, forest) ?? "")
    case .open(let excluded, let later):
      members["kind"] = .string("open")
      members["later"] = .optional(later) {
        .object(["end": .string($0.isTo ? "to" : "from"), "trace": .string($0.trace.kind.rawValue)])
      }
      members["excluded"] = .strings(
        Family.Edge.Exclusion.allCases.filter(excluded.contains).map(\.rawValue))
    }
    return .object(members)
  }
}

extension AssertedParent {
  fileprivate func node(_ forest: FamilyForest) -> JSONNode {
    let source: String =
      switch self.source {
      case .manifest: "manifest"
      case .card(let file): file
      }
    return .object([
      "child": .string(forest.models[child].id),
      "parent": .optional(parent) { .string(forest.models[$0].id) },
      "name": .string(name), "source": .string(source),
      "standing": .string(forest.standing(of: self).rawValue),
    ])
  }
}

extension AssertionConflict {
  fileprivate func node(_ forest: FamilyForest) -> JSONNode {
    let (kind, child, parent): (String, Int, Int?) =
      switch self {
      case .reversed(let said): ("reversed", said.child, said.parent)
      case .excluded(let said): ("excluded", said.child, said.parent)
      case .unrelated(let said): ("unrelated", said.child, said.parent)
      case .originalHasParent(let original, let parent): ("original-has-parent", original, parent)
      }
    return .object([
      "kind": .string(kind), "child": .string(forest.models[child].id),
      "parent": .optional(parent) { .string(forest.models[$0].id) },
      "summary": .string(Language.en.words(self, forest)),
    ])
  }
}
