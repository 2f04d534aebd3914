internal import Compare
package import Judge
internal import Load

extension CorpusKeeper {
  /// What the references of different lineage reach when they are held against each other.
  ///
  /// - Returns: nothing measured, where there is no corpus.
  package func calibrate(
    progress: @escaping ProgressHandler
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
        return (result, folder, failures)
      } catch {
        return (nil, "", [error])
      }
    }
  }
}
