import CHDF5
import Foundation
import Glibc

/// Why one dataset is left out of an index while the others are kept.
struct HDF5DatasetProblem: Error {
  var code: LoadError.Code
  var message: String
  /// Numbers of the dataset, where they could be counted.
  var elements: Int?
}

/// Describes one open dataset for the index.
struct HDF5DatasetDescription {
  let dataset: hid_t
  /// What is to be added to the chunk addresses libhdf5 gives.
  let chunkBase: UInt64
  let chunkBudget: Int
  /// Reading of `processorSeconds` at which listing chunks ends.
  let deadline: Double
  let limits: LoadLimits.HDF5

  /// The index entry; nil if the dataset does not hold numbers.
  func entry(path: String) throws(HDF5DatasetProblem) -> HDF5Index.Dataset? {
    guard let type = HDF5Handle(H5Dget_type(dataset)) else {
      throw malformed("the datatype cannot be read")
    }
    let number: HDF5Index.NumberType
    switch HDF5Index.NumberType.recognise(type.id) {
    case .number(let recognised): number = recognised
    case .notNumbers: return nil
    case .unreadable(let reason):
      throw HDF5DatasetProblem(code: .unknownElementType, message: reason)
    }
    guard let space = HDF5Handle(H5Dget_space(dataset)),
      let creation = HDF5Handle(H5Dget_create_plist(dataset))
    else { throw malformed("the dataspace cannot be read") }
    guard let shape = try shape(space.id) else { return nil }
    do throws(HDF5DatasetProblem) {
      return HDF5Index.Dataset(
        path: path, number: number, shape: shape,
        layout: try layout(creation.id, type: type.id, space: space.id, shape: shape),
        fill: try fill(creation.id, type: type.id))
    } catch {
      var problem = error
      problem.elements = shape.reduce(1 as Int?) { count, extent in
        guard let (product, overflow) = count?.multipliedReportingOverflow(by: extent) else {
          return nil
        }
        return overflow ? nil : product
      }
      throw problem
    }
  }

  private func malformed(_ message: String) -> HDF5DatasetProblem {
    HDF5DatasetProblem(code: .headerMalformed, message: message)
  }

  private func unsupported(_ message: String) -> HDF5DatasetProblem {
    HDF5DatasetProblem(code: .unsupportedLayout, message: message)
  }

  /// The extents; nil for a null dataspace, which holds nothing.
  private func shape(_ space: hid_t) throws(HDF5DatasetProblem) -> [Int]? {
    let kind = H5Sget_simple_extent_type(space)
    if kind == H5S_NULL { return nil }
    let rank = H5Sget_simple_extent_ndims(space)
    guard kind == H5S_SCALAR || kind == H5S_SIMPLE,
      (0...Int32(limits.rank)).contains(rank)
    else { throw malformed("the dataspace is malformed") }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    guard H5Sget_simple_extent_dims(space, &extents, nil) == rank else {
      throw malformed("the dataspace is malformed")
    }
    return try integers(extents)
  }

  private func integers(_ values: [hsize_t]) throws(HDF5DatasetProblem) -> [Int] {
    let converted = values.compactMap { Int(exactly: $0) }
    guard converted.count == values.count else {
      throw HDF5DatasetProblem(code: .shapeOverflow, message: "an extent exceeds 2^63")
    }
    return converted
  }

  private func layout(
    _ creation: hid_t, type: hid_t, space: hid_t, shape: [Int]
  ) throws(HDF5DatasetProblem) -> HDF5Index.Layout {
    switch H5Pget_layout(creation) {
    case H5D_CONTIGUOUS:
      guard H5Pget_external_count(creation) == 0 else {
        throw unsupported("the data is in other files, which are not followed")
      }
      let offset = UInt64(H5Dget_offset(dataset))
      if offset == UInt64.max { return .unwritten }
      return .contiguous(offset: offset, byteCount: H5Dget_storage_size(dataset))
    case H5D_COMPACT:
      return try compact(type: type, shape: shape)
    case H5D_CHUNKED:
      return .chunked(try chunks(creation, space: space, shape: shape))
    case H5D_VIRTUAL:
      throw unsupported("virtual datasets are not followed")
    default:
      throw malformed("the storage layout cannot be read")
    }
  }

  private func compact(
    type: hid_t, shape: [Int]
  ) throws(HDF5DatasetProblem) -> HDF5Index.Layout {
    // A compact dataset lives in an object header message of at most 64 KiB.
    var byteCount = H5Tget_size(type)
    for extent in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= 1 << 16 else {
        throw malformed("the data is larger than the header that should hold it")
      }
      byteCount = product
    }
    var bytes = Data(count: byteCount)
    let isRead = bytes.withUnsafeMutableBytes {
      $0.isEmpty || chdf5_read_whole(dataset, type, $0.baseAddress)
    }
    guard isRead else { throw malformed("the data cannot be read") }
    return .compact(bytes)
  }

  private func fill(_ creation: hid_t, type: hid_t) throws(HDF5DatasetProblem) -> [UInt8]? {
    var status = H5D_FILL_VALUE_DEFAULT
    guard H5Pfill_value_defined(creation, &status) >= 0, status == H5D_FILL_VALUE_USER_DEFINED
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: H5Tget_size(type))
    guard H5Pget_fill_value(creation, type, &bytes) >= 0 else {
      throw malformed("the fill value cannot be read")
    }
    return bytes.allSatisfy { $0 == 0 } ? nil : bytes
  }
}

extension HDF5DatasetDescription {
  private func chunks(
    _ creation: hid_t, space: hid_t, shape: [Int]
  ) throws(HDF5DatasetProblem) -> HDF5Index.Chunks {
    var extents = [hsize_t](repeating: 0, count: shape.count)
    guard !shape.isEmpty, H5Pget_chunk(creation, Int32(shape.count), &extents) == shape.count else {
      throw malformed("the chunk shape cannot be read")
    }
    let chunkShape = try integers(extents)
    guard chunkShape.allSatisfy({ $0 > 0 }) else { throw malformed("a chunk is empty") }
    let filters = try filters(creation)
    let stored = try storedChunks(space, shape: shape, chunkShape: chunkShape)
    return .init(shape: chunkShape, filters: filters, stored: stored)
  }

  private func filters(_ creation: hid_t) throws(HDF5DatasetProblem) -> [HDF5Index.Filter] {
    let count = H5Pget_nfilters(creation)
    guard (0...32).contains(count) else { throw malformed("the filters cannot be read") }
    var filters: [HDF5Index.Filter] = []
    for index in 0..<UInt32(count) {
      var first: UInt32 = 0
      var parameters = 0
      switch chdf5_filter(creation, index, &first, &parameters) {
      case H5Z_FILTER_DEFLATE: filters.append(.deflate)
      case H5Z_FILTER_SHUFFLE: filters.append(.shuffle(elementSize: Int(first)))
      case H5Z_FILTER_FLETCHER32: filters.append(.fletcher32)
      // h5py's LZF.
      case 32000: filters.append(.lzf)
      case let other:
        throw unsupported("the data is compressed by filter \(other), which is not supported")
      }
    }
    return filters
  }

  private func storedChunks(
    _ space: hid_t, shape: [Int], chunkShape: [Int]
  ) throws(HDF5DatasetProblem) -> [HDF5Index.Chunk] {
    var count: hsize_t = 0
    guard H5Dget_num_chunks(dataset, space, &count) >= 0 else {
      throw malformed("the list of chunks cannot be read")
    }
    guard count <= chunkBudget else { throw tooManyChunks }
    let grid = zip(shape, chunkShape).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
    var origin = [hsize_t](repeating: 0, count: shape.count)
    return try (0..<count).map { position throws(HDF5DatasetProblem) in
      if position % 64 == 0, Self.processorSeconds() > deadline {
        throw tooManyChunks
      }
      var chunk = HDF5Index.Chunk(gridIndex: 0, offset: 0, byteCount: 0, filterMask: 0)
      var address: haddr_t = 0
      guard
        H5Dget_chunk_info(
          dataset, space, position, &origin, &chunk.filterMask, &address, &chunk.byteCount) >= 0
      else { throw malformed("the list of chunks cannot be read") }
      for axis in shape.indices {
        let place = origin[axis] / hsize_t(chunkShape[axis])
        guard let place = Int(exactly: place), place < grid[axis] else {
          throw malformed("a chunk lies outside the array")
        }
        chunk.gridIndex = chunk.gridIndex &* grid[axis] &+ place
      }
      chunk.offset = UInt64(address) &+ chunkBase
      return chunk
    }
  }

  private var tooManyChunks: HDF5DatasetProblem {
    HDF5DatasetProblem(code: .limitExceeded, message: "the data is in too many chunks to list")
  }

  /// Of this thread: in the child it is the only one, and elsewhere others are not its business.
  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
