/// Opens whatever MODEL names: a file of weights, a shard index, or a folder laid out like a hub
/// snapshot.
///
/// Files are recognised by content, never by extension.
package enum CheckpointReader {
  /// Opens a checkpoint and reads the metadata found beside it.
  ///
  /// - Throws: `LoadError`, also when the path holds no weights or a format that is not read; then
  ///   it says what the file seems to be.
  package static func open(
    path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    var checkpoint: Checkpoint
    let folder: LocalFolder
    if PathName.isFolder(path) {
      folder = LocalFolder(
        path: try HubCache.snapshot(ofRepositoryAt: path, limits: limits) ?? path, limits: limits)
      checkpoint = try openFolder(folder, limits: limits)
      checkpoint.path = path
    } else {
      folder = LocalFolder(path: PathName.folder(of: path), limits: limits)
      checkpoint = try openNamed(try MappedFile(path: path), in: folder, limits: limits)
      checkpoint.name = ModelIdentity(ofModelAt: path).id
      checkpoint.metadata.complete(with: MetadataReader.read(beside: path, limits: limits))
    }
    checkpoint.finish(in: folder, limits: limits)
    return checkpoint
  }

  /// Opens a model in a folder that need not be on this machine.
  ///
  /// - Parameter file: the name of the one file that is meant; nil for the folder's model.
  package static func open(
    _ folder: any ModelFolder, file: String? = nil, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    var checkpoint: Checkpoint
    if let file {
      checkpoint = try openNamed(try folder.open(file), in: folder, limits: limits)
      checkpoint.name = folder.identity.id
      if WeightSiblings.holdsOneModel((try? folder.fileNames()) ?? [], including: file) {
        checkpoint.metadata.complete(
          with: MetadataReader.read(folder: folder.metadataPath, limits: limits))
      }
    } else {
      checkpoint = try openFolder(folder, limits: limits)
    }
    checkpoint.finish(in: folder, limits: limits)
    return checkpoint
  }

  /// A file that was named by itself.
  private static func openNamed(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    var checkpoint = try WeightFile.open(source, in: folder, limits: limits)
    if checkpoint.files.count == 1, checkpoint.files.first?.path == source.path {
      let name = PathName.name(of: source.path)
      if let count = shards(with: name, in: folder, limits: limits) {
        checkpoint.problems.append(
          LoadProblem(.part, name, "is one shard of \(count); the others were not read"))
      }
    }
    return checkpoint
  }

  /// The number of shards of the model that a file is one of; nil for a model of its own.
  private static func shards(
    with name: String, in folder: any ModelFolder, limits: LoadLimits
  ) -> Int? {
    if let shard = ShardName(name), shard.count > 1 { return shard.count }
    let names = (try? folder.fileNames()) ?? []
    if let slice = SliceName(name) {
      let count = names.count { SliceName($0)?.group == slice.group }
      if count > 1 { return count }
    }
    for index in names where FormatCatalogue.isIndexName(index) {
      guard let source = try? folder.open(index),
        let index = try? ShardIndex(source, limits: limits)
      else { continue }
      let files = index.fileNames
      if files.count > 1, files.contains(name) { return files.count }
    }
    return nil
  }

  private static func openFolder(
    _ folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    var checkpoint: Checkpoint
    if let list = try ComponentList(of: folder, limits: limits) {
      checkpoint = try openComponents(list, of: folder, limits: limits)
    } else {
      checkpoint = try openModel(folder, limits: limits)
    }
    checkpoint.name = folder.identity.id
    checkpoint.path = folder.path
    return checkpoint
  }

  /// The one model of a folder, with the metadata beside it.
  private static func openModel(
    _ folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let plan = try WeightPlan(of: folder, limits: limits)
    var checkpoint = try open(plan.parts, in: folder, limits: limits)
    for rival in plan.rivals where folder.readsCopies {
      let other = try open(rival.opened, in: folder, limits: limits)
      guard try SameWeights.areSame(checkpoint, other) else {
        throw LoadError(
          .unsupportedLayout,
          "holds two checkpoints that differ, \(WeightPlan.list(Array(plan.parts.prefix(2)))) and "
            + "\(LoadError.quote(rival.title)), and programs disagree on which is the model; name "
            + "one of them", file: folder.path)
      }
      checkpoint.problems += other.problems.filter(\.kind.isOfPickle)
    }
    checkpoint.problems += plan.problems
    for set in folder.readsCopies ? plan.copies : plan.rivals + plan.copies {
      checkpoint.problems += problems(of: set, beside: checkpoint, in: folder, limits: limits)
    }
    // What a file of the model names itself is read with it.
    let read = Set(checkpoint.files.map(\.path))
    checkpoint.problems += plan.unread.filter {
      !read.contains(PathName.join(folder.path, $0.subject))
    }
    checkpoint.metadata.complete(
      with: MetadataReader.read(folder: folder.metadataPath, limits: limits))
    return checkpoint
  }

  /// What is to be said of other files of a folder: nothing of those that hold the weights of a
  /// checkpoint once more, number for number.
  private static func problems(
    of set: WeightSet, beside checkpoint: Checkpoint, in folder: any ModelFolder, limits: LoadLimits
  ) -> [LoadProblem] {
    guard set.missing == nil else { return WeightPlan.leftOver(set.files) }
    guard folder.readsCopies else { return WeightPlan.problems(of: set) }
    let other: Checkpoint
    do throws(LoadError) {
      other = try open(set.opened, in: folder, limits: limits)
    } catch {
      // What cannot be read is no proven copy.
      return WeightPlan.problems(of: set, reason: error.message)
    }
    let isWhole = !other.problems.contains { $0.kind == .unreadTensor || $0.kind.isOfUnreadFile }
    let isCopy = isWhole && (try? SameWeights.areSame(checkpoint, other)) ?? false
    // Whoever loads the copy runs its pickle, whatever weights are in it.
    return (isCopy ? [] : WeightPlan.problems(of: set)) + other.problems.filter(\.kind.isOfPickle)
  }

  /// Files that together are a model.
  private static func open(
    _ files: [String], in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    if files.count == 1 {
      return try WeightFile.open(try folder.open(files[0]), in: folder, limits: limits)
    }
    func part(_ file: String) throws(LoadError) -> Checkpoint {
      try WeightFile.openPart(try folder.open(file), in: folder, limits: limits)
    }
    if TensorParallelShards.areSlices(files) {
      var slices: [Checkpoint] = []
      for file in files { slices.append(try part(file)) }
      if let whole = try TensorParallelShards.joined(slices, path: folder.path) { return whole }
    }
    var assembly = ShardAssembly()
    for file in files { try assembly.add(try part(file), limits: limits) }
    return try assembly.checkpoint(path: folder.path)
  }

  // MARK: Folders of several models

  /// The models of a folder as one, each one's tensors under its name; a single one keeps its names.
  private static func openComponents(
    _ list: ComponentList, of folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    var opened: [(component: ComponentList.Component, checkpoint: Checkpoint)] = []
    var unread: [LoadProblem] = []
    for component in list.components {
      let place = component.place.isEmpty ? folder : folder.folder(component.place)
      do throws(LoadError) {
        opened.append((component, try openModel(place, limits: limits)))
      } catch  where error.code == .noWeights {
        // Schedulers, tokenizers and poolings have none; formats that are not read are weights.
        let names = (try? place.fileNames()) ?? []
        unread += names.filter(FormatCatalogue.isNamedLikeWeights).map {
          LoadProblem(.unreadWeights, join(component.place, $0), "is of a format that is not read")
        }
      }
    }
    guard var first = opened.first?.checkpoint else {
      throw LoadError(
        .noWeights,
        "lists components (\(WeightPlan.list(list.components.map(\.name)))), and none of them has "
          + "weights that are read", file: folder.path)
    }
    if opened.count > 1 {
      var assembly = ShardAssembly()
      var problems: [LoadProblem] = []
      for (component, checkpoint) in opened {
        var part = checkpoint
        part.prefix(component.name)
        part.problems = part.problems.filter { problem in
          // The folder's own model sees the other components below it.
          !problem.kind.isOfUnreadFile || !component.place.isEmpty
            || !opened.contains { problem.subject.hasPrefix($0.component.place + "/") }
        }
        problems += part.problems.map { problem in
          var problem = problem
          if problem.kind != .unreadTensor {
            problem.subject = join(component.place, problem.subject)
          }
          return problem
        }
        part.problems = []
        // A configuration or a vocabulary of one component says nothing of another.
        part.metadata.config = nil
        try assembly.add(part, limits: limits)
      }
      first = try assembly.checkpoint(path: folder.path)
      first.problems = problems
    }
    first.problems += unread
    first.metadata.complete(
      with: MetadataReader.read(folder: folder.metadataPath, limits: limits))
    if first.metadata.vocabulary == nil {
      let tokenizer = MetadataReader.read(
        folder: PathName.join(folder.metadataPath, "tokenizer"), limits: limits)
      first.metadata.vocabulary = tokenizer.vocabulary
    }
    return first
  }

  private static func join(_ place: String, _ name: String) -> String {
    place.isEmpty ? name : "\(place)/\(name)"
  }
}

extension Checkpoint {
  /// Takes what stands around the model, and sets the forms apart in which its weights are stored.
  fileprivate mutating func finish(in folder: any ModelFolder, limits: LoadLimits) {
    let place = folder.metadataPath
    if let pipeline = ComponentList.pipeline(ofComponentAt: place, limits: limits) {
      metadata.adoptPipeline(pipeline.folder.path, component: pipeline.name, limits: limits)
    }
    findSizesOfUnread(in: folder)
    problems += metadata.problems.map { LoadProblem(metadata: $0, in: place) }
    findStoredForms()
  }

  /// Says how large the files of weights are that were not read.
  mutating func findSizesOfUnread(in folder: any ModelFolder) {
    for index in problems.indices where problems[index].kind.isOfUnreadFile {
      problems[index].byteCount = (try? folder.open(problems[index].subject))?.byteCount
    }
  }

  /// Puts a component's name before the names of all tensors.
  mutating func prefix(_ component: String) {
    guard !component.isEmpty else { return }
    tensors = tensors.map { tensor in
      var tensor = tensor
      tensor.name = "\(component).\(tensor.name)"
      return tensor
    }
  }
}

extension ModelMetadata {
  /// Takes what a pipeline says of one of its parts: its card, and the part's tokenizer.
  mutating func adoptPipeline(_ folder: String, component: String, limits: LoadLimits) {
    let pipeline = MetadataReader.read(folder: folder, limits: limits)
    card = card ?? pipeline.card
    hasNotice = hasNotice || pipeline.hasNotice
    mergeRecipe = mergeRecipe ?? pipeline.mergeRecipe
    problems += pipeline.problems
    guard vocabulary == nil else { return }
    // `text_encoder_2` goes with `tokenizer_2`.
    let tokenizer = component.replacing("text_encoder", with: "tokenizer")
    let place = PathName.join(folder, tokenizer)
    guard tokenizer != component, PathName.isFolder(place) else { return }
    vocabulary = MetadataReader.read(folder: place, limits: limits).vocabulary
  }
}
