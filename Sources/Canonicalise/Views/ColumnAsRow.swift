extension TensorView {
  /// A view of one column that lies in one piece, as one row of the same elements; nil for others.
  package var asRow: TensorView? {
    guard storedColumns == 1, columns.count == 1, columns.start == 0, rows.count > 1 else {
      return nil
    }
    var view = self
    view.storedColumns = max(rows.index(rows.count - 1) + 1, 1)
    (view.rows, view.columns) = (Selection(0..<1), rows)
    return view
  }
}
