package import Judge

/// Choices that hold for a whole inspection.
public struct InspectionOptions: Sendable, Equatable {
  /// Threads that read and compare; nil for one per processor core.
  public var threads: Int?
  /// Whether fingerprints of raw references may be read from and kept in the user's cache folder.
  public var usesCache: Bool
  /// Parents that the caller vouches for, beside those that the subject's own files declare.
  public var declaredParents: [String]
  /// Whether checks read a hundredth of each model only, and say what that shows.
  public var isQuick: Bool
  /// Whether all of a model on a hub is read, whatever its listing or a quick look would say.
  public var isWhole = false
  /// Whether a quick look at a model on a hub comes first, and decides where reading on could not change
  /// that the model is to be stopped.
  ///
  /// Not where what it finds may be known or accepted: then what only all of the weights show counts.
  public var looksFirst = false
  /// Bytes of weights from which on that saves anything: to tell the format of smaller ones takes as many.
  package var lookFirstFrom = 64 << 20
  /// Bytes that may come from a hub in one run; nil: as many as there are.
  public var hubBudget: Int?
  /// Whether the SHA-256 of each file of a model is wanted, for which it is read once more.
  public var hashesFiles = false
  /// Whether outcomes keep what their judgements rest on, so that evidence can be written.
  public var keepsGrounds = false
  /// Environment variables, from which the default corpus and the cache folder follow.
  public var environment: [String: String]

  /// What the project asks of its models.
  package var policy = Policy()
  /// The file that the policy is from; nil for none.
  package var policyFile: PolicySource?

  /// A policy's file and the SHA-256 of its bytes.
  package struct PolicySource: Sendable, Equatable {
    /// As reports name it.
    package var path: String
    package var sha256: String
    /// Where it was read.
    package var place: String

    package init(path: String, sha256: String, place: String) {
      (self.path, self.sha256, self.place) = (path, sha256, place)
    }
  }

  /// Benchmark scores of the subject and a reference.
  package var benchmarks: BenchmarkResults?
  /// The file that they are from.
  package var benchmarksFile: String?

  /// The defaults suit an interactive run.
  public init(
    threads: Int? = nil, usesCache: Bool = true, declaredParents: [String] = [],
    isQuick: Bool = false, environment: [String: String] = [:]
  ) {
    self.threads = threads
    self.usesCache = usesCache
    self.declaredParents = declaredParents
    self.isQuick = isQuick
    self.environment = environment
  }
}

/// How far an inspection has come.
public struct InspectionProgress: Sendable, Equatable {
  /// The model being read, as its path was given.
  public var input: String
  /// Bytes of weights read so far, over all inputs.
  public var bytesDone: UInt64
  /// Bytes of weights to read, as far as known; 0 while nothing is known.
  public var bytesTotal: UInt64
  /// Which of the models it is, from 1; 0 where they are not counted.
  public var number = 0
  /// Models in all; 0 where they are not counted.
  public var count = 0

  /// A snapshot; later ones have at least as many bytes done.
  public init(input: String, bytesDone: UInt64, bytesTotal: UInt64) {
    self.input = input
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
  }
}

/// Called from any thread, possibly often.
public typealias ProgressHandler = @Sendable (InspectionProgress) -> Void
