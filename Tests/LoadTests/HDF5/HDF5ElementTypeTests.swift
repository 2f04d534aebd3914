import Testing

@testable import Load

@Suite struct HDF5ElementTypeTests {
  @Test(
    arguments: [("f2", ElementType.float16), ("f4", .float32), ("f8", .float64)],
    ["little", "big"])
  func readsFloatsOfEveryWidthAndByteOrder(type: (String, ElementType), order: String) throws {
    let tensor = try HDF5Fixture.checkpoint("types.h5").tensor("float/\(order)/\(type.0)")
    #expect(tensor.elementType == type.1)
    #expect(try tensor.values() == HDF5Fixture.ramp(6))
  }

  @Test(
    arguments: [
      ("i1", ElementType.int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
      ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64),
    ], ["little", "big"])
  func readsIntegersOfEveryWidthAndByteOrder(type: (String, ElementType), order: String) throws {
    let tensor = try HDF5Fixture.checkpoint("types.h5").tensor("integer/\(order)/\(type.0)")
    #expect(tensor.elementType == type.1)
    #expect(try tensor.values() == (0..<6).map { Double($0) - (type.0.hasPrefix("i") ? 3 : 0) })
  }

  @Test func recognisesBfloat16ByItsFields() throws {
    let tensor = try HDF5Fixture.checkpoint("types.h5").tensor("bfloat16")
    #expect(tensor.elementType == .bfloat16)
    #expect(try tensor.values() == HDF5Fixture.ramp(6))
  }

  @Test func recognisesBooleansByTheirNames() throws {
    let tensor = try HDF5Fixture.checkpoint("types.h5").tensor("bool")
    #expect(tensor.elementType == .bool)
    #expect(try tensor.values() == [1, 0, 1])
  }

  @Test func leavesTextOutAndReportsRecords() throws {
    let checkpoint = try HDF5Fixture.checkpoint("types.h5")
    #expect(!checkpoint.tensors.contains { $0.name == "text" || $0.name == "record" })
    #expect(checkpoint.problems.map(\.subject) == ["record"])
    #expect(checkpoint.problems.map(\.kind) == [.unreadTensor])
  }
}
