internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load

/// Turns paths into what the later stages work with, and tells the caller how far reading has come.
struct ModelOpener: Sendable {
  let threads: Int
  let meter: ProgressMeter
  private let catalogue: ArchitectureCatalogue

  /// - Throws: if the definitions of architectures that the tool ships are damaged.
  init(options: InspectionOptions, progress: @escaping ProgressHandler) throws(InputFailure) {
    threads = max(1, options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    meter = ProgressMeter(report: progress)
    do throws(CanonicaliseError) {
      catalogue = try ArchitectureCatalogue.bundled()
    } catch {
      throw InputFailure(input: "architectures", message: error.description)
    }
  }

  /// Load and Canonicalise.
  func open(_ path: String) throws(InputFailure) -> CanonicalModel {
    do throws(LoadError) {
      return catalogue.canonicalise(try CheckpointReader.open(path: path))
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// A model's fingerprint: read, if it is one, else made from all of its bytes.
  ///
  /// A subject's is never taken from the cache, because the report vouches for the bytes.
  func fingerprint(
    of path: String, borrowing anchors: AnchorPool = .empty
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(path, byteCount: Self.byteCount(path))
    do throws(FingerprintError) {
      return try source(cache: nil).fingerprint(path: path, borrowing: anchors) {
        meter.add($0)
      }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// The fingerprint of a model whose own vocabulary is put aside.
  ///
  /// - Parameter frame: whose anchors it gets; nil for token ids.
  func fingerprint(
    of path: String, anchoredBy frame: FrameSummary?
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(path, byteCount: Self.byteCount(path))
    do throws(FingerprintError) {
      return try source(cache: nil).fingerprint(path: path, anchoredBy: frame) {
        meter.add($0)
      }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// The fingerprint of the model that a base becomes by an adapter.
  func fingerprint(
    of adapter: String, mergedInto base: String
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(base, byteCount: Self.byteCount(base))
    let (merged, files): (Checkpoint, Int)
    do throws(LoadError) {
      let whole = try CheckpointReader.open(path: base)
      (merged, files) = (
        try CheckpointReader.open(path: adapter).merged(into: whole), whole.files.count
      )
    } catch {
      throw InputFailure(path: adapter, error)
    }
    do throws(FingerprintError) {
      var fingerprint = try Fingerprinter(threads: threads)
        .fingerprint(catalogue.canonicalise(merged)) { meter.add($0) }
      // The adapter's files are no shards of the model.
      fingerprint.identity.files = files
      return fingerprint
    } catch {
      throw InputFailure(path: adapter, error)
    }
  }

  /// A quick look at a model; nil if it is a fingerprint, which is read as a whole in no time.
  func look(
    at path: String, borrowing anchors: AnchorPool
  ) throws(InputFailure) -> QuickLook? {
    guard !isFingerprint(path) else { return nil }
    meter.begin(path)
    do throws(FingerprintError) {
      return try source(cache: nil).look(path: path, borrowing: anchors) { meter.add($0) }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  func isFingerprint(_ path: String) -> Bool { FingerprintFile.isFingerprint(path: path) }

  /// Where fingerprints come from.
  func source(cache: FingerprintCache?) -> FingerprintSource {
    FingerprintSource(catalogue: catalogue, threads: threads, cache: cache)
  }

  /// Size of a model's files, for progress; nil if they cannot be listed, which the reading says.
  private static func byteCount(_ path: String) -> UInt64? {
    guard let files = try? ModelFiles.files(ofModelAt: path) else { return nil }
    return files.reduce(0) { sum, file in
      let resolved = URL(filePath: file).resolvingSymlinksInPath().path(percentEncoded: false)
      let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
      return sum + ((attributes?[.size] as? NSNumber)?.uint64Value ?? 0)
    }
  }
}

extension InputFailure {
  init(path: String, _ error: LoadError) {
    var inner = error
    inner.file = error.file == path ? nil : error.file
    self.init(input: path, message: inner.description)
  }

  init(path: String, _ error: FingerprintError) {
    if let cause = error.cause {
      self.init(path: path, cause)
    } else {
      self.init(input: path, message: "\(error.message) [\(error.code.rawValue)]")
    }
  }
}
