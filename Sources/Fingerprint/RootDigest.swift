import Crypto
import Foundation
import Load

extension ModelFingerprint {
  /// SHA-256 over names, types, shapes and digests of all tensors in the order of their names, as
  /// hexadecimal digits: equal for equal weights, however they are spread over files.
  package static func rootDigest(of tensors: [TensorFingerprint]) -> String {
    var hash = SHA256()
    for tensor in tensors.sorted(by: { $0.name < $1.name }) {
      let line = "\(tensor.name)\0\(tensor.elementType.rawValue)\0\(tensor.shape)\0"
      hash.update(data: Data(line.utf8))
      hash.update(data: tensor.digest.bytes)
    }
    return hash.finalize().hexadecimal
  }
}
