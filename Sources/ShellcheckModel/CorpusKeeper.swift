internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load
package import Report

/// What is said of a reference when it is added; nil and empty: nothing.
package struct ReferenceFacts: Sendable {
  var aliases: [String]
  var isOriginal: Bool?
  var parents: [String]
  var released: String?
  var licence: String?
  var family: String?
  var revision: String?

  package init(
    aliases: [String] = [], isOriginal: Bool? = nil, parents: [String] = [],
    released: String? = nil, licence: String? = nil, family: String? = nil, revision: String? = nil
  ) {
    self.aliases = aliases
    self.isOriginal = isOriginal
    self.parents = parents
    self.released = released
    self.licence = licence
    self.family = family
    self.revision = revision
  }

  var facts: CorpusFacts {
    var facts = CorpusFacts()
    facts.aliases = aliases
    facts.isOriginal = isOriginal
    facts.parents = parents
    facts.released = released
    facts.license = licence
    facts.family = family
    facts.sourceRevision = revision
    facts.isRecorded = true
    return facts
  }
}

/// Keeps a corpus: what `shellcheck-model corpus` does, without the command line.
///
/// Every call gives a reply, whatever went wrong in it.
package struct CorpusKeeper: Sendable {
  package let options: InspectionOptions
  /// The corpus that was named; nil for the default one.
  package let folder: String?

  package init(options: InspectionOptions, folder: String?) {
    (self.options, self.folder) = (options, folder)
  }

  // MARK: Changing

  /// Adds models, as their fingerprints, or fingerprints.
  ///
  /// Of a model on a hub the commit that was read is its revision.
  ///
  /// - Parameters:
  ///   - id: what the one model is called; nil for what its place says.
  ///   - said: of it, beside that.
  package func add(
    _ models: [String], id: String?, said: ReferenceFacts, progress: @escaping ProgressHandler
  ) async -> (reply: CorpusReply, traffic: HubTraffic?) {
    let facts = said.facts
    let opener: ModelOpener
    do throws(InputFailure) {
      opener = try ModelOpener(options: options, progress: progress)
    } catch {
      var reply = CorpusReply(.add)
      reply.failures.append(error.report)
      return (reply, nil)
    }
    let reply = await reply(.add, isChange: true) { folder, reply throws(InputFailure) in
      for model in models {
        do throws(InputFailure) {
          reply.items.append(try add(model, id: id, facts: facts, to: folder, opener))
        } catch {
          reply.failures.append(error.report)
          reply.isUnwritten = reply.isUnwritten || error.kind == .output
        }
      }
    }
    return (reply, opener.hub.traffic)
  }

  func add(
    _ model: String, id: String?, facts: CorpusFacts, to folder: String, _ opener: ModelOpener
  ) throws(InputFailure) -> CorpusItem {
    var fingerprint = try opener.fingerprint(of: model, keepingUnits: true)
    let identity = FingerprintNames(id: id)
      .identity(ofModelAt: opener.pinned(model), fingerprint)
    var facts = facts
    do throws(LoadError) {
      facts.sourceDigests = try fingerprint.sourceDigests(hashing: true) ?? []
    } catch {
      throw InputFailure(path: model, error)
    }
    fingerprint.identity.name = identity.id
    do throws(FingerprintError) {
      let place = try CorpusStore(folder: folder).add(fingerprint, as: identity, facts: facts)
      return CorpusItem(place, in: folder)
    } catch {
      throw Self.failure(error, of: model)
    }
  }

  package func remove(_ ids: [String]) async -> CorpusReply {
    await reply(.remove, isChange: true) { folder, reply throws(InputFailure) in
      do throws(FingerprintError) {
        reply.items = try CorpusStore(folder: folder).remove(ids).map {
          CorpusItem($0, in: folder)
        }
      } catch {
        throw Self.failure(error, of: folder)
      }
    }
  }

  // MARK: Looking

  /// What is in the corpus, without opening a reference.
  package func list() async -> CorpusReply {
    await reply(.list) { folder, reply throws(InputFailure) in
      let corpus = try references(of: folder)
      reply.items = corpus.items(in: folder)
      reply.issues = corpus.problems.map { CorpusIssue(.damaged, [$0.path], $0.message) }
    }
  }

  /// All that is known of single references.
  package func show(_ ids: [String], progress: @escaping ProgressHandler) async -> CorpusReply {
    await reply(.show) { folder, reply throws(InputFailure) in
      let corpus = try references(of: folder)
      let source = try source(progress)
      for id in ids {
        guard let entry = corpus.entries.first(where: { $0.id == id }),
          var item = corpus.items(in: folder).first(where: { $0.id == id })
        else {
          reply.failures.append(
            InputError(
              input: folder, message: "there is no reference called \(LoadError.quote(id))"))
          continue
        }
        do throws(FingerprintError) {
          item.content = .init(try entry.fingerprint(from: source.0, progress: source.1))
        } catch {
          reply.failures.append(Self.failure(error, of: entry.path).report)
        }
        reply.items.append(item)
      }
    }
  }

  /// What is wrong with the corpus.
  package func verify(progress: @escaping ProgressHandler) async -> CorpusReply {
    await reply(.verify) { folder, reply throws(InputFailure) in
      let corpus = try references(of: folder)
      let source = try source(progress)
      let audit = CorpusAudit(of: corpus, in: folder, from: source.0, progress: source.1)
      reply.items = audit.items
      reply.issues =
        audit.issues + [CorpusStore(folder: folder).calibrationIssue()].compactMap(\.self)
    }
  }

  // MARK: Archives

  package func export(
    _ ids: [String], to archive: String, progress: @escaping ProgressHandler
  ) async -> CorpusReply {
    await reply(.export) { folder, reply throws(InputFailure) in
      let source = try source(progress)
      do throws(FingerprintError) {
        let result = try CorpusStore(folder: folder).export(ids, to: archive, from: source.0)
        reply.items = result.places.map { CorpusItem($0, in: folder) }
        reply.archive = result.archive
      } catch {
        throw Self.failure(error, of: archive)
      }
    }
  }

  /// - Parameter digest: the archive's SHA-256, if its receiver was told it.
  package func take(archiveAt path: String, expecting digest: String?) async -> CorpusReply {
    await reply(.import, isChange: true) { folder, reply throws(InputFailure) in
      do throws(FingerprintError) {
        let result = try CorpusStore(folder: folder).take(archiveAt: path, expecting: digest)
        reply.items = result.places.map { CorpusItem($0, in: folder) }
        reply.calibration = result.calibration
        reply.archive = result.archive
      } catch {
        throw Self.failure(error, of: path)
      }
    }
  }

  // MARK: What they share

  func reply(
    _ action: CorpusReply.Action, isChange: Bool = false,
    _ body: @escaping @Sendable (String, inout CorpusReply) throws(InputFailure) -> Void
  ) async -> CorpusReply {
    await Concurrent.apart {
      var reply = CorpusReply(action)
      do throws(InputFailure) {
        let folder = try place(isChange: isChange)
        reply.corpus = folder
        try body(folder, &reply)
      } catch {
        reply.failures.append(error.report)
        reply.isUnwritten = error.kind == .output
        reply.isMisused = error.kind == .usage
      }
      return reply
    }
  }

  /// The corpus's folder.
  func place(isChange: Bool) throws(InputFailure) -> String {
    let standard =
      isChange
      ? StandardFolders.writableCorpus(environment: options.environment)
      : StandardFolders.corpus(
        environment: options.environment, executable: Bundle.main.executablePath)
    guard let folder = folder ?? standard else {
      throw InputFailure(
        input: "--corpus",
        message: "there is no corpus: name one with --corpus or SHELLCHECK_MODEL_CORPUS",
        kind: .usage)
    }
    return folder
  }

  private func references(of folder: String) throws(InputFailure) -> ReferenceCorpus {
    do throws(LoadError) {
      return try ReferenceCorpus(paths: [folder])
    } catch {
      throw InputFailure(path: folder, error)
    }
  }

  private func source(
    _ progress: @escaping ProgressHandler
  ) throws(InputFailure) -> (FingerprintSource, @Sendable (Int) -> Void) {
    let opener = try ModelOpener(options: options, progress: progress)
    let cache = options.usesCache ? StandardFolders.cache(environment: options.environment) : nil
    let meter = opener.meter
    return (opener.source(cache: cache.map { FingerprintCache(folder: $0) }), { meter.add($0) })
  }

  static func failure(_ error: FingerprintError, of path: String) -> InputFailure {
    var failure = InputFailure(path: error.file ?? path, error)
    if error.code == .notWritten { failure.kind = .output }
    return failure
  }
}

extension InputFailure {
  var report: InputError { InputError(input: input, message: message) }
}
