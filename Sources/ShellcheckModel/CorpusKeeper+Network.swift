internal import Compare
internal import Fingerprint
internal import Hub
internal import Load
package import Report

// References from elsewhere.
extension CorpusKeeper {
  /// Adds models of a hub that are worth having.
  ///
  /// Of one that is there at the commit which the hub has now nothing is read.
  package func pull(
    _ list: CorpusSourceList, progress: @escaping ProgressHandler
  ) async -> (reply: CorpusReply, traffic: HubTraffic?) {
    let opener: ModelOpener
    do throws(InputFailure) {
      opener = try ModelOpener(options: options, progress: progress)
    } catch {
      var reply = CorpusReply(.pull)
      reply.failures.append(error.report)
      return (reply, nil)
    }
    let reply = await reply(.pull, isChange: true) { folder, reply throws(InputFailure) in
      for source in list.chosen {
        do throws(InputFailure) {
          reply.items.append(try pull(source, to: folder, opener))
        } catch {
          reply.failures.append(error.report)
          reply.isUnwritten = reply.isUnwritten || error.kind == .output
        }
      }
    }
    return (reply, opener.hub.traffic)
  }

  private func pull(
    _ source: CorpusSources.Source, to folder: String, _ opener: ModelOpener
  ) throws(InputFailure) -> CorpusItem {
    let address = "hub:" + source.id + (source.revision.map { "@" + $0 } ?? "")
    let store = CorpusStore(folder: folder)
    do throws(LoadError) {
      let revision = try opener.hub.find(address).revision
      if let place = try? store.held(source.id, revision: revision) {
        return CorpusItem(place, in: folder)
      }
    } catch {
      throw InputFailure(path: address, error)
    }
    let said = ReferenceFacts(
      isOriginal: source.isOriginal ? true : nil, parents: source.parents,
      // Others are general knowledge; the card speaks for itself.
      licence: source.isLicenseSeen ? source.license : nil, family: source.family)
    return try add(address, id: source.id, facts: said.facts, to: folder, opener)
  }

  /// Takes what is new in a corpus that somebody publishes.
  ///
  /// Each reference is taken by itself, so that an interrupted run goes on where it was; one that does
  /// not verify is a failure, and the others are taken.
  ///
  /// - Parameters:
  ///   - address: of the folder, or of its manifest.
  ///   - key: a file with the public key of whoever must have signed the manifest.
  package func sync(
    with address: String, signedBy key: String?, progress: @escaping ProgressHandler
  ) async -> (reply: CorpusReply, traffic: HubTraffic?) {
    let published: PublishedCorpus
    let meter = ProgressMeter(report: progress)
    do throws(LoadError) {
      published = try PublishedCorpus(address, environment: options.environment)
    } catch {
      var reply = CorpusReply(.sync)
      reply.failures.append(InputFailure(path: address, error).report)
      return (reply, nil)
    }
    let reply = await reply(.sync, isChange: true) { folder, reply throws(InputFailure) in
      let manifest: CorpusManifest
      do throws(LoadError) {
        let signer = try key.map { (path) throws(LoadError) in try SigningKey(path: path) }
        manifest = try CorpusManifest(
          published.manifest(signedBy: signer), path: published.manifestPath)
      } catch {
        throw InputFailure(path: error.file ?? address, error)
      }
      let store = CorpusStore(folder: folder)
      for entry in manifest.references {
        meter.begin(entry.id)
        do throws(FingerprintError) {
          if let place = try store.held(entry) {
            reply.items.append(CorpusItem(place, in: folder))
            continue
          }
          let bytes = try Self.fetch(entry, from: published)
          meter.add(bytes.count)
          if let place = try store.take(published: entry, from: published.address, bytes) {
            reply.items.append(CorpusItem(place, in: folder))
          }
        } catch {
          let failure = Self.failure(error, of: entry.id)
          reply.failures.append(failure.report)
          reply.isUnwritten = reply.isUnwritten || failure.kind == .output
        }
      }
      guard let digest = manifest.calibration else { return }
      do throws(FingerprintError) {
        reply.calibration = try Self.calibration(digest, from: published, to: store)
      } catch {
        let failure = Self.failure(error, of: published.calibrationPath)
        reply.failures.append(failure.report)
        reply.isUnwritten = reply.isUnwritten || failure.kind == .output
      }
    }
    let traffic = published.traffic
    return (reply, HubTraffic(bytes: traffic.bytes, requests: traffic.requests))
  }

  private static func calibration(
    _ digest: String, from published: PublishedCorpus, to store: CorpusStore
  ) throws(FingerprintError) -> CorpusStore.CalibrationState {
    if let state = try store.held(calibration: digest) { return state }
    let bytes: [UInt8]
    do throws(LoadError) { bytes = try published.calibration() } catch {
      throw FingerprintError(unreadable: error)
    }
    return try store.take(calibration: bytes, expecting: digest, from: published.calibrationPath)
  }

  private static func fetch(
    _ entry: CorpusManifest.Entry, from published: PublishedCorpus
  ) throws(FingerprintError) -> [UInt8] {
    guard entry.sha256 != nil else {
      throw FingerprintError(
        .damaged, "\(LoadError.quote(entry.id)) has no SHA-256 in the manifest",
        file: published.manifestPath)
    }
    do throws(LoadError) { return try published.file(entry.file) } catch {
      throw FingerprintError(unreadable: error)
    }
  }
}
