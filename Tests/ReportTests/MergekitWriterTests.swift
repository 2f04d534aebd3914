import Judge
import TestSupport
import Testing

@testable import Report

/// Configurations that rebuild a merge.
@Suite struct MergekitWriterTests {
  private func write(_ blend: Blend?, _ change: (inout Judgement) -> Void = { _ in }) -> String {
    var judgement = Samples.merged
    judgement.blend = blend
    change(&judgement)
    return MergekitWriter(options: WriterOptions()).write(Samples.report(judgement))
  }

  @Test func aLinearMergeHasAGradientOverItsLayersAndItsOwnValuesOutsideThem() {
    let text = write(Samples.blend(.linear))
    #expect(text.contains("merge_method: linear\n"))
    #expect(text.contains("normalize: false\n"))
    #expect(
      text.contains(
        """
              weight:
                - filter: "model.embed_tokens.weight"
                  value: 0.5
                - filter: "model.layers."
                  value: [0.6, 0.6, 0.6, 0.2]
                - value: 0.5
        """))
  }

  @Test func oneValueEverywhereIsOneValue() {
    var blend = Samples.blend(.linear)
    for index in blend.units.indices { blend.units[index].coefficients = [0.7, 0.3] }
    let text = write(blend)
    #expect(text.contains("weight: 0.7\n") && text.contains("weight: 0.3\n"))
    #expect(!text.contains("filter"))
  }

  @Test func aSphericalMergeNamesItsPlaceOnTheArc() {
    let text = write(Samples.blend(.spherical))
    #expect(text.contains("merge_method: slerp\nbase_model: \"llama-s1\"\n"))
    #expect(text.contains("  t: 0.40\n"))
  }

  @Test func runsOfLayersBecomeSlices() {
    var blend = Samples.blend(.parts)
    for index in blend.units.indices {
      blend.units[index].coefficients = index < 4 ? [1, 0] : [0, 1]
    }
    blend.units[0].coefficients = [0, 1]
    let text = write(blend)
    #expect(text.contains("model: \"llama-s1\"\n        layer_range: [0, 3]\n"))
    #expect(text.contains("model: \"llama-s1-sft\"\n        layer_range: [3, 4]\n"))
    #expect(text.contains("# embedding is of llama-s1-sft, and slices bring that of llama-s1\n"))
  }

  @Test func whatNoConfigurationRebuildsIsNotWritten() {
    let masked = write(Samples.blend(.masked))
    #expect(!masked.contains("merge_method") && masked.contains("not written"))
    var towers = Samples.blend(.linear)
    towers.units[4].component = "vision"
    #expect(!write(towers).contains("merge_method"))
    #expect(write(nil) == "# merge-60-40: no merge of references of this corpus was found\n")
  }

  @Test func whatTheParentsWouldNotRebuildIsNotWritten() {
    var weak = Samples.blend(.linear)
    weak.units[2].explained = 0.4
    var empty = Samples.blend(.unnormalised)
    empty.units = []
    var wider = Samples.blend(.linear)
    wider.otherwiseShaped = ["llama-s1-sft"]
    for blend in [weak, empty, wider] {
      let text = write(blend)
      #expect(!text.contains("merge_method") && text.contains("not written"), "\(text)")
    }
    var trained = Samples.blend(.linear)
    for index in trained.units.indices { trained.units[index].explained = 0.9 }
    #expect(write(trained).contains("where it comes from was not seen"))
  }

  @Test func namesFromFilesStayInQuotesAndComments() {
    var blend = Samples.blend(.linear)
    blend.references[0] = "x\"\nmerge_method: evil"
    let text = write(blend) { $0.subject.name = "a\nmerge_method: evil" }
    #expect(!text.contains("\nmerge_method: evil"))
  }

  @Test(arguments: Language.allCases)
  func coefficientsThatAreNoSharesAreNotPrintedAsShares(language: Language) {
    var judgement = Samples.merged
    judgement.blend = Samples.blend(.spherical)
    judgement.parents[0].coefficient = 0.71
    let weight = language.weight(judgement.parents[0], in: judgement)
    #expect(weight == language.say(.mixtureCoefficient, "0.71"))
    let mixture = language.mixture(judgement)
    #expect(mixture?.reading.contains("SLERP") == true)
    #expect(mixture?.rows.map(\.name).count == 3)
  }
}
