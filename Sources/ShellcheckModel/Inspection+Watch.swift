internal import Compare
internal import Load
package import Report

/// What is known before the first of many models is judged.
package struct WatchStart: Sendable {
  /// The report of no model: tool and corpus.
  package let report: ForensicReport
  /// References that could not be used.
  package let problems: [InputFailure]
}

extension Inspection {
  /// Judges models one after the other, and hands on each as soon as it is judged.
  ///
  /// - Parameters:
  ///   - references: corpora, models or fingerprints; none for the default corpus.
  ///   - progress: told how far reading has come.
  ///   - start: called when the references are open; the models to judge, or nil for none.
  ///   - next: called with each model and its outcome, in the order of the models; false ends it.
  /// - Returns: why nothing could be judged at all; nil otherwise.
  package func watch(
    references: [String], progress: @escaping ProgressHandler = { _ in },
    start: @escaping @Sendable (WatchStart) -> [String]?,
    next: @escaping @Sendable (String, CheckOutcome) -> Bool
  ) async -> InputFailure? {
    await Concurrent.apart {
      do throws(InputFailure) {
        let opener = try ModelOpener(options: options, progress: progress)
        let corpus = try CorpusOpener(options: options, models: opener)
          .open(references, withAllAnchors: true)
        let checker = Checker(options: options, opener: opener, corpus: corpus)
        let models = start(
          WatchStart(
            report: ForensicReport(
              tool: ToolVersion.tool, corpus: corpus.summary, judgements: []),
            problems: corpus.content.problems.map {
              InputFailure(input: $0.path, message: $0.message)
            }))
        for model in models ?? [] where !next(model, checker.check([model])) { break }
        return nil
      } catch {
        return error
      }
    }
  }
}
