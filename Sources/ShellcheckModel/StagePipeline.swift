internal import Compare
internal import Fingerprint
internal import Foundation
internal import Judge
internal import Load
package import Report

/// The six stages in order, on real files.
package struct StagePipeline: Pipeline {
  package init() {}

  package func check(
    models: [String], references: [String], options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    let run = Run(models: models, options: options, progress: progress)
    switch await run.corpus(references, options: options) {
    case .failure(let failure):
      return CheckOutcome(
        report: ForensicReport(
          tool: ToolVersion.tool, corpus: .empty(path: failure.input), judgements: []),
        failures: [failure])
    case .success(let corpus):
      return await run.check(models, against: corpus, options: options)
    }
  }

  package func compare(
    subject: String, reference: String, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    await check(
      models: [subject], references: [reference], options: options, progress: progress)
  }

  package func fingerprint(
    models: [String], destination: FingerprintDestination, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> FingerprintOutcome {
    let run = Run(models: models, options: options, progress: progress)
    var outcome = FingerprintOutcome(records: [], failures: [])
    for model in models {
      do throws(InputFailure) {
        let fingerprint = try await run.fingerprint(of: model)
        let file = try destination.file(for: fingerprint.identity.name)
        outcome.records.append(try Run.write(fingerprint, of: model, to: file))
      } catch {
        outcome.failures.append(error)
      }
    }
    return outcome
  }

  package func inspect(
    model: String, options: InspectionOptions
  ) async -> Result<ModelDescription, InputFailure> {
    do throws(InputFailure) {
      return .success(ModelDescription(try Run.open(model), path: model))
    } catch {
      return .failure(error)
    }
  }
}

extension CorpusSummary {
  /// For runs that found no references.
  static func empty(path: String) -> CorpusSummary {
    CorpusSummary(digest: String(repeating: "0", count: 64), references: 0, path: path)
  }
}

extension FingerprintDestination {
  /// The path of a model's fingerprint; a name's own weight-file ending is kept, because references
  /// are called by it.
  ///
  /// Makes the folder if it is not there: a corpus begins with its first fingerprint.
  func file(for name: String) throws(InputFailure) -> String {
    switch self {
    case .file(let path): return path
    case .folder(let folder):
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw InputFailure(input: folder, message: "cannot make this folder")
      }
      return URL(filePath: folder).appending(path: name + FingerprintFile.suffix)
        .path(percentEncoded: false)
    }
  }
}
