internal import Canonicalise
internal import Compare
internal import Fingerprint
internal import Foundation
internal import Hub
internal import Load

/// Turns paths into what the later stages work with, and tells the caller how far reading has come.
struct ModelOpener: Sendable {
  let threads: Int
  let meter: ProgressMeter
  let hub: HubAccess
  private let catalogue: ArchitectureCatalogue

  /// - Throws: if the definitions of architectures that the tool ships are damaged.
  init(options: InspectionOptions, progress: @escaping ProgressHandler) throws(InputFailure) {
    threads = max(1, options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
    meter = ProgressMeter(report: progress)
    hub = HubAccess(options)
    do throws(CanonicaliseError) {
      catalogue = try ArchitectureCatalogue.bundled()
    } catch {
      throw InputFailure(input: "architectures", message: error.description)
    }
  }

  /// Load and Canonicalise.
  func open(_ path: String) throws(InputFailure) -> CanonicalModel {
    do throws(LoadError) {
      return catalogue.canonicalise(try checkpoint(path))
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  private func checkpoint(
    _ path: String, isSampled: Bool = false
  ) throws(LoadError) -> Checkpoint {
    HubAddress.isMeant(by: path)
      ? try hub.open(path, isSampled: isSampled) : try CheckpointReader.open(path: path)
  }

  /// The model's texts.
  func documents(of path: String) -> ModelDocuments? {
    guard HubAddress.isMeant(by: path) else {
      return isFingerprint(path) ? nil : ModelDocuments.read(modelAt: path)
    }
    guard let place = try? hub.find(path), place.file == nil else { return nil }
    return ModelDocuments.read(modelAt: place.folder.metadataPath)
  }

  /// A model's fingerprint: read, if it is one, else made from all of its bytes.
  ///
  /// A subject's is never taken from the cache, because the report vouches for the bytes.
  ///
  /// - Parameter keepingUnits: whether it is made for those who will not have the weights.
  func fingerprint(
    of path: String, borrowing anchors: AnchorPool = .empty, keepingUnits: Bool = false
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(path, byteCount: byteCount(path))
    do throws(FingerprintError) {
      var source = source(cache: nil)
      source.keepsUnits = keepingUnits
      return try source.fingerprint(path: path, borrowing: anchors) { meter.add($0) }
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
    meter.begin(path, byteCount: byteCount(path))
    do throws(FingerprintError) {
      return try source(cache: nil).fingerprint(path: path, anchoredBy: frame) {
        meter.add($0)
      }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// The fingerprint of a model whose tokens were matched with a reference's.
  func fingerprint(
    of path: String, as reading: ModelReading?, matching reference: String, by frame: FrameSummary
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(path, byteCount: byteCount(path))
    do throws(FingerprintError) {
      return try source(cache: nil).fingerprint(
        path: path, as: reading, matching: reference, by: frame
      ) { meter.add($0) }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  /// The fingerprint of one reading of a model.
  func fingerprint(
    of path: String, as reading: ModelReading, borrowing anchors: AnchorPool
  ) throws(InputFailure) -> ModelFingerprint {
    meter.begin(path, byteCount: byteCount(path))
    do throws(FingerprintError) {
      return try source(cache: nil).fingerprint(path: path, as: reading, borrowing: anchors) {
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
    meter.begin(base, byteCount: byteCount(base))
    let (merged, files): (Checkpoint, Int)
    do throws(LoadError) {
      let whole = try checkpoint(base)
      (merged, files) = (
        try checkpoint(adapter).merged(into: whole), whole.files.count
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
    at path: String, borrowing anchors: AnchorPool, most lookAnchors: Int
  ) throws(InputFailure) -> QuickLook? {
    guard !isFingerprint(path) else { return nil }
    meter.begin(path)
    do throws(FingerprintError) {
      var source = self.source(cache: nil)
      source.lookAnchors = lookAnchors
      return try source.look(path: path, borrowing: anchors) { meter.add($0) }
    } catch {
      throw InputFailure(path: path, error)
    }
  }

  func isFingerprint(_ path: String) -> Bool {
    !HubAddress.isMeant(by: path) && FingerprintFile.isFingerprint(path: path)
  }

  /// What the model is called in records: that on a hub with the commit that was read.
  func pinned(_ path: String) -> String {
    HubAddress.isMeant(by: path) ? hub.pinned(path) : path
  }

  /// Where fingerprints come from.
  func source(cache: FingerprintCache?) -> FingerprintSource {
    var source = FingerprintSource(catalogue: catalogue, threads: threads, cache: cache)
    source.opener = { (path, isSampled) throws(LoadError) in
      try checkpoint(path, isSampled: isSampled)
    }
    source.hubStamp = { (try? hub.find($0))?.stamp }
    source.keepsUnits = true
    return source
  }

  /// Size of a model's files, for progress; nil if they cannot be listed, which the reading says.
  func byteCount(_ path: String) -> UInt64? {
    if HubAddress.isMeant(by: path) {
      return (try? hub.find(path)).flatMap { UInt64(exactly: $0.weightBytes) }
    }
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
    // OWNER/NAME is what people copy from a hub.
    if error.code == .notFound, inner.file == nil, path.wholeMatch(of: /[\w.-]+\/[\w.-]+/) != nil {
      inner.message += "; a model on a hub is called hub:\(path)"
    }
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
