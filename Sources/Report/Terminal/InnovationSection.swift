internal import Judge

extension Page {
  /// The assessment and what it was made from.
  mutating func innovation(_ innovation: Innovation) {
    let headings = ["", language.say(.value), language.say(.weightColumn), ""]
    let rows = language.innovation(innovation).map { [$0.name, $0.value, $0.weight, $0.note] }
    block(
      language.say(.innovation),
      table(
        [headings] + rows.map { $0.map(printable) }, rightAligned: [1, 2], headings: true))
    for line in language.ingredients(innovation) { paragraph("", printable(line)) }
  }
}
