import Foundation
import Load
import NIOCore

/// A file of a repository, of which ranges are fetched when they are read or asked for.
///
/// What is fetched goes into a `PieceStore`; a piece is fetched by one thread, and whoever else wants
/// it waits for that one.
///
/// `@unchecked Sendable`: `wanted`, `underWay` and what goes with them are touched under the
/// condition's lock.
final class HubFile: ByteSource, @unchecked Sendable {
  let path: String
  let byteCount: Int
  private let link: HubLink
  private let store: any PieceStore
  private let workers: HubWorkers
  private let rangeByteCount: Int

  private let condition = NSCondition()
  /// Pieces that were asked for ahead, and that no thread has begun with.
  private var wanted: Set<Int> = []
  private var queue: [Int] = []
  private var queueStart = 0
  private var underWay: Set<Int> = []
  /// Where the last piece ended that was fetched on demand, and how far it went ahead.
  private var lastDemand = -1
  private var ahead = 0

  init(link: HubLink, store: any PieceStore, workers: HubWorkers, rangeByteCount: Int) {
    path = link.name
    byteCount = link.file.byteCount
    self.link = link
    self.store = store
    self.workers = workers
    self.rangeByteCount = rangeByteCount
  }

  var listedDigest: String? { link.file.sha256 }

  private var pieceCount: Int { (byteCount + store.pieceSize - 1) / store.pieceSize }

  private func bytes(of pieces: Range<Int>) -> Range<Int> {
    pieces.lowerBound * store.pieceSize..<min(pieces.upperBound * store.pieceSize, byteCount)
  }

  private func pieces(of range: Range<Int>) -> Range<Int> {
    range.isEmpty
      ? 0..<0
      : range.lowerBound / store.pieceSize..<(range.upperBound - 1) / store.pieceSize + 1
  }

  // MARK: Reading

  /// What looks at a file here and there, mapped as it is, would fetch all of one that is elsewhere.
  private static let wholeByteCount = 128 << 20

  func withBytes<Result>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.count <= Self.wholeByteCount else {
      throw LoadError(
        .unsupportedLayout, "such a file is read from this machine only; download it first",
        file: path, tensor: tensor)
    }
    return try read(range, tensor: tensor, scratch: ByteScratch(), body)
  }

  func read<Result>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw LoadError(
        .truncated, "bytes \(range) are needed, the file has \(byteCount)", file: path,
        offset: UInt64(exactly: range.lowerBound), tensor: tensor)
    }
    let target = scratch.reserve(range.count)
    let last = pieces(of: range).upperBound
    for piece in pieces(of: range) {
      let whole = bytes(of: piece..<piece + 1)
      let part = whole.clamped(to: range)
      let place = UnsafeMutableRawBufferPointer(
        rebasing: target[part.lowerBound - range.lowerBound..<part.upperBound - range.lowerBound])
      let offset = part.lowerBound - whole.lowerBound
      while !store.copy(piece, count: whole.count, from: offset, into: place) {
        do throws(LoadError) {
          if try demand(piece, through: last, copying: part, into: place) { break }
        } catch {
          var error = error
          error.offset = error.offset ?? UInt64(exactly: part.lowerBound)
          error.tensor = error.tensor ?? tensor
          throw error
        }
      }
    }
    return try body(UnsafeRawBufferPointer(target))
  }

  /// Fetches a piece and those after it that will be wanted, unless another thread is about to.
  ///
  /// - Returns: whether the part was copied; if not, it may be in the store now.
  private func demand(
    _ piece: Int, through last: Int, copying part: Range<Int>,
    into target: UnsafeMutableRawBufferPointer
  ) throws(LoadError) -> Bool {
    condition.lock()
    if underWay.contains(piece) {
      while underWay.contains(piece) { condition.wait() }
      condition.unlock()
      return false
    }
    // What is read in order is fetched further ahead each time.
    ahead = piece == lastDemand ? min(max(4, 2 * ahead), store.mostAhead) : 0
    let run = begin(at: piece, through: max(last, piece + 1 + ahead))
    lastDemand = run.upperBound
    condition.unlock()
    defer { end(run) }
    let fetched = try fetch(run)
    store.markRead(piece)
    let start = part.lowerBound - bytes(of: run).lowerBound
    fetched.withUnsafeReadableBytes { bytes in
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + part.count]))
    }
    return true
  }

  /// Marks a run of pieces that nobody has or fetches; the condition is locked.
  private func begin(at piece: Int, through last: Int) -> Range<Int> {
    let most = max(1, rangeByteCount / store.pieceSize)
    var end = piece + 1
    while end < min(last, pieceCount), end - piece < most, !underWay.contains(end),
      !store.has(end)
    { end += 1 }
    for each in piece..<end {
      underWay.insert(each)
      wanted.remove(each)
    }
    return piece..<end
  }

  private func end(_ run: Range<Int>) {
    condition.lock()
    for piece in run { underWay.remove(piece) }
    condition.broadcast()
    condition.unlock()
  }

  private func fetch(_ run: Range<Int>) throws(LoadError) -> ByteBuffer {
    let range = bytes(of: run)
    let fetched = try link.fetch(range)
    fetched.withUnsafeReadableBytes { all in
      for piece in run {
        let part = bytes(of: piece..<piece + 1)
        let (start, end) = (part.lowerBound - range.lowerBound, part.upperBound - range.lowerBound)
        store.put(piece, UnsafeRawBufferPointer(rebasing: all[start..<end]))
      }
    }
    return fetched
  }

  // MARK: Ahead

  func prefetch(_ range: Range<Int>, from start: Int) {
    let (lower, isOver) = start.addingReportingOverflow(range.lowerBound)
    guard !isOver, lower >= 0, lower < byteCount, !store.isFull else { return }
    let pieces = pieces(of: lower..<lower + min(range.count, byteCount - lower))
    condition.lock()
    let new = pieces.filter { !wanted.contains($0) && !underWay.contains($0) && !store.has($0) }
    wanted.formUnion(new)
    queue += new
    condition.unlock()
    // More jobs than runs: those that find nothing left are over at once.
    let most = max(1, rangeByteCount / store.pieceSize)
    for _ in stride(from: 0, to: new.count, by: new.count > 2 * most ? most : max(new.count, 1)) {
      workers.add { [weak self] in self?.fetchWanted() }
    }
  }

  /// Fetches the run of wanted pieces that was asked for first.
  private func fetchWanted() {
    condition.lock()
    var first: Int?
    while first == nil, queueStart < queue.count {
      if wanted.contains(queue[queueStart]) { first = queue[queueStart] }
      queueStart += 1
    }
    if queueStart == queue.count { (queue, queueStart) = ([], 0) }
    guard let first, !store.isFull else {
      if let first { wanted.remove(first) }
      condition.unlock()
      return
    }
    var last = first + 1
    // A gap of a few pieces costs less than another request.
    let gap = Self.gapByteCount / store.pieceSize
    var missing = 0
    while last + missing < pieceCount, missing <= gap {
      if wanted.contains(last + missing) {
        last += missing + 1
        missing = 0
      } else {
        missing += 1
      }
    }
    let run = begin(at: first, through: last)
    condition.unlock()
    if run.upperBound < last { workers.add { [weak self] in self?.fetchWanted() } }
    // Whoever needs a piece that could not be fetched tries again, and says why it fails.
    _ = try? fetch(run)
    end(run)
  }

  private static let gapByteCount = 48 << 10

  /// The commit is fixed, and every answer was held against it.
  func checkUnchanged() throws(LoadError) {}
}
