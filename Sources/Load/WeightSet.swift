/// Files of one folder that by their names are one checkpoint: a file, numbered shards, or an index
/// and the shards that it names.
struct WeightSet {
  /// The name without ending, shard number and variant.
  var stem: String
  /// `fp16` of `model.fp16.safetensors`.
  var variant: String?
  var format: FormatDescription
  var index: String?
  /// The files of weights, in order.
  var files: [String]
  /// The number of the first shard that is missing, and the number of all; nil if none is.
  var missing: (number: Int, count: Int)?
  /// Where the format stands among those that are read.
  var formatRank: Int

  /// What opens the checkpoint: the index, or the files.
  var opened: [String] { index.map { [$0] } ?? files }
  var isWholeFile: Bool { index == nil && files.count == 1 && ShardName(title) == nil }
  var title: String { opened.first ?? stem }

  /// Among the checkpoints of a folder, which is the model: what hubs call the model comes before
  /// variants of it, adapters, other names, and the layout of the original code.
  ///
  /// Checkpoints of one rank compete; those of later ranks are other things.
  var rank: Int {
    let place: Int
    if format.copyStems.contains(where: { stem.hasPrefix($0) }) {
      place = 90
    } else if let known = format.stems.firstIndex(of: stem) {
      place = known + (variant == nil ? 0 : 10)
    } else {
      place = Self.unknownRank
    }
    // What neither its ending nor its name calls a model comes after all that is called one.
    let isVague = place == Self.unknownRank && !format.ownsEndings
    return (formatRank + (isVague ? 50 : 0)) * 100 + place
  }

  static let unknownRank = 50

  /// Whether a file that is called like a format's is one: endings that promise nothing (`.bin`) are
  /// believed only where some format claims the content.
  static func isOfFormat(
    _ name: String, _ format: FormatDescription, in folder: any ModelFolder
  ) -> Bool {
    guard format.matches(name), format.indexName(ofData: name) == nil else { return false }
    guard !format.ownsEndings else { return true }
    guard let source = try? folder.open(name) else { return false }
    return FormatCatalogue.readers.contains { $0.claim(source) != .none }
  }

  /// The checkpoints of the formats that are read among a folder's files.
  static func sets(
    _ names: [String], in folder: any ModelFolder, limits: LoadLimits
  ) -> [WeightSet] {
    var sets: [WeightSet] = []
    for (rank, reader) in FormatCatalogue.readers.enumerated() {
      let format = reader.description
      var named: Set<String> = []
      for name in names where format.hasIndexName(name) {
        let index = (try? folder.open(name)).flatMap { try? ShardIndex($0, limits: limits) }
        let files = index?.fileNames ?? []
        named.formUnion(files)
        sets.append(make(name, format, rank: rank, files: files, index: name))
      }
      let others = names.filter { !named.contains($0) && isOfFormat($0, format, in: folder) }
      var numbered: [String: [ShardName]] = [:]
      var slices: [String: [String]] = [:]
      for name in others {
        if let shard = ShardName(name) {
          numbered["\(shard.stem)-\(shard.count)", default: []].append(shard)
        } else {
          slices[SliceName(name)?.group ?? name, default: []].append(name)
        }
      }
      for key in slices.keys.sorted() {
        let files = (slices[key] ?? []).sorted()
        if files.count > 1, TensorParallelShards.areSlices(files) {
          sets.append(make(files[0], format, rank: rank, files: files))
        } else {
          sets += files.map { make($0, format, rank: rank, files: [$0]) }
        }
      }
      for key in numbered.keys.sorted() {
        let shards = (numbered[key] ?? []).sorted { $0.number < $1.number }
        guard let first = shards.first else { continue }
        var set = make(first.name, format, rank: rank, files: shards.map(\.name))
        let present = Set(shards.map(\.number))
        if present.count < first.count, first.count <= limits.shardCount {
          set.missing = (1...first.count).first { !present.contains($0) }.map { ($0, first.count) }
        } else if present.count < first.count {
          set.missing = (present.count + 1, first.count)
        }
        sets.append(set)
      }
    }
    return sets
  }

  private static func make(
    _ name: String, _ format: FormatDescription, rank: Int, files: [String], index: String? = nil
  ) -> WeightSet {
    var stem = FormatCatalogue.stem(of: name)
    var variant: String?
    if let match = name.firstMatch(of: /\.index\.([A-Za-z0-9_]+)\.json$/) {
      variant = String(match.1)
    } else if let dot = stem.lastIndex(of: "."), format.stems.contains(String(stem[..<dot])) {
      variant = String(stem[stem.index(after: dot)...])
      stem = String(stem[..<dot])
    }
    return WeightSet(
      stem: stem, variant: variant, format: format, index: index, files: files, missing: nil,
      formatRank: rank)
  }
}
