internal import Compare
internal import Foundation
internal import Judge
internal import Load
package import Report

/// The families among models, and what could not be read.
public struct TreeOutcome: Sendable {
  package let report: FamilyReport
  /// Models that could not be inspected.
  public let failures: [InputFailure]

  /// Pairs of parent and child of which the weights show that the one was made from the other.
  public var descents: [(parent: String, child: String)] {
    report.forest.families.flatMap(\.edges).compactMap { edge in
      guard edge.isDescent, case .model(let parent) = edge.from, case .model(let child) = edge.to
      else { return nil }
      return (report.forest.models[parent].id, report.forest.models[child].id)
    }
  }

  /// The families as JSON, schema `shellcheck-model/tree/1`.
  public var json: String { FamilyJSONWriter(options: WriterOptions()).write(report) }
}

extension Inspection {
  /// Finds the families among models, none of which is in question: each is read once and held
  /// against the others.
  ///
  /// - Parameters:
  ///   - models: files, shard indices, folders, fingerprints or corpora.
  ///   - progress: told how far reading has come.
  public func tree(
    models: [String], progress: @escaping ProgressHandler = { _ in }
  ) async -> TreeOutcome {
    await Concurrent.apart { families(of: models, progress: progress) }
  }

  private func families(
    of models: [String], progress: @escaping ProgressHandler
  ) -> TreeOutcome {
    do throws(InputFailure) {
      let opener = try ModelOpener(options: options, progress: progress)
      return CollectionInspection(options: options, opener: opener).inspect(models)
    } catch {
      return TreeOutcome(
        report: FamilyReport(
          tool: ToolVersion.tool, forest: FamilyForest(models: []),
          inputErrors: [InputError(input: error.input, message: error.message)]),
        failures: [error])
    }
  }
}

/// The way from paths to families.
struct CollectionInspection {
  let options: InspectionOptions
  let opener: ModelOpener

  func inspect(_ paths: [String]) -> TreeOutcome {
    var failures: [InputFailure] = []
    let loaded = load(paths, failures: &failures)
    var calibrations: [CorpusCalibration] = []
    for path in paths {
      do throws(LoadError) {
        if let found = try CorpusCalibration(folder: path) { calibrations.append(found) }
      } catch {
        failures.append(InputFailure(path: path, error))
      }
    }
    let collection = ModelCollection(
      loaded, threads: opener.threads, calibration: CorpusCalibration.joined(calibrations))
    // Members side by side: what of one member depends on all its comparisons is no loop.
    let meter = opener.meter
    let verdicts = Concurrent.map(collection.members.count, threads: opener.threads) { index in
      meter.begin(collection.members[index].id)
      return MemberVerdict(collection.comparison(of: index, threads: 1))
    }
    let forest = FamilyFinder(collection.members, verdicts: verdicts).forest()
    return TreeOutcome(
      report: FamilyReport(
        tool: ToolVersion.tool, forest: forest,
        inputErrors: failures.map { InputError(input: $0.input, message: $0.message) }),
      failures: failures)
  }

  /// The fingerprints of all models that can be read.
  func load(_ paths: [String], failures: inout [InputFailure]) -> [Reference] {
    var found: [String] = []
    for path in paths {
      do throws(LoadError) {
        let corpus = try ReferenceCorpus(paths: [path])
        guard !corpus.entries.isEmpty || !corpus.problems.isEmpty else {
          throw LoadError(.notFound, "there is no model in it", file: path)
        }
        found.append(path)
      } catch {
        failures.append(InputFailure(path: path, error))
      }
    }
    let corpus: ReferenceCorpus
    do throws(LoadError) {
      corpus = try ReferenceCorpus(paths: found)
    } catch {
      failures.append(InputFailure(path: error.file ?? found.joined(separator: ", "), error))
      return []
    }
    let cache = options.usesCache ? StandardFolders.cache(environment: options.environment) : nil
    if let first = corpus.entries.first { opener.meter.begin(first.id) }
    let source = opener.source(cache: cache.map { FingerprintCache(folder: $0) })
    let meter = opener.meter
    let loaded = corpus.load(from: source) { meter.add($0) }
    failures += loaded.problems.map { InputFailure(input: $0.path, message: $0.message) }
    return loaded.references
  }
}
