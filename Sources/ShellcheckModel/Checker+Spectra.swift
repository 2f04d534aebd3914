internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Judge
internal import Load

/// Tables in which a reference's embedding may be hidden: under a name that tells nothing or another part, or
/// among appended rows that are louder.
extension Checker {
  /// Rests of one table that are looked at.
  private static let mostRests = 8
  /// Tables of more times as many rows as a reference has tokens are not taken for its embedding with rows
  /// appended.
  private static let mostAppended = 4

  /// Singular values of such tables as far as they resemble those of a reference; where they are one's, the
  /// readings are judged with them.
  ///
  /// - Complexity: five passes over each of nine tables at most. Embeddings that a reading is anchored by are
  ///   looked at if nothing was found, and they have more rows than a reference's.
  func addSpectra(
    of model: String, _ subject: ModelFingerprint, to readings: inout [Reading], by judge: Judge
  ) throws(InputFailure) -> [TableSpectrum] {
    let sizes = readings[0].match.merged.references.compactMap { reference -> Int? in
      guard !reference.fingerprint.circuits.isEmpty, let frame = reference.fingerprint.frame,
        frame.spectrum != nil
      else { return nil }
      return frame.vocabularySize
    }
    guard !opener.isFingerprint(model), !sizes.isEmpty, !subject.isAdapter else { return [] }
    let tables = Set(subject.namelessTables + subject.tablesInOtherParts)
    let anchors = readings[0].verdicts.isSilent ? readings.map(\.reading) : []
    guard !tables.isEmpty || !anchors.isEmpty else { return [] }
    let opened = try opener.open(model)
    var found: [TableSpectrum] = []
    do throws(LoadError) {
      var seen: Set<String> = []
      for table in anchors.compactMap({ ($0?.applied(to: opened) ?? opened).anchorEmbedding })
      where seen.insert(table.name).inserted {
        found += try spectra(of: table, passingOver: Self.appended(to: sizes, in: table))
      }
      for table in opened.tensors where tables.contains(table.name) {
        guard seen.insert(table.name).inserted else { continue }
        found += try spectra(of: table, passingOver: [0] + Self.appended(to: sizes, in: table))
      }
    } catch {
      throw InputFailure(path: error.file ?? model, error)
    }
    let equal = found.filter(readings[0].verdicts.holdsSpectrum)
    if !equal.isEmpty {
      for index in readings.indices {
        readings[index].match.add(equal)
        readings[index].verdicts = judge.verdicts(readings[index].match.comparison)
      }
    }
    return found
  }

  private func spectra(
    of table: CanonicalTensor, passingOver: [Int]
  ) throws(LoadError) -> [TableSpectrum] {
    let clouds = try TokenCloud.clouds(of: table, passingOver: passingOver)
    return clouds.sorted { $0.key < $1.key }.map {
      TableSpectrum(table: table.name, passedOver: $0.key, values: $0.value.spectrum)
    }
  }

  /// Whether a table may be an embedding of so many tokens, with rows appended.
  static func isAppended(_ rows: Int, to tokens: Int) -> Bool {
    tokens < rows && tokens >= rows / mostAppended
  }

  /// How many rows a table has more than vocabularies of some sizes, the fewest first.
  private static func appended(to sizes: [Int], in table: CanonicalTensor) -> [Int] {
    let rows = table.view.rowCount
    let numbers = Set(sizes.filter { isAppended(rows, to: $0) }.map { rows - $0 })
    return Array(numbers.sorted().prefix(mostRests))
  }
}
