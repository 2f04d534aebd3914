// What readers noted of the weights that they read all the same; what is general comes behind what
// it would match too.

extension ReaderSentences {
  static let notes: [(en: String, zh: String)] = [
    (
      "one tensor has no values and counts as missing ({0})",
      "有 1 个张量没有数值，按缺失处理（{0}）"
    ),
    (
      "{0} tensors have no values and count as missing ({1}, …)",
      "{0} 个张量没有数值，按缺失处理（{1} 等）"
    ),
    (
      "one tensor of whole numbers ({0}) is not evidence",
      "1 个整数张量（{0}）不作为证据"
    ),
    (
      "{0} tensors of whole numbers ({1}) are not evidence",
      "{0} 个整数张量（{1}）不作为证据"
    ),
    (
      "one tensor stored as U16 is read as bfloat16",
      "1 个以 U16 存储的张量按 bfloat16 读取"
    ),
    (
      "{0} tensors stored as U16 are read as bfloat16",
      "{0} 个以 U16 存储的张量按 bfloat16 读取"
    ),
    (
      "one array of two bytes without a type is read as bfloat16",
      "1 个未注明类型的双字节数组按 bfloat16 读取"
    ),
    (
      "{0} arrays of two bytes without a type are read as bfloat16",
      "{0} 个未注明类型的双字节数组按 bfloat16 读取"
    ),
    ("{0} holds no numbers, and was left out", "{0} 不含数值，已略去"),
    ("{0} hold no numbers, and were left out", "{0} 不含数值，已略去"),
    ("{0} is {1} once more, and was left out", "{0} 与 {1} 重复，已略去"),
    (
      "tensors that are others once more ({0}) were taken once",
      "与其他张量重复的张量（{0} 个）只取一次"
    ),
    (
      "one variable ({0}, …) is what an optimizer or its steps keep; it was left out",
      "1 个变量（{0} 等）为优化器或其步数所存，已略去"
    ),
    (
      "{0} variables ({1}, …) are what an optimizer or its steps keep; they were left out",
      "{0} 个变量（{1} 等）为优化器或其步数所存，已略去"
    ),
    (
      "one variable is stored twice; it was taken once",
      "1 个变量存储了两次，只取一次"
    ),
    (
      "{0} variables are stored twice; they were taken once",
      "{0} 个变量存储了两次，只取一次"
    ),
    (
      "is stored in slices that do not follow one another along its first axis, which is "
        + "not read",
      "所存各片未沿第一轴相接，不读取"
    ),
    (
      "{0}, beside {1}, is read as a part of the model",
      "{0} 与 {1} 并列，作为模型的一部分读取"
    ),
    (
      "{0}, beside {1}, are read as a part of the model",
      "{0} 与 {1} 并列，作为模型的一部分读取"
    ),
    (
      "{0} ({1} tensor) has the names and shapes of the model, and the name of an average "
        + "of it; it was left out",
      "{0}（{1} 个张量）的名称和形状与模型相同，且名称表明是其均值，已略去"
    ),
    (
      "{0} ({1} tensor) has what an optimizer keeps; it was left out",
      "{0}（{1} 个张量）为优化器所存，已略去"
    ),
    (
      "{0} ({1} tensor) has what training keeps; it was left out",
      "{0}（{1} 个张量）为训练过程所存，已略去"
    ),
    (
      "{0} ({1} tensor) have the names and shapes of the model, and the name of an average "
        + "of it; it was left out",
      "{0}（{1} 个张量）的名称和形状与模型相同，且名称表明是其均值，已略去"
    ),
    (
      "{0} ({1} tensor) have what an optimizer keeps; it was left out",
      "{0}（{1} 个张量）为优化器所存，已略去"
    ),
    (
      "{0} ({1} tensor) have what training keeps; it was left out",
      "{0}（{1} 个张量）为训练过程所存，已略去"
    ),
    (
      "{0} ({1} tensors) has the names and shapes of the model, and the name of an average "
        + "of it; it was left out",
      "{0}（{1} 个张量）的名称和形状与模型相同，且名称表明是其均值，已略去"
    ),
    (
      "{0} ({1} tensors) has what an optimizer keeps; it was left out",
      "{0}（{1} 个张量）为优化器所存，已略去"
    ),
    (
      "{0} ({1} tensors) has what training keeps; it was left out",
      "{0}（{1} 个张量）为训练过程所存，已略去"
    ),
    (
      "{0} ({1} tensors) have the names and shapes of the model, and the name of an "
        + "average of it; it was left out",
      "{0}（{1} 个张量）的名称和形状与模型相同，且名称表明是其均值，已略去"
    ),
    (
      "{0} ({1} tensors) have what an optimizer keeps; it was left out",
      "{0}（{1} 个张量）为优化器所存，已略去"
    ),
    (
      "{0} ({1} tensors) have what training keeps; it was left out",
      "{0}（{1} 个张量）为训练过程所存，已略去"
    ),
    (
      "calls {0} with a pickle that cannot be followed: {1}",
      "调用 {0} 时所用的 pickle 无法解析：{1}"
    ),
    (
      "calls {0} with bytes that cannot be followed",
      "调用 {0} 时所用的字节无法解析"
    ),
    (
      "holds one tensor in {0} that was not read as the model",
      "{0} 中有 1 个张量未作为模型读取"
    ),
    (
      "holds {0} tensors in {1} that were not read as the model",
      "{1} 中有 {0} 个张量未作为模型读取"
    ),
    ("claims places that another part has", "占用了另一部件已有的位置"),
    (
      "begins with a byte order mark, which other readers refuse; it was read without",
      "以字节顺序标记开头，其他读取程序会拒绝；读取时已略过"
    ),
    (
      "is written in UTF-16, which other readers refuse; it was read as that",
      "以 UTF-16 写成，其他读取程序会拒绝；已按此读取"
    ),
    (
      "{0}; it was read without comments and such commas",
      "{0}；读取时已去掉注释和此类逗号"
    ),
    (
      "config.json's attention heads do not divide the {0} query and {1} key rows of the {2}",
      "config.json 所列的注意力头数不能整除 {2} 的 {0} 行查询与 {1} 行键"
    ),
    (
      "the matrices of {0} are stored transposed; they were turned",
      "{0} 的矩阵以转置形式存储，已转回"
    ),
    (
      "{0} and {1} more: not described by '{2}'",
      "{0} 及另外 {1} 个张量：“{2}”的定义未作描述"
    ),
    ("{0}: not described by '{1}'", "{0}：“{1}”的定义未作描述"),
    (
      "{0} and {1} more: its shape is none that its name can have",
      "{0} 及另外 {1} 个张量的形状与其名称不符"
    ),
    (
      "{0}: its shape is none that its name can have",
      "{0} 的形状与其名称不符"
    ),
    ("{0} and {1} more: kept whole: {2}", "{0} 及另外 {1} 个张量未拆分：{2}"),
    ("{0}: kept whole: {1}", "{0} 未拆分：{1}"),
    ("and {0} further kinds of problem", "另有 {0} 类问题"),
  ]
}
