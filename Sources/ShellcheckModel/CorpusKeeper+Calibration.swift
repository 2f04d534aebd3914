internal import Compare
internal import Fingerprint
package import Judge
internal import Load

extension CorpusKeeper {
  /// What the references of different lineage reach when they are held against each other.
  ///
  /// - Parameter keeps: whether the corpus gets it, so that verdicts take what is wider than their own nulls.
  /// - Returns: nothing measured, where there is no corpus.
  package func calibrate(
    keeps: Bool, progress: @escaping ProgressHandler
  ) async -> (result: NullMeasurement?, corpus: String, failures: [InputFailure]) {
    await Concurrent.apart {
      do throws(InputFailure) {
        let folder = try place(isChange: false)
        let opener = try ModelOpener(options: options, progress: progress)
        var failures: [InputFailure] = []
        let loaded = CollectionInspection(options: options, opener: opener)
          .load([folder], failures: &failures)
        let collection = ModelCollection(loaded, threads: opener.threads)
        let result = NullMeasurement(collection) { opener.meter.begin($0) }
        if keeps, !result.groups.isEmpty {
          let digest = LoadedCorpus(references: loaded, problems: []).digest
          do throws(FingerprintError) {
            try CorpusStore(folder: folder).keep(result.calibration(of: digest))
          } catch {
            failures.append(
              InputFailure(input: error.file ?? folder, message: error.message, kind: .output))
          }
        }
        return (result, folder, failures)
      } catch {
        return (nil, "", [error])
      }
    }
  }
}
