internal import Load

/// One run of the stage over one checkpoint.
struct Canonicalisation {
  private let catalogue: ArchitectureCatalogue
  private let checkpoint: Checkpoint
  private let names: [TensorName]
  private let generic: GenericNames
  private let fusedShapes: FusedShapes
  private let fusedExperts: FusedExperts
  private let fusedMatrices: FusedMatrices
  private var votes = ShapeVotes()
  private var dimensions: [String: Dimensions] = [:]
  private var collector = NoteCollector()
  private var sizeNotes: [String] = []
  private var contradictions: [ConfigContradiction] = []
  private var output: [CanonicalTensor] = []
  private var partCount = 0
  /// Tensors without values.
  private var empty: [Int] = []
  /// Components whose matrices lie across.
  private var across: Set<String> = []
  /// Layers of heads that predict further tokens.
  private var furtherLayers: Set<FurtherLayer> = []

  /// More parts than any model has; beyond, tensors stay whole, so that a file of a few kilobytes
  /// cannot exhaust memory.
  private static let largestPartCount = 1 << 20

  /// - Parameter prefix: components that names have before those that definitions know.
  init(_ catalogue: ArchitectureCatalogue, _ checkpoint: Checkpoint, behind prefix: [String] = []) {
    self.catalogue = catalogue
    self.checkpoint = checkpoint
    generic = GenericNames(conventions: catalogue.conventions)
    fusedShapes = FusedShapes(catalogue, config: checkpoint.metadata.config)
    let transparent = catalogue.conventions.transparent
    names = checkpoint.tensors.map {
      TensorName($0.name, transparent: transparent).dropping(prefix)
    }
    fusedExperts = FusedExperts(names, checkpoint.tensors, conventions: catalogue.conventions)
    fusedMatrices = FusedMatrices(names, checkpoint.tensors, conventions: catalogue.conventions)
  }

  /// The same before anything was read, with the matrices of some components turned.
  func turning(_ across: Set<String>) -> Canonicalisation {
    var turned = self
    turned.across = across
    return turned
  }

  /// What definitions describe of the checkpoint.
  func matches() -> NameMatcher.Matches {
    var matcher = NameMatcher(catalogue: catalogue, names: names)
    return matcher.matches(of: checkpoint.tensors)
  }

  /// The whole models in it.
  func wholeModels(_ matches: NameMatcher.Matches) -> WholeModels {
    WholeModels(
      matches.prefixed, catalogue: catalogue, names: names, tensors: checkpoint.tensors,
      config: checkpoint.metadata.config)
  }

  mutating func model(_ matches: [DefinitionMatches]) -> CanonicalModel {
    let selection = DefinitionSelection(
      matches, catalogue: catalogue, tensors: checkpoint.tensors,
      isConstant: names.map(generic.isConstant), config: checkpoint.metadata.config)
    if let architecture = ConfigContradiction(
      selection: selection, matches: matches, catalogue: catalogue,
      config: checkpoint.metadata.config)
    {
      contradictions.append(architecture)
    }
    let owners = owners(in: selection)
    takeVotes(owners)
    reconcile(selection)
    findFurtherLayers(owners)
    for index in checkpoint.tensors.indices {
      emit(index, owners[index], family: selection.chosen.first)
    }
    finish()
    let first = selection.chosen.first.map { catalogue.definitions[$0.definition] }
    return CanonicalModel(
      checkpoint: checkpoint, family: first?.family,
      normalisation: first?.normalisation ?? Normalisation(), dimensions: dimensions,
      tensors: output,
      notes: checkpoint.notes + sizeNotes + valueNotes + collector.notes
        + across.sorted().map { "the matrices of \($0) are stored transposed; they were turned" },
      // Sizes of an architecture that no definition describes are guesses, and accuse nobody.
      contradictions: first == nil ? [] : contradictions.filter(isMeant))
  }

  /// The matches of each tensor in the first chosen definition that has any.
  private func owners(in selection: DefinitionSelection) -> [[PatternTrie.Match]] {
    checkpoint.tensors.indices.map { index in
      selection.chosen.lazy.compactMap { $0.byTensor[index] }.first ?? []
    }
  }

  // MARK: Sizes

  /// Layers that join embedding and state predict further tokens: they are no layers of the stack
  /// behind whose last one they are numbered.
  private mutating func findFurtherLayers(_ owners: [[PatternTrie.Match]]) {
    for match in owners.joined() where catalogue.entry(match.leaf).role == .furtherTokenProjection {
      guard let layer = match.layer else { continue }
      furtherLayers.insert(FurtherLayer(definition: match.leaf.definition, layer: layer))
    }
  }

  private func component(of match: PatternTrie.Match) -> String {
    let isFurther =
      match.layer.map {
        furtherLayers.contains(FurtherLayer(definition: match.leaf.definition, layer: $0))
      } ?? false
    return isFurther ? Self.furtherTokens : catalogue.entry(match.leaf).component
  }

  private static let furtherTokens = "mtp"

  private mutating func takeVotes(_ owners: [[PatternTrie.Match]]) {
    for (index, matches) in owners.enumerated() {
      let tensor = checkpoint.tensors[index]
      if let match = matches.first {
        votes.add(
          tensor, catalogue.entry(match.leaf), shape: describedShape(tensor, match),
          parameter: match.leaf.parameter, layer: match.layer, expert: match.expert,
          isAmbiguous: matches.count > 1)
      } else {
        let reading = genericReading(index)
        if reading.role == .tokenEmbedding, tensor.shape.count == 2 {
          votes.add(tensor.shape[0], for: .vocabulary, in: reading.component)
          votes.add(tensor.shape[1], for: .hidden, in: reading.component)
        }
      }
    }
  }

  private mutating func reconcile(_ selection: DefinitionSelection) {
    let config = checkpoint.metadata.config
    if selection.chosen.isEmpty {
      let main = largestComponent
      for component in Set(names.map { generic.read($0).component }).sorted() {
        let configured = catalogue.conventions.dimensions.sizes(in: config, sectionsOnly: false)
        reconcile(component, component == main ? configured : Dimensions())
      }
    }
    for (number, chosen) in selection.chosen.enumerated() {
      let definition = catalogue.definitions[chosen.definition]
      let present = Set(chosen.byTensor.values.joined().map { catalogue.entry($0.leaf).component })
      for component in present.sorted() {
        let configured = definition.dimensions[component]?
          .sizes(in: config, sectionsOnly: number > 0)
        reconcile(component, configured ?? Dimensions())
      }
    }
  }

  /// The component that configurations speak of where no definition says so: that of most numbers.
  private var largestComponent: String? {
    var sizes: [String: Int] = [:]
    for (name, tensor) in zip(names, checkpoint.tensors) {
      let component = generic.read(name).component
      sizes[component] = (sizes[component] ?? 0).addingSaturating(tensor.elementCount)
    }
    return sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  private mutating func reconcile(_ component: String, _ configured: Dimensions) {
    let sizes = ReconciledSizes(configured: configured, votes: votes, component: component)
    dimensions[component] = sizes.dimensions
    sizeNotes += sizes.notes
    contradictions += sizes.contradictions
  }

  /// Whether a contradiction is one: a shard by itself has but some of the layers, and layers that
  /// predict further tokens are not counted among a model's own.
  private func isMeant(_ contradiction: ConfigContradiction) -> Bool {
    guard !isStatedOtherwise(contradiction) else { return false }
    switch contradiction.subject {
    case DimensionName.layers.rawValue:
      let further = checkpoint.metadata.config?["num_nextn_predict_layers"]?.integer ?? 0
      let excess = (Int(contradiction.shown) ?? 0) - (Int(contradiction.stated) ?? 0)
      return !checkpoint.isPart && (further == 0 || excess != further)
    case DimensionName.experts.rawValue: return !checkpoint.isPart
    case DimensionName.headSize.rawValue:
      // A norm over all heads is as long as they are together.
      let heads = contradiction.component.flatMap { dimensions[$0]?.heads } ?? 1
      let size = Int(contradiction.stated) ?? 0
      return size.multipliedReportingOverflow(by: heads) != (Int(contradiction.shown) ?? 0, false)
    default: return true
    }
  }

  /// Whether the configuration says so by another key: layer by layer (`num_attention_heads_per_layer`), or
  /// as a part that is added (`additional_vocab_size`).
  private func isStatedOtherwise(_ contradiction: ConfigContradiction) -> Bool {
    guard let config = checkpoint.metadata.config, let shown = Int(contradiction.shown),
      let stated = Int(contradiction.stated)
    else { return false }
    let sections = catalogue.conventions.dimensions.sections.compactMap { config[$0] }
    let name = DimensionName(rawValue: contradiction.subject)
    let keys = name.flatMap { catalogue.conventions.dimensions.keys[$0] } ?? []
    return (sections + [config]).contains { section in
      keys.contains { key in
        section["\(key)_per_layer"]?.array?.contains { $0.integer == shown } ?? false
          || section["additional_\(key)"]?.integer.map {
            $0.addingReportingOverflow(stated) == (shown, false)
          } ?? false
      }
    }
  }

  /// Head counts and numbers of experts are known only after fused tensors are taken apart.
  private mutating func finish() {
    var rows: [String: [TensorRole: [Int: Int]]] = [:]
    var experts: [String: Set<Int>] = [:]
    var norms: [String: Set<Int>] = [:]
    for tensor in output where tensor.parameter == .weight && tensor.source.hasTellingShape {
      if tensor.role == .attentionQuery || tensor.role == .attentionKey {
        rows[tensor.component, default: [:]][tensor.role, default: [:]][
          tensor.view.rowCount, default: 0] += 1
      }
      if tensor.role == .queryNorm {
        norms[tensor.component, default: []].insert(tensor.view.elementCount)
      }
      if let expert = tensor.expert {
        experts[tensor.component, default: []].insert(expert)
      }
    }
    for component in dimensions.keys.sorted() {
      guard let known = dimensions[component] else { continue }
      // Layers of some families differ in their heads: what is stated holds if any layer shows it.
      func rowCount(_ role: TensorRole, statedHeads: Int?) -> Int? {
        let counts = rows[component]?[role] ?? [:]
        if let statedHeads, let size = known.headSize, counts[statedHeads * size] != nil {
          return statedHeads * size
        }
        return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
      }
      var sizes = ReconciledSizes(dimensions: known)
      let queryRows = rowCount(.attentionQuery, statedHeads: known.heads)
      sizes.settleHeads(
        queryRows: queryRows,
        keyRows: rowCount(.attentionKey, statedHeads: known.keyValueHeads),
        isNormWhole: queryRows.map { norms[component]?.contains($0) ?? false } ?? false,
        component: component)
      if let experts = experts[component] { sizes.dimensions.experts = experts.count }
      dimensions[component] = sizes.dimensions
      sizeNotes += sizes.notes
      contradictions += sizes.contradictions
    }
  }

  /// What holds no weights, though it may stand in their place.
  private var valueNotes: [String] {
    var notes: [String] = []
    if let first = empty.first {
      let name = checkpoint.tensors[first].name
      notes.append(
        empty.count == 1
          ? "one tensor has no values and counts as missing (\(name))"
          : "\(empty.count) tensors have no values and count as missing (\(name), …)")
    }
    let whole = checkpoint.tensors.indices.filter { index in
      let tensor = checkpoint.tensors[index]
      return tensor.isPlain && !tensor.isRealNumber && !generic.isConstant(names[index])
    }.map { checkpoint.tensors[$0] }
    for type in ElementType.allCases {
      let tensors = whole.filter { $0.elementType == type }
      // Counters and masks are nothing to speak of.
      guard tensors.contains(where: { $0.shape.count > 1 && $0.elementCount >= Self.weightSize })
      else { continue }
      notes.append(
        tensors.count == 1
          ? "one tensor of whole numbers (\(type.rawValue)) is not evidence"
          : "\(tensors.count) tensors of whole numbers (\(type.rawValue)) are not evidence")
    }
    return notes
  }

  /// Elements that a table of whole numbers has if it may be more than a mask.
  private static let weightSize = 4096

  // MARK: Tensors

  private mutating func emit(
    _ index: Int, _ matches: [PatternTrie.Match], family: DefinitionMatches?
  ) {
    let tensor = checkpoint.tensors[index]
    guard !matches.isEmpty else {
      emitUndescribed(index, family: family)
      return
    }
    let fitting = matches.first { match in
      let entry = catalogue.entry(match.leaf)
      return entry.fits(
        describedShape(tensor, match), parameter: match.leaf.parameter,
        in: dimensions[entry.component] ?? Dimensions())
    }
    if !tensor.isDecodable || tensor.isPlaceholder(of: catalogue.entry(matches[0].leaf).shape) {
      emitUnread(index, matches[0])
      return
    }
    guard let match = fitting ?? (matches.count == 1 ? matches.first : nil) else {
      collector.add("its shape is none that its name can have", tensor: tensor.name)
      emitWhole(index, matches[0], role: .unknown)
      return
    }
    let entry = catalogue.entry(match.leaf)
    let context = TransformContext(
      dimensions: dimensions[entry.component] ?? Dimensions(),
      attentionWidth: votes.attentionWidth(component: entry.component, layer: match.layer))
    do throws(TransformMisfit) {
      guard partCount < Self.largestPartCount || entry.transforms.isEmpty else {
        throw TransformMisfit(reason: "the model has too many parts")
      }
      let parts = try entry.parts(
        of: tensor, expert: match.expert, in: context, liesAcross: liesAcross(tensor, match))
      if parts.count > 1 { partCount += parts.count }
      for part in parts { append(part, index, match) }
    } catch {
      collector.add("kept whole: \(error.reason)", tensor: tensor.name)
      emitWhole(index, match, role: error.keepsRole ? entry.role : .unknown)
    }
  }

  /// Whether a matrix lies the other way round than its entry says.
  private func liesAcross(_ tensor: Tensor, _ match: PatternTrie.Match) -> Bool {
    let entry = catalogue.entry(match.leaf)
    return across.contains(entry.component) && match.layer != nil && tensor.shape.count == 2
      && tensor.isDecodable && match.leaf.parameter == .weight && entry.role.residualAxis != nil
  }

  /// Extents in the order in which the entry has them.
  private func describedShape(_ tensor: Tensor, _ match: PatternTrie.Match) -> [Int] {
    let shape = tensor.describedShape(in: catalogue.entry(match.leaf))
    return liesAcross(tensor, match) ? shape.reversed() : shape
  }

  /// A tensor whose numbers are not there or not decoded: whole, as there is nothing to take apart.
  private mutating func emitUnread(_ index: Int, _ match: PatternTrie.Match) {
    let entry = catalogue.entry(match.leaf)
    let isOne = entry.transforms.allSatisfy { $0 == .transpose }
    if checkpoint.tensors[index].isDecodable { empty.append(index) }
    emitWhole(index, match, role: isOne ? entry.role : .unknown)
  }

  private mutating func emitWhole(_ index: Int, _ match: PatternTrie.Match, role: TensorRole) {
    let view = TensorView(whole: checkpoint.tensors[index], role: role)
    append(TensorPart(role: role, expert: match.expert, view: view), index, match)
  }

  private mutating func append(_ part: TensorPart, _ index: Int, _ match: PatternTrie.Match) {
    let tensor = checkpoint.tensors[index]
    let definition = catalogue.definitions[match.leaf.definition]
    output.append(
      CanonicalTensor(
        name: part.suffix.map { "\(tensor.name)#\($0)" } ?? tensor.name, source: tensor,
        component: component(of: match), role: part.role,
        parameter: match.leaf.parameter,
        layer: match.layer ?? (definition.anyPrefix ? generic.read(names[index]).layer : nil),
        expert: part.expert, view: part.view))
  }

  private mutating func emitUndescribed(_ index: Int, family: DefinitionMatches?) {
    let tensor = checkpoint.tensors[index]
    if tensor.elementCount == 0 { empty.append(index) }
    var reading = genericReading(index)
    let fused =
      partCount < Self.largestPartCount
      ? fusedExperts.parts(of: tensor, at: index) ?? fusedMatrices.parts(of: tensor, at: index)
      : nil
    var isUnknown = false
    if let family {
      let definition = catalogue.definitions[family.definition]
      // Usual names hold for parts that the definition does not speak of: a tower beside it.
      let isOther =
        reading.component != "model" && !definition.components.contains(reading.component)
      let isKnown = [.constant, .taskHead, .adapterDown, .adapterUp].contains(reading.role)
      if !isKnown, !isOther || reading.role == .unknown && fused == nil {
        (reading.role, isUnknown) = (.unknown, true)
        if tensor.elementCount > 0 {
          collector.add("not described by '\(definition.family)'", tensor: tensor.name)
        }
      }
      if reading.component == "model" { reading.component = definition.component }
    }
    let whole = TensorPart(
      role: reading.role, expert: reading.expert,
      view: TensorView(whole: tensor, role: reading.role)
    )
    let isNameless = family == nil && reading.role == .unknown && partCount < Self.largestPartCount
    let parts = fused ?? (isNameless ? fusedShapes.parts(of: tensor) : nil)
    partCount += parts?.count ?? 0
    for part in parts ?? [whole] {
      var canonical = CanonicalTensor(
        name: part.suffix.map { "\(tensor.name)#\($0)" } ?? tensor.name, source: tensor,
        component: reading.component, role: isUnknown ? .unknown : part.role,
        parameter: reading.parameter, layer: reading.layer, expert: part.expert, view: part.view)
      if across.contains(canonical.component), canonical.isTurnable { canonical.view.turn() }
      output.append(canonical)
    }
  }

  /// The reading of a name, its role dropped where type or rank speak against it.
  private func genericReading(_ index: Int) -> GenericNames.Reading {
    let tensor = checkpoint.tensors[index]
    var reading = generic.read(names[index])
    let isMatrix = tensor.shape.count > 1
    if reading.parameter == .weight, reading.role.isNorm == isMatrix,
      !reading.role.hasAnyRank
    {
      reading.role = .unknown
    }
    if reading.role == .unknown, !tensor.isRealNumber { reading.role = .constant }
    return reading
  }
}

/// A layer that predicts further tokens, of what a definition describes.
private struct FurtherLayer: Hashable {
  var definition: Int
  var layer: Int
}

extension TensorRole {
  /// Whether vectors and matrices alike have the role.
  fileprivate var hasAnyRank: Bool {
    switch self {
    case .constant, .unknown, .taskHead, .specialEmbedding, .positionEmbedding,
      .relativePositionBias, .layerScale, .batchNormGain, .batchNormStatistic, .mixerParameter,
      .mixerConvolution, .modulation, .conditioning, .projector, .indexer, .router:
      true
    default: false
    }
  }
}
