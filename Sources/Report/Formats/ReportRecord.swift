package import Foundation
internal import Judge

/// All that a report rests on, kept in its JSON, so that it can be written in any other format without
/// the weights.
///
/// It is for this program only: its form may change with any version, and the rest of the report says
/// the same to everybody else.
package struct ReportRecord: Codable, Sendable {
  package var report: ForensicReport
  /// How far down the report goes that it came with.
  package var detail: Detail

  init(report: ForensicReport, detail: Detail) {
    (self.report, self.detail) = (report, detail)
  }

  /// The record on one line, keys sorted.
  static func text(_ report: ForensicReport, detail: Detail) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(ReportRecord(report: report, detail: detail)) else {
      return nil
    }
    // Such characters stand in strings only, where an escape means the same.
    var text = ""
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      if scalar.isUnprintable {
        for unit in String(scalar).utf16 { text += String(format: "\\u%04x", Int(unit)) }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// A saved report.
  ///
  /// - Parameter data: the bytes of a JSON report.
  /// - Throws: `ReportRecordError` for what is none, or was changed after it was written.
  package init(json data: Data) throws(ReportRecordError) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let head: Head
    do {
      head = try decoder.decode(Head.self, from: data)
    } catch {
      throw ReportRecordError(message: "is no JSON report of this tool")
    }
    guard head.schema == JSONWriter.schema else {
      throw ReportRecordError(
        message: "has the schema \(head.schema.prefix(80)); \(JSONWriter.schema) is needed")
    }
    do {
      self = try decoder.decode(Envelope.self, from: data).record
    } catch {
      throw ReportRecordError(
        message: "has no record that this version can read; it was written by version "
          + (head.tool?.version.prefix(40) ?? "?"))
    }
    guard isSound else {
      throw ReportRecordError(message: "has a record that contradicts itself")
    }
  }

  /// Whether the report is, byte for byte, what its record says.
  ///
  /// Another version may say the same in other words.
  package func agrees(with data: Data) -> Bool {
    Data(JSONWriter(options: WriterOptions(detail: detail)).write(report).utf8) == data
  }

  /// What writers take for granted, and a changed file may not have.
  private var isSound: Bool {
    report.judgements.flatMap(\.parents).flatMap(\.layerGrids).allSatisfy { grid in
      grid.similarities.count <= 1 << 20
        && grid.subjectLayers.count * grid.referenceLayers.count == grid.similarities.count
    }
  }

  private struct Head: Decodable {
    var schema: String
    var tool: Tool?
  }

  private struct Envelope: Decodable {
    var record: ReportRecord
  }
}

/// A file that is no report, or none that can be written anew.
package struct ReportRecordError: Error, Sendable, Equatable {
  package var message: String

  package init(message: String) {
    self.message = message
  }
}
