internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load
internal import Report

/// Finds and loads the references of an inspection.
struct CorpusOpener: Sendable {
  let options: InspectionOptions
  let models: ModelOpener

  /// The references to compare with, and where they are.
  struct Corpus: Sendable {
    var content: any ComparableCorpus
    var path: String
    var paths: [String]
    /// Anchors that quick looks at subjects make do with, as those at the references did.
    var lookAnchors = AnchorList.limit
    /// What its pairs of different lineage reached, where that was measured.
    var calibration: CorpusCalibration?

    var summary: CorpusSummary {
      CorpusSummary(
        digest: content.digest, references: content.count, path: path,
        recipe: LoadedCorpus.digestRecipe, listing: content.listing)
    }
  }

  /// - Parameters:
  ///   - paths: corpora, models or fingerprints; none for the default corpus.
  ///   - withAllAnchors: whether references that are only looked at will be held against whole models.
  /// - Throws: if there is no reference at all that could be used.
  func open(
    _ paths: [String], withAllAnchors: Bool = false
  ) throws(InputFailure) -> Corpus {
    let standard = StandardFolders.corpus(
      environment: options.environment, executable: Bundle.main.executablePath)
    let chosen = paths.isEmpty ? [standard].compactMap(\.self) : paths
    let name = chosen.joined(separator: ", ")
    guard !chosen.isEmpty else {
      throw InputFailure(
        input: "--ref",
        message:
          "no corpus of references: name one with --ref or SHELLCHECK_MODEL_CORPUS, or make "
          + "one with `shellcheck-model fingerprint MODEL --into FOLDER`",
        kind: .usage)
    }
    let corpus: ReferenceCorpus
    var calibrations: [CorpusCalibration] = []
    do throws(LoadError) {
      corpus = try ReferenceCorpus(paths: chosen)
      for path in chosen {
        if let calibration = try CorpusCalibration(folder: path) {
          calibrations.append(calibration)
        }
      }
    } catch {
      throw InputFailure(path: name, error)
    }
    models.meter.begin(name)
    var source = models.source(cache: cache)
    source.isQuick = options.isQuick
    if !withAllAnchors, corpus.isOnlyLookedAt(from: source) {
      source.lookAnchors = QuickLook.fewAnchors
    }
    let content = corpus.comparable(from: source) {
      models.meter.add($0)
    }
    guard content.count > 0 else {
      let first = content.problems.first.map { "; \($0.path): \($0.message)" } ?? ""
      throw InputFailure(
        input: name,
        message: "no reference in the corpus could be read\(first); add some with "
          + "`shellcheck-model fingerprint MODEL --into FOLDER`")
    }
    return Corpus(
      content: content, path: name, paths: paths, lookAnchors: source.lookAnchors,
      calibration: CorpusCalibration.joined(calibrations))
  }

  private var cache: FingerprintCache? {
    guard options.usesCache else { return nil }
    return StandardFolders.cache(environment: options.environment).map {
      FingerprintCache(folder: $0)
    }
  }
}
