extension Fact {
  /// The figures and names behind the words, as reports for machines list them.
  package var evidence: Details {
    switch self {
    case .notFiniteValues(let count, let tensors, let tensorCount):
      [
        .values: .integer(count), .tensors: .texts(tensors), .tensorCount: .integer(tensorCount),
      ]
    case .ambiguousFile(let file, let problem):
      [.files: .texts([file]), .problem: .text(problem)]
    case .unreadWeights(let unread):
      [
        .count: .integer(unread.count), .files: .texts(unread.files),
        .problems: .texts(unread.problems),
      ]
    case .undecodedWeights(let groups, let share):
      [
        .schemes: .texts(groups.map(\.storage)),
        .tensors: .integer(groups.reduce(0) { $0 + $1.tensors }),
        .parameters: .integer(groups.reduce(0) { $0 + $1.parameters }), .share: .number(share),
      ]
    case .unsafePickle(let pickle):
      [
        .count: .integer(pickle.count), .files: .texts(pickle.files),
        .problems: .texts(pickle.problems),
      ]
    case .rivalParts(let parts): [.units: .texts(parts)]
    case .lineage(let lineage): lineage.evidence
    case .undeclaredParent(let parent): parent.evidence
    case .declaredParentNotFound(let parent):
      [
        .reference: .text(parent.reference), .declaredAs: .text(parent.declaredAs),
        .declaredIn: .text(parent.declaredIn), .log10P: .number(parent.log10P),
        .coverage: .number(parent.coverage), .linearMean: .number(parent.linearMean),
      ]
    case .wrongRelation(let relation):
      [
        .reference: .text(relation.reference), .declared: .text(relation.declared),
        .measured: .term(.measured(relation.measured)),
        .kinds: .terms(relation.kinds.map(Term.change)),
      ]
    case .undeclaredIngredients(let list):
      [
        .references: .texts(list.found), .undeclared: .texts(list.amiss),
        .declared: .texts(list.declared),
      ]
    case .unseenIngredients(let list):
      [
        .references: .texts(list.found), .unseen: .texts(list.amiss),
        .declared: .texts(list.declared),
      ]
    case .parentNotAllowed(let reference, let allowed):
      [.reference: .text(reference), .allowed: .texts(allowed)]
    case .licenceConflict(let conflict): conflict.evidence
    case .licenceNotice(let notice): notice.evidence
    case .licenceNotAllowed(let licence, let reference, let allowed):
      Self.present([
        .reference: reference.map(DetailValue.text), .licence: .text(licence ?? ""),
        .allowed: .texts(allowed),
      ])
    case .obfuscatedWeights(let obfuscated):
      Self.present([
        .reference: .text(obfuscated.reference), .linearMean: .number(obfuscated.linearMean),
        .circuitsMean: obfuscated.unitsCosine == nil ? .number(obfuscated.circuitsMean) : nil,
        .unitsCosine: obfuscated.unitsCosine.map(DetailValue.number),
        .kinds: .terms(obfuscated.kinds.map(Term.change)),
      ])
    case .noiseDisguise(let noise): noise.evidence
    case .faithfulQuantisation(let quantisation), .unfaithfulQuantisation(let quantisation):
      quantisation.evidence
    case .configContradictsWeights(let contradictions):
      [
        .subjects: .texts(contradictions.map(\.subject)),
        .stated: .texts(contradictions.map(\.stated)), .shown: .texts(contradictions.map(\.shown)),
      ]
    case .vocabularyContradictsWeights(let contradiction):
      Self.present([
        .files: .texts([contradiction.file]), .count: .integer(contradiction.tokens),
        .share: .number(
          1 - Double(contradiction.agreeing) / Double(max(contradiction.tokens, 1))),
        .reference: contradiction.reference.map(DetailValue.text),
      ])
    case .lowCoverage(let coverage): [.coverage: .number(coverage)]
    case .unreadTensors(let count, let tensors, let read):
      Self.present([
        .tensorCount: .integer(count), .tensors: .texts(tensors),
        .read: read.map(DetailValue.number),
      ])
    case .quickLook(let read, let coverage):
      [.read: .number(read), .coverage: .number(coverage)]
    case .corpusDamaged(let problem): [.problem: .text(problem)]
    case .corpusContradiction(let reference, let asserted, let shown):
      [
        .reference: .text(reference), .stated: .term(.direction(asserted.value)),
        .shown: .term(.direction(shown.value)),
      ]
    case .inconclusive(let policy): [.policy: .term(.policy(policy))]
    case .blindToOrder(let references): [.references: .texts(references)]
    case .modelsNotLookedAt(let prefixes): [.units: .texts(prefixes)]
    case .brokenWeights(let files): [.files: .texts(Array(files.prefix(Self.namedItems)))]
    case .undescribedRest(let share): [.share: .number(share)]
    case .undescribedPart(let share, let matrices):
      [.share: .number(share), .matrices: .integer(matrices)]
    case .unanchoredPart(let references): [.references: .texts(references)]
    case .sharedSpectrum(let references): [.references: .texts(references)]
    case .adapterAlone(let declared): [.declared: .texts(declared)]
    }
  }

  /// Those details that there are.
  static func present(_ details: [DetailKey: DetailValue?]) -> Details {
    details.compactMapValues(\.self)
  }
}

extension Fact.Lineage {
  var evidence: Details {
    Fact.present([
      .log10P: .number(log10P), .references: .texts(references),
      .derivedShare: derivedShare.map(DetailValue.number),
      .shares: shares.isEmpty ? nil : .numbers(shares),
    ])
  }
}

extension Fact.UndeclaredParent {
  var evidence: Details {
    var details = Fact.present([
      .reference: .text(reference), .log10P: .number(log10P),
      .direction: .term(.direction(direction.value)),
      .derivedShare: derivedShare.map(DetailValue.number),
      .unread: unread.isEmpty ? nil : .texts(unread),
    ])
    switch grounds {
    case .nothingDeclared, .kinshipUndeclared, .adapter: break
    case .others(let names), .unknownParents(let names): details[.declared] = .texts(names)
    case .namedByReference(let name), .nearer(let name): details[.declared] = .texts([name])
    case .hint(let hint):
      details[.namedIn] = .text(hint.file)
      details[.namedAs] = .text(hint.name)
    }
    return details
  }
}

extension Fact.LicenceConflict {
  var evidence: Details {
    [
      .reference: .text(reference), .licence: .text(licence), .parentLicence: .text(parentLicence),
      .parentLicenceName: .text(parentLicenceName),
      .duties: .terms(broken.map { .duty($0.kind) }), .clauses: .texts(broken.map(\.clause)),
      .version: .text(version), .url: .text(url), .direction: .term(.direction(direction.value)),
    ]
  }
}

extension Fact.LicenceNotice {
  var evidence: Details {
    let duties = missing.compactMap(\.duty)
    return [
      .reference: .text(reference), .parentLicence: .text(parentLicence),
      .parentLicenceName: .text(parentLicenceName), .missing: .notices(missing.map(\.notice)),
      .licence: .text(licence ?? ""), .duties: .terms(duties.map { .duty($0.kind) }),
      .asked: .texts(missing.filter { $0.duty != nil }.map { $0.asked.joined(separator: " / ") }),
      .clauses: .texts(duties.map(\.clause)), .version: .text(version), .url: .text(url),
    ]
  }
}

extension Fact.Noise {
  var evidence: Details {
    [
      .reference: .text(reference), .sigma: .number(sigma),
      .relativeSigma: .number(relativeSigma), .noiseScale: .term(.noise(scale)),
      .whiteness: .number(whiteness), .kurtosis: .number(kurtosis),
      .matrices: .integer(matrices), .values: .integer(values), .share: .number(share),
    ]
  }
}

extension Fact.Quantisation {
  var evidence: Details {
    var evidence: Details = [
      .reference: .text(reference), .matrices: .integer(matrices),
      .quantised: .integer(quantised), .values: .integer(values), .errorRatio: .number(ratio),
      .strayShare: .number(strayShare), .compensated: .integer(compensated),
      .rescaled: .integer(rescaled),
    ]
    if tensorCount > 0 {
      evidence[.tensors] = .texts(tensors)
      evidence[.tensorCount] = .integer(tensorCount)
    } else {
      evidence[.resolution] = .number(resolution)
    }
    return evidence
  }
}
