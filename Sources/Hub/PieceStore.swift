/// Where pieces of a file stay that were fetched.
protocol PieceStore: Sendable {
  /// Bytes of every piece but the last.
  var pieceSize: Int { get }
  /// Pieces that are fetched beyond those asked for where reading goes on in order.
  var mostAhead: Int { get }
  func has(_ piece: Int) -> Bool
  func put(_ piece: Int, _ bytes: UnsafeRawBufferPointer)
  /// Copies a part of a piece.
  ///
  /// - Parameters:
  ///   - count: bytes of the whole piece.
  ///   - offset: of the part, from the start of the piece.
  /// - Returns: false if the piece is not there, or not as it was put.
  func copy(
    _ piece: Int, count: Int, from offset: Int, into target: UnsafeMutableRawBufferPointer
  ) -> Bool
  /// Whether fetching ahead would push out what was fetched ahead before.
  var isFull: Bool { get }
  /// Says that a piece went to whoever asked for it, without being copied from here.
  func markRead(_ piece: Int)
}

extension PieceStore {
  func markRead(_ piece: Int) {}
}
