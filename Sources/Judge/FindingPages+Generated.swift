// Written by scripts/generate-finding-pages from docs/findings. Do not edit.
// swift-format-ignore-file

extension FindingPages {
  /// Markdown by finding code.
  package static let pages: [String: String] = [
    "SCM1001": #"""
      # SCM1001 not-finite-values

      ## Level

      warning

      ## What it means

      At least one tensor holds a value that is not a number (NaN) or is infinite. The finding names the
      tensors and how many such values each has.

      ## Why it matters

      A checkpoint with such values computes nothing useful where they are read, so it is damaged or was
      saved from a run that diverged. They also silence the inspection: one NaN in a sum makes the sum NaN,
      which is why such values must not be allowed to decide a verdict by arithmetic accident.

      ## How it is computed

      NaN and infinite values are counted while the tensor is streamed, by their bit patterns in the stored
      number format. No statistics are involved: one value is enough. Method §2 (moments).

      ## What it does not prove

      It does not prove tampering: overflow on conversion from bf16 or f32 to f16 is the usual cause. It says
      nothing about descent.

      ## Example

      warning SCM1001 not-finite-values  model.layers.3.mlp.down_proj.weight
          17 of 131072 values are not finite

      (The text is an illustration of the form.)

      ## Known false positives

      Masks: some models store an attention mask or bias table with −inf on purpose. Such a buffer is
      recognised as a constant where the architecture definition names it; under an unknown name it is
      reported.

      ## What to do next

      1. `shellcheck-model inspect MODEL --detail tensors` shows which tensors.
      2. Compare the file's SHA-256 with the publisher's.
      3. If the file was converted, convert it again from the original, in bf16 or f32.

      """#,
    "SCM2001": #"""
      # SCM2001 identical-weights

      ## Level

      info

      ## What it means

      Every tensor of the subject has a counterpart in the reference with the same bytes in canonical form.
      Names, file format, sharding and the order of tensors may differ.

      ## Why it matters

      The subject is a copy. Whatever its card claims about training describes the reference, not new work;
      the reference's licence applies to it in full.

      ## How it is computed

      SHA-256 of each tensor's canonical bytes (little-endian, dense, `[out, in]`) on both sides; the sets are
      matched whatever the names. There is no null distribution and no threshold: all digests agree or the
      relation is another one. Two different tensors with one SHA-256 are not a practical possibility.
      Method §4, step 1.

      ## What it does not prove

      It does not say which of the two came first: equal bytes have no direction. It does not say that the copy
      is improper: mirrors and re-uploads are ordinary. It covers weights only, not the tokenizer, chat
      template or code beside them.

      ## Example

      info SCM2001 identical-weights  tiny-llama
          all tensors are byte-identical to tiny-llama

      (The text is an illustration of the form.)

      ## Known false positives

      None known for a model with trained weights. A file that holds only constants (positions, masks)
      equals every other such file, which is why constants are left out and low coverage is reported
      (SCM6001).

      ## What to do next

      1. Declare the parent in the card: `base_model: <id>`.
      2. Keep the parent's licence text and notices with the copy.
      3. If this was meant to be a fine-tune, check that the right checkpoint was exported.

      """#,
    "SCM2002": #"""
      # SCM2002 derived-weights

      ## Level

      info

      ## What it means

      The subject's weights descend from the reference's: they were changed (fine-tuned, quantised, pruned,
      re-arranged…), not trained afresh. The report's `parents[].changes` says which changes were seen, and
      `modification` how much is new.

      ## Why it matters

      Descent carries obligations (licence, attribution) and risks (the parent's defects and backdoors). Being
      derived is no fault; hiding it is, and that is SCM3001.

      ## How it is computed

      Two tests of the hypothesis "the two models were initialised and trained independently":

      - linear sketch: cosine of 32×32 signed sums of same-shape tensors, centred first; the null variance
        is estimated per tensor pair and never below 1/32²;
      - anchored circuits (transformers with embeddings): products of weight matrices seen from shared
        tokens; the null comes from random orthogonal changes of basis.

      A verdict needs a p-value below the threshold after Bonferroni correction over the references *and* an
      effect size. Scores against unrelated references widen the null, never narrow it. The threshold is set
      so that the false positive rate stays at or below 1e-6. Method §2 to §5.

      ## What it does not prove

      It does not prove who copied whom: the direction is stated only when something shows it (a quantisation
      grid, removed layers, an extended vocabulary). A third model may be the common parent. It says
      nothing about distillation, which leaves no trace in weights.

      ## Example

      `tiny-llama-chat` in `Corpus/Demo` is `tiny-llama` fine-tuned on dialogue:

          info SCM2002 derived-weights  tiny-llama

      (The text is an illustration of the form.)

      ## Known false positives

      Models that share constants of an architecture (sinusoidal positions, decay tables) would look alike
      there; such tensors are recognised and left out. Models from one initialisation have their own
      relation (SCM2005). No pair of independently trained models is known to get this finding.

      ## What to do next

      1. Declare the parent in the card (`base_model`, `base_model_relation`).
      2. Read the parent's licence.
      3. `shellcheck-model compare SUBJECT REFERENCE` shows the changes layer by layer.

      """#,
    "SCM2003": #"""
      # SCM2003 partially-derived

      ## Level

      info

      ## What it means

      Some components or layers of the subject descend from the reference; others show no trace of it. Typical:
      a borrowed vision encoder, a grafted block of layers, reused embeddings.

      ## Why it matters

      Licence and attribution duties follow the borrowed part, however small its share. And a card that says
      "trained from scratch" is wrong about that part.

      ## How it is computed

      The tests of SCM2002, per component and per layer, with Bonferroni correction over what was tried. The
      relation is "partial" when the admitted parts leave a substantial share of the parameters that was
      compared *well* and shows nothing. `components[]` lists each part with its own relation and derived
      share. Method §4 and §5.

      ## What it does not prove

      A part without evidence is not proven new: it may have been trained for long, or come from a model that is
      not in the corpus. It does not tell a graft from an unfrozen part that was re-initialised.

      ## Example

      An image-text model whose language stack is new and whose vision stack is a published encoder:

          info SCM2003 partially-derived  vision ← reference-encoder

      (The text is an illustration of the form.)

      ## Known false positives

      Small components (a single bias or norm) carry too little evidence to be judged alone and are not; they
      follow the component around them. Constants are left out as for SCM2002.

      ## What to do next

      1. See `components[]` and `layerMap` in the JSON report.
      2. Declare the source of each borrowed component.
      3. If a part should have been trained afresh, check which checkpoint the training started from.

      """#,
    "SCM2004": #"""
      # SCM2004 merged-weights

      ## Level

      info

      ## What it means

      The subject's weights are a combination of two or more references. `parents[].coefficient` is the weight
      of each.

      ## Why it matters

      Every parent's licence applies. A merge of a permissive and a restricted model is bound by the restricted
      one as well.

      ## How it is computed

      The linear sketch is linear: the sketch of αA+βB is α·sketch(A)+β·sketch(B). Coefficients are the
      non-negative least-squares solution over candidate references, from sketches alone. A parent enters only
      when it is admitted by its own test and improves the fit beyond what an unrelated reference would.
      In the prototype a 0.6/0.4 merge with an unrelated third candidate was solved as 0.600000, 0.400000 and
      0.000000. Method §2 and §4.

      ## What it does not prove

      It does not name the merge recipe: linear, task-arithmetic and similar merges may give equal weights.
      Fine-tunes of one base share most of their weights, so coefficients between siblings are less certain
      than between strangers. A parent that is missing from the corpus cannot be named.

      ## Example

      info SCM2004 merged-weights  0.60 × llama-a + 0.40 × llama-b

      (The text is an illustration of the form.)

      ## Known false positives

      A fine-tune of A compared with a corpus that holds A and another fine-tune of A: both resemble the subject.
      The tool prefers one parent unless two explain clearly more.

      ## What to do next

      1. Declare all parents: `base_model` takes a list, `base_model_relation: merge`.
      2. Check that their licences are compatible.
      3. Add the suspected missing parents to the corpus and run again.

      """#,
    "SCM2005": #"""
      # SCM2005 shared-initialisation

      ## Level

      warning

      ## What it means

      The subject and the reference started from the same initial weights, then were trained apart. Their
      weights resemble each other in place, but not in function.

      ## Why it matters

      Equal starting points come from a published initial checkpoint, or from one codebase with one seed. The
      learned content is not copied, but the claim "from scratch" deserves a question: from which scratch?

      ## How it is computed

      The linear sketch shows a resemblance far beyond its null, while anchored circuits stay near theirs.
      In the prototype two models with one initialisation and different data had a weight cosine of
      0.30, and a model against its own initial weights 0.53. Circuit cosines against the own initial weights
      were 0.04 to 0.09, against 0.37 to 0.55 after long continued pre-training. Method §0, §2 and §3.

      ## What it does not prove

      It does not prove that any training of the reference was reused. It also does not exclude it: very long
      training from the reference fades in the same way, so the finding is a warning and not an acquittal.
      Where circuits cannot be formed (no embeddings), the two are told apart less well.

      ## Example

      warning SCM2005 shared-initialisation  llama-s1
          same start as llama-s1, trained on other data

      (The text is an illustration of the form.)

      ## Known false positives

      Deterministic initial values (zeros, ones, the forget-gate ones of an LSTM, orthogonal bases from a fixed
      seed in a tutorial) are shared by strangers. They are centred out or carry no weight; a
      tutorial's fixed seed, however, gives truly equal starts and is reported as such.

      ## What to do next

      1. Find out which initial checkpoint or seed was used, and write it in the card.
      2. If the reference is one of your own runs, nothing is wrong.
      3. If descent is suspected, compare with intermediate checkpoints of the reference.

      """#,
    "SCM3001": #"""
      # SCM3001 undeclared-parent

      ## Level

      error

      ## What it means

      The weights descend from a reference (SCM2001 to SCM2004), and neither the model's card nor its
      configuration names that reference as a parent.

      ## Why it matters

      This is what the tool is for. Users of the model cannot meet the licence of a parent they do not know of,
      nor judge what they inherit from it.

      ## How it is computed

      The weights decide the descent, as described for the lineage codes. Declared parents are then read from the model card
      (`base_model`), `adapter_config.json`, `config.json` (`_name_or_path`), and `--declared` on the command
      line, and compared with the parents that were found, by id. No metadata ever counts as evidence of
      descent; it only answers a question that the weights have raised. Method §8.

      ## What it does not prove

      It does not prove intent: cards are forgotten more often than falsified. It does not prove that a licence
      was broken. If the direction is "undirected", the reference may be the child.

      ## Example

      `our-own-model` in `Corpus/Demo` is a fine-tune of `tiny-llama` whose card says "trained from scratch":

          error SCM3001 undeclared-parent  our-own-model ← tiny-llama

      (The text is an illustration of the form.)

      ## Known false positives

      The parent is declared under another name than the corpus uses for it. Give the reference the id that cards
      use, or pass `--declared ID`. Single weight files have no card at all, and so declare nothing.

      ## What to do next

      1. If the finding is right, add `base_model: <id>` to the card, with the parent's licence.
      2. If the parent is known and agreed, run with `--declared <id>`.
      3. If it is disputed, `shellcheck-model compare SUBJECT REFERENCE` gives the figures to discuss.

      """#,
    "SCM3002": #"""
      # SCM3002 declared-parent-not-found

      ## Level

      warning

      ## What it means

      The card names a parent that is in the corpus, but the weights show no descent from it.

      ## Why it matters

      Either the card is wrong, or the wrong weights were uploaded. Both mislead: a model may borrow a good name,
      and its users rely on properties it does not have.

      ## How it is computed

      Each declared parent that the corpus holds is compared like any other reference. The finding is made when
      the comparison had enough coverage and its result is "no-evidence". Parents that the corpus does not
      hold are listed in `limits`, not here. Method §5 and §8.

      ## What it does not prove

      It does not prove that the declaration is false. A model distilled from its parent, or one that
      shares only data or tokenizer, has no trace of it in the weights, and "base_model" is sometimes used loosely
      for that.

      ## Example

      A card with `base_model: tiny-llama` on a model that was trained afresh:

          warning SCM3002 declared-parent-not-found  tiny-llama

      (The text is an illustration of the form.)

      ## Known false positives

      Distilled models; adapters whose small weights resemble nothing by themselves; a corpus entry that holds
      another revision of the parent; descent so remote (long training, embeddings replaced) that no
      evidence is left.

      ## What to do next

      1. Check that the corpus entry is the declared revision: `corpus show ID`.
      2. Check the uploaded weights.
      3. If the model was distilled, say so in the card, and do not call it a fine-tune.

      """#,
    "SCM5001": #"""
      # SCM5001 obfuscated-weights

      ## Level

      error

      ## What it means

      The weights compute what the reference's compute, but they are written in another basis: neurons or
      heads permuted, the residual stream rotated, matrices rescaled against each other.

      ## Why it matters

      Training does not do this by itself. Such a change leaves every output the same, and defeats comparison of
      files and of weights; it is made to hide descent, or by a conversion that should be documented.

      ## How it is computed

      Anchored circuits are products of matrices in which such changes cancel. When they agree beyond their
      null (see SCM2002) while the linear sketch, which looks at places, stays at its own, the model was
      re-based. With the reference's weights at hand the maps are then recovered: rotation from shared token
      embeddings, neurons and heads by assignment. `changes` lists `permuted`, `rotated`,
      `rescaled` or `rebased`. In the prototype a copy with all of these at once kept circuit cosines of
      1.00. Method §0, §3 and §6.

      ## What it does not prove

      It does not prove bad faith: some quantisers rotate weights on purpose (Hadamard rotations against
      outliers) and some pruning tools re-order neurons. A declared, explained change is not concealment, and
      the reader decides that.

      ## Example

      error SCM5001 obfuscated-weights  model ← llama-s1
          rotated, permuted; same circuits

      (The text is an illustration of the form.)

      ## Known false positives

      Rotation-based quantisation; export tools that fuse norms or sort neurons by importance; file formats
      that store rotary heads in another order under names the tool does not know.

      ## What to do next

      1. Ask how the checkpoint was produced, and for the training run's own checkpoints.
      2. `shellcheck-model compare SUBJECT REFERENCE` recovers the maps; keep that report as evidence.
      3. If a documented tool did it, say so in the card and name the parent.

      """#,
    "SCM6001": #"""
      # SCM6001 low-coverage

      ## Level

      warning

      ## What it means

      Only a small share of the subject's parameters could be compared with any reference. The verdict rests on
      that share.

      ## Why it matters

      "Nothing found" is worth as much as what was looked at. Without this warning an unreadable or foreign part
      of a model would pass as clean.

      ## How it is computed

      Coverage is the share of parameters that an evidence could speak about: for the linear sketch, those
      in tensors with a same-shape counterpart that is not a constant; for circuits, those in
      layers with a usable frame on both sides. Both are printed beside each score. When too little is
      covered, the relation is "inconclusive" rather than "no-evidence". Method §4, step 4.

      ## What it does not prove

      It proves nothing about descent, in either direction.

      ## Example

      warning SCM6001 low-coverage
          4 % of the parameters could be compared: no reference has tensors of these shapes

      (The text is an illustration of the form.)

      ## Known false positives

      A model of a new architecture or size that really has no relative in the corpus. That is the truth about
      the corpus, not a fault of the model.

      ## What to do next

      1. Add references of the same family and size: `shellcheck-model corpus add`.
      2. Put tokenizer.json beside the weights, so that circuits can be anchored by token strings.
      3. `shellcheck-model inspect MODEL` lists tensors that no definition describes; see CONTRIBUTING.md on
         how to add a family.

      """#,
    "SCM6002": #"""
      # SCM6002 corpus-damaged

      ## Level

      warning

      ## What it means

      A reference could not be used as its manifest promises: its file is missing, cannot be read, or its
      SHA-256 differs from the recorded one. The other references were used.

      ## Why it matters

      A gate is only as good as its references. Someone who can replace or remove one can make its descendants
      pass.

      ## How it is computed

      The weight file of each reference in `manifest.json` is hashed with SHA-256 and compared; fingerprints
      carry a digest of their own tensors, which is checked too. No statistics are involved.
      `shellcheck-model corpus verify` makes the same check for the whole corpus.

      ## What it does not prove

      It does not prove tampering: an interrupted download, a Git LFS pointer in place of the file, or a
      re-export with other metadata all change the digest. It says nothing about the subject.

      ## Example

      warning SCM6002 corpus-damaged  tiny-llama
          SHA-256 of tiny-llama/model.safetensors differs from manifest.json

      (The text is an illustration of the form.)

      ## Known false positives

      A reference that was deliberately updated without its manifest entry.

      ## What to do next

      1. `shellcheck-model corpus verify` lists every damaged entry.
      2. Fetch the file again from its source revision, or restore the corpus from version control.
      3. If the change was meant, add the reference again so that the manifest is rewritten.
      4. In a pipeline, use `--fail-on warning`, so that a damaged corpus stops it.

      """#,
  ]
}
