import Canonicalise

/// Sizes of multi-head latent attention.
///
/// Queries, keys and values are products of two matrices, through a latent of low rank (DeepSeek-AI.
/// "DeepSeek-V2." arXiv:2405.04434, section 2.1). Rows of the second factors, head by head: `[no-position | rotary]` for queries and
/// `[no-position key | value]` for keys and values. The rotary part of the key is a row block of the
/// first factor that all heads share.
struct LatentLayout: Sendable, Equatable {
  let heads: Int
  let keyValueRank: Int
  /// Rows per head without position, with rotary position, and of values.
  let plain: Int
  let rotary: Int
  let value: Int

  /// First factor, second factor, and the norm between them.
  static let factors: [(first: TensorRole, second: TensorRole, norm: TensorRole)] = [
    (.latentQueryDown, .latentQueryUp, .latentQueryNorm),
    (.latentKeyValueDown, .latentKeyValueUp, .latentKeyValueNorm),
  ]

  /// Nil when the shapes do not fit together.
  ///
  /// - Parameters:
  ///   - queryRows: output size of the query's (second) factor.
  ///   - keyValueDown: rows of the first factor, latent and rotary key.
  ///   - keyValueUp: rows and columns of the second factor.
  ///   - outputColumns: input size of the output projection.
  init?(
    heads: Int?, queryRows: Int, keyValueDown: Int, keyValueUp: (rows: Int, columns: Int),
    outputColumns: Int
  ) {
    guard let heads, heads > 0, keyValueUp.rows % heads == 0, outputColumns % heads == 0,
      queryRows % heads == 0, keyValueDown >= keyValueUp.columns
    else { return nil }
    self.heads = heads
    keyValueRank = keyValueUp.columns
    rotary = keyValueDown - keyValueRank
    value = outputColumns / heads
    plain = keyValueUp.rows / heads - value
    guard plain >= 0, queryRows / heads == plain + rotary else { return nil }
  }

  /// The rows of all heads from `start` on within each head, `count` of them.
  func rows(_ matrix: [Float], start: Int, count: Int, perHead: Int) -> [Float] {
    let k = Projection.directions
    var result: [Float] = []
    result.reserveCapacity(heads * count * k)
    for head in 0..<heads {
      let origin = (head * perHead + start) * k
      result += matrix[origin..<origin + count * k]
    }
    return result
  }

  /// The sum over heads of their rows from `start` on, `count` of them: what a factor that all heads
  /// share is multiplied with.
  func summedRows(_ matrix: [Float], start: Int, count: Int, perHead: Int) -> [Float] {
    let k = Projection.directions
    var result = [Float](repeating: 0, count: count * k)
    for head in 0..<heads {
      let origin = (head * perHead + start) * k
      for i in result.indices { result[i] += matrix[origin + i] }
    }
    return result
  }
}
