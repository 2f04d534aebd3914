internal import Load
package import Report

/// Decides from the weights of models whether they descend from reference models.
///
///     let inspection = Inspection()
///     let outcome = await inspection.check(models: ["model.safetensors"], references: ["corpus"])
///     for verdict in outcome.verdicts { print(verdict.subject, verdict.relation) }
///
/// Nothing here throws for an input that cannot be read: it is among the outcome's failures, and
/// the other inputs are judged all the same.
public struct Inspection: Sendable {
  /// The choices that hold for every call.
  public let options: InspectionOptions

  /// An inspection that reads checkpoints and runs all stages.
  public init(options: InspectionOptions = InspectionOptions()) {
    self.options = options
  }

  /// Judges each model against the references.
  ///
  /// - Parameters:
  ///   - models: files, shard indices or folders.
  ///   - references: corpora, models or fingerprints; none for the default corpus.
  ///   - progress: told how far reading has come.
  /// - Returns: one judgement for each model that could be inspected.
  public func check(
    models: [String], references: [String], progress: @escaping ProgressHandler = { _ in }
  ) async -> CheckOutcome {
    await Concurrent.apart {
      judge(models, against: references, isComparison: false, progress: progress)
    }
  }

  /// Judges one model against one other, from their weights where both have them.
  ///
  /// - Parameters:
  ///   - subject: a model or a fingerprint.
  ///   - reference: a model or a fingerprint.
  ///   - progress: told how far reading has come.
  /// - Returns: one judgement, or what kept it from being made.
  public func compare(
    subject: String, reference: String, progress: @escaping ProgressHandler = { _ in }
  ) async -> CheckOutcome {
    await Concurrent.apart {
      judge([subject], against: [reference], isComparison: true, progress: progress)
    }
  }

  private func judge(
    _ models: [String], against references: [String], isComparison: Bool,
    progress: @escaping ProgressHandler
  ) -> CheckOutcome {
    do throws(InputFailure) {
      let opener = try ModelOpener(options: options, progress: progress)
      let corpus = try CorpusOpener(options: options, models: opener)
        .open(references, withAllAnchors: models.contains(where: opener.isFingerprint))
      return Checker(
        options: options, opener: opener, corpus: corpus, isComparison: isComparison
      ).check(models)
    } catch {
      return CheckOutcome(error)
    }
  }

  /// Writes a fingerprint of each model.
  ///
  /// - Parameters:
  ///   - models: files, shard indices or folders.
  ///   - destination: where the fingerprints go.
  ///   - names: what they are to be known by; an id is for one model only.
  ///   - progress: told how far reading has come.
  /// - Returns: a record of each file.
  public func fingerprint(
    models: [String], destination: FingerprintDestination,
    names: FingerprintNames = FingerprintNames(),
    progress: @escaping ProgressHandler = { _ in }
  ) async -> FingerprintOutcome {
    await Concurrent.apart {
      write(models, to: destination, as: names, progress: progress)
    }
  }

  private func write(
    _ models: [String], to destination: FingerprintDestination, as names: FingerprintNames,
    progress: @escaping ProgressHandler
  ) -> FingerprintOutcome {
    var outcome = FingerprintOutcome(records: [], failures: [])
    let opener: ModelOpener
    do throws(InputFailure) {
      opener = try ModelOpener(options: options, progress: progress)
    } catch {
      return FingerprintOutcome(records: [], failures: [error])
    }
    for model in models {
      do throws(InputFailure) {
        let fingerprint = try opener.fingerprint(of: model, keepingUnits: true)
        var record = try destination.write(fingerprint, of: opener.pinned(model), as: names)
        record.model = model
        outcome.records.append(record)
      } catch {
        outcome.failures.append(error)
      }
    }
    outcome.hubTraffic = opener.hub.traffic
    return outcome
  }

  /// Describes the tensors of a model and what they are recognised as, without reading weights.
  package func inspect(model: String) async -> Result<ModelDescription, InputFailure> {
    await Concurrent.apart { describe(model) }
  }

  private func describe(_ model: String) -> Result<ModelDescription, InputFailure> {
    do throws(InputFailure) {
      let opener = try ModelOpener(options: options, progress: { _ in })
      // Its arrays are nobody's weights: what it stands for is described.
      if opener.isFingerprint(model) {
        return .success(ModelDescription(try opener.fingerprint(of: model), path: model))
      }
      return .success(ModelDescription(try opener.open(model), path: model))
    } catch {
      return .failure(error)
    }
  }
}
