internal import Compare
internal import Judge

// What the JSON report says of itself: how it was made, from what, and by which method.

extension Invocation {
  var node: JSONNode {
    .object([
      "command": .strings(command),
      "failOn": .string(failOn),
      "policy": .optional(policy) {
        .object(["path": .string($0.path), "sha256": .string($0.sha256)])
      },
      "stamp": .optional(stamp) {
        .present(["date": .string($0.date), "machine": $0.machine.map(JSONNode.string)])
      },
    ])
  }
}

extension Tool {
  var node: JSONNode {
    .object([
      "name": .string(name), "version": .string(version),
      "commit": .optional(commit, JSONNode.string),
      "method": .integer(MethodConstants.version),
    ])
  }
}

extension CorpusSummary {
  var node: JSONNode {
    .object([
      "digest": .string(digest), "references": .integer(references), "recipe": .string(recipe),
      "listing": .array(
        listing.map { reference in
          .object([
            "id": .string(reference.id),
            "digest": reference.digest.isEmpty ? .null : .string(reference.digest),
            "revision": .optional(reference.revision, JSONNode.string),
          ])
        }),
    ])
  }
}

extension SubjectSource.File {
  var node: JSONNode {
    .present([
      "path": .string(path), "isWeights": .bool(isWeights),
      "sha256": sha256.map(JSONNode.string),
    ])
  }
}

extension SubjectSource.HubReading {
  var node: JSONNode {
    .object([
      "step": .string(step.rawValue), "revision": .string(revision),
      "bytesRead": .integer(bytesRead), "bytes": .integer(byteCount),
    ])
  }
}

extension Candidate.Coverage {
  var node: JSONNode {
    .object([
      "numbers": .number(numbers), "circuits": .optional(circuits, JSONNode.number),
    ])
  }
}

extension TestOutcome {
  var node: JSONNode {
    .object([
      "kind": .string(kind.rawValue), "null": .string(null.rawValue), "log10P": .number(log10P),
    ])
  }
}

/// The numbers that verdicts rest on, each from where the verdicts take it.
enum MethodStatement {
  static var node: JSONNode {
    .object([
      "version": .integer(MethodConstants.version),
      "thresholds": .object([
        "verdictLog10P": .number(Calibration.significantLog10P),
        "extrapolatedLog10P": .number(Calibration.extrapolatedLog10P),
        "smallestLog10P": .number(Calibration.smallestLog10P),
        "numbersMean": .number(Calibration.numbersMean),
        "plainNumbersMean": .number(Calibration.plainNumbersMean),
        "liningUpGain": .number(Calibration.liningUpGain),
        "circuitsMean": .number(Calibration.circuitMean),
        "narrowCircuitsMean": .number(Calibration.narrowCircuitMean),
        "derivedShare": .number(Calibration.derivedShare),
        "unitZ": .number(Calibration.unitZ),
        "partShare": .number(Calibration.partShare),
        "inconclusiveCoverage": .number(Calibration.inconclusiveCoverage),
        "lowCoverage": .number(Calibration.lowCoverage),
        "mergeCoefficient": .number(Calibration.mergeCoefficient),
      ]),
      "intervalPercent": .integer(Calibration.confidencePercent),
      "draws": .object([
        "circuits": .integer(MethodConstants.circuitDraws),
        "circuitsOfClearStrangers": .integer(MethodConstants.firstCircuitDraws),
        "numbers": .integer(MethodConstants.linearDraws),
      ]),
      "seeds": .object([
        "circuits": .string(hexadecimal(MethodConstants.circuitSeed)),
        "numbersOrders": .string(hexadecimal(MethodConstants.orderSeed)),
        "numbersSigns": .string(hexadecimal(MethodConstants.signSeed)),
      ]),
      "sketchSide": .integer(MethodConstants.sketchSide),
      "correction": .string(
        "log10P of a candidate is the least of its tests' plus log10(choices), at least "
          + "smallestLog10P: Bonferroni over the tests of all references"),
    ])
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    "0x" + String(value, radix: 16, uppercase: true)
  }
}
