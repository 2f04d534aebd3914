internal import Judge

// The fields of the report schema, one extension per object of it.

extension InputError {
  var node: JSONNode {
    .object(["input": .string(input), "message": .string(message)])
  }
}

extension Subject {
  func node(_ source: SubjectSource) -> JSONNode {
    .present([
      "files": .array(source.files.map(\.node)),
      "unreadWeights": source.unread.isEmpty ? nil : .strings(source.unread),
      "hub": source.hub.map(\.node),
      "name": .string(name),
      "path": path.map(JSONNode.string),
      "digest": .optional(digest, JSONNode.string),
      "format": .string(format),
      "parameters": .integer(parameters),
      "tensors": .integer(tensors),
      "family": .optional(family, JSONNode.string),
      "components": .strings(components),
      "declared": declared.node,
    ])
  }
}

extension Declared {
  var node: JSONNode {
    .object([
      "baseModels": .strings(baseModels),
      "relation": .optional(relation, JSONNode.string),
      "license": .optional(license, JSONNode.string),
    ])
  }
}

extension Verdict {
  var node: JSONNode {
    .object([
      "relation": .string(relation.rawValue),
      "log10P": .number(log10P),
      "summary": .string(Language.en.words(statement)),
    ])
  }
}

extension Parent {
  var node: JSONNode {
    .object([
      "reference": .string(reference),
      "relation": .string(relation.rawValue),
      "coefficient": .optional(coefficient, JSONNode.number),
      "direction": direction.node,
      "alternatives": .strings(alternatives),
      "log10P": .number(log10P),
      "linear": linear.node,
      "circuits": .optional(circuits, \.node),
      "changes": .array(changes.map(\.node)),
      "layerMap": .array(layerMap.map(\.node)),
      "modification": .optional(modification, \.node),
    ])
  }
}

extension Direction {
  var node: JSONNode {
    .object([
      "value": .string(value.rawValue), "because": .string(because.rawValue),
      "detail": .optional(reason) { .string(Language.en($0)) },
      "via": .optional(via, JSONNode.string),
    ])
  }
}

extension Explanation {
  var node: JSONNode {
    .object([
      "kind": .string(kind.rawValue), "standing": .string(standing.rawValue),
      "for": .strings(arguments.map { Language.en($0) }),
      "against": .strings(counterarguments.map { Language.en($0) }),
    ])
  }
}

extension LinearScore {
  var node: JSONNode {
    .object(["mean": .number(mean), "z": .number(z), "coverage": .number(coverage)])
  }
}

extension CircuitScore {
  var node: JSONNode {
    .object([
      "ud": .optional(ud, JSONNode.number),
      "ov": .optional(ov, JSONNode.number),
      "qk": .optional(qk, JSONNode.number),
      "gg": .optional(gg, JSONNode.number),
      "z": .number(z),
      "coverage": .number(coverage),
    ])
  }
}

extension Change {
  var node: JSONNode {
    .object(["kind": .string(kind.rawValue), "detail": detail.node])
  }
}

extension DetailValue {
  var node: JSONNode {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    case .integers(let values): .array(values.map(JSONNode.integer))
    case .texts(let values): .strings(values)
    case .notices(let values): .strings(values.map(Language.en.words))
    case .numbers(let values): .array(values.map(JSONNode.number))
    case .term(let term): .string(term.name)
    case .terms(let terms): .strings(terms.map(\.name))
    }
  }
}

extension Details {
  var node: JSONNode {
    .object(reduce(into: [:]) { members, item in members[item.key.rawValue] = item.value.node })
  }
}

extension LayerPair {
  var node: JSONNode {
    .object([
      "subject": .integer(subject),
      "reference": .optional(reference, JSONNode.integer),
      "similarity": .number(similarity),
    ])
  }
}

extension Modification {
  var node: JSONNode {
    .object([
      "unchanged": .number(unchanged),
      "reencoded": .number(reencoded),
      "modified": .number(modified),
      "new": .number(new),
      "notTested": .optional(untested, JSONNode.number),
      "dropped": .number(dropped),
      "relativeChange": .number(relativeChange),
      "derivedShare": .number(derivedShare),
      "derivedShareLow": .number(derivedShareLow),
      "derivedShareHigh": .number(derivedShareHigh),
      "novelty": .number(novelty),
      "effectiveRank": .optional(effectiveRank, JSONNode.integer),
    ])
  }
}

extension Candidate {
  var node: JSONNode {
    var fields: [String: JSONNode] = [
      "reference": .string(reference),
      // Screening shows likeness, and never its absence.
      "relation": .string(
        isScreened && relation == .noEvidence ? "not-compared" : relation.rawValue),
      "log10P": .number(log10P),
      "linearMean": .number(linearMean),
      "circuitsMean": .optional(circuitsMean, JSONNode.number),
    ]
    if isScreened { fields["screened"] = .bool(true) }
    fields["coverage"] = coverage?.node
    fields["choices"] = choices.map(JSONNode.integer)
    if !tests.isEmpty { fields["tests"] = .array(tests.map(\.node)) }
    if !twins.isEmpty { fields["twins"] = .array(twins.map(JSONNode.string)) }
    return .object(fields)
  }
}

extension Component {
  var node: JSONNode {
    .present([
      "name": .string(name),
      "relation": .string(relation.rawValue),
      "reference": .optional(reference, JSONNode.string),
      "derivedShare": .optional(derivedShare, JSONNode.number),
      "tested": isTested.map(JSONNode.bool),
    ])
  }
}

extension Blend {
  var node: JSONNode {
    .object([
      "kind": .string(kind.rawValue), "references": .strings(references),
      "explained": units.isEmpty ? .null : .number(explained),
      "arc": .optional(arc, JSONNode.number),
      "units": .array(
        units.map { unit in
          .object([
            "component": .string(unit.component),
            "layer": .optional(unit.layer, JSONNode.integer),
            "parameters": .integer(unit.parameters),
            "coefficients": .array(unit.coefficients.map(JSONNode.number)),
            "explained": .number(unit.explained),
          ])
        }),
    ])
  }
}

extension StrangerBackground {
  var node: JSONNode? {
    guard numbers != nil || circuits != nil else { return nil }
    return .object([
      "numbers": .optional(numbers, Self.node), "circuits": .optional(circuits, Self.node),
    ])
  }

  private static func node(_ level: Level) -> JSONNode {
    .object([
      "mean": .number(level.mean), "spread": .optional(level.spread, JSONNode.number),
      "references": .integer(level.references),
    ])
  }
}

extension Innovation {
  var node: JSONNode {
    .object([
      "architecture": .optional(architecture, JSONNode.number),
      "weights": .optional(weights, JSONNode.number),
      "results": .optional(results, JSONNode.number),
      "composite": .optional(composite, JSONNode.number),
      "inputs": .object(inputs.mapValues(\.node)),
    ])
  }
}

extension Finding {
  var node: JSONNode {
    var members: [String: JSONNode] = [
      "code": .string(code.rawValue),
      "name": .string(code.name),
      "level": .string(level.rawValue),
      "message": .string(Language.en.message(self)),
      "location": .string(location),
      "evidence": evidence.node,
    ]
    members["accepted"] = accepted?.node
    return .object(members)
  }
}

extension Acceptance {
  var node: JSONNode {
    .object(["reason": .string(reason), "expires": .string(expires.description)])
  }
}

extension AcceptedFinding {
  var node: JSONNode {
    .object([
      "code": .string(code.rawValue),
      "reference": .optional(reference, JSONNode.string),
      "reason": .string(reason),
      "expires": .string(expires.description),
    ])
  }
}

extension LayerDetail {
  var node: JSONNode {
    .present([
      "component": .string(component),
      "layer": .integer(layer),
      "reference": .optional(reference, JSONNode.string),
      "referenceLayer": .optional(referenceLayer, JSONNode.integer),
      "similarity": .number(similarity),
      "derivedShare": .number(derivedShare),
      "relativeChange": .number(relativeChange),
      "unchanged": .number(unchanged),
      "tested": isTested.map(JSONNode.bool),
      "keptNeurons": .optional(keptNeurons) { .array($0.map(JSONNode.integer)) },
      "keptHeads": .optional(keptHeads) { .array($0.map(JSONNode.integer)) },
      "coefficients": coefficients.map { .array($0.map(JSONNode.number)) },
    ])
  }
}

extension TensorDetail {
  var node: JSONNode {
    .object([
      "name": .string(name),
      "role": .string(role),
      "shape": .array(shape.map(JSONNode.integer)),
      "reference": .optional(reference, JSONNode.string),
      "referenceTensor": .optional(referenceTensor, JSONNode.string),
      "status": .string(status.rawValue),
      "cosine": .optional(cosine, JSONNode.number),
      "z": .optional(z, JSONNode.number),
      "relativeChange": .optional(relativeChange, JSONNode.number),
    ])
  }
}
