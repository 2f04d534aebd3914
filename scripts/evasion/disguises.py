"""Disguises that change no output: what an adversary may do to a stolen transformer for free.

Each takes the victim (`zoo.Model`), a stranger of the same family and a random generator, and returns a model that computes
the same on the same text. Where the file keeps its layout the usual software loads it; others need code of the
adversary's own (`recutting.py`).
"""
import copy

import numpy as np

import company
import recutting as cut
from rebasing import fit, fold_gains, put_wider, rebase, rotate, shuffle_units


# Decoys


def ahead(result, tensors):
    """Tensors first in the file and first by name."""
    result.weights = {**tensors, **result.weights}
    return result


def decoy_embedding(victim, stranger, random):
    result = rebase(victim, random)
    decoy = fit(result.weights[result.embedding].shape, result.weights[result.embedding], random)
    return ahead(result, {"actor." + result.embedding: decoy})


def decoy_layer(victim, stranger, random):
    result = rebase(victim, random)
    decoys = {"actor." + name: fit(values.shape, values, random) for name, values in result.weights.items()
              if ".0." in name or ".1." in name}
    return ahead(result, decoys)


def random_model_first(victim, stranger, random):
    result = rebase(victim, random)
    decoys = {"actor." + name: fit(values.shape, values, random) for name, values in result.weights.items()}
    return ahead(result, decoys)


def stranger_first(victim, stranger, random):
    result = rebase(victim, random)
    return ahead(result, {"actor." + name: values.copy() for name, values in stranger.weights.items()})


def stranger_in_front_place(victim, stranger, random):
    """The stranger has the usual names, the stolen model the prefix."""
    hidden = rebase(victim, random)
    result = stranger.copy()
    result.weights.update({"student." + name: values for name, values in hidden.weights.items()})
    return result


def declare(result, name):
    result.card = f"---\nbase_model: {name}\nlicense: apache-2.0\n---\n# A model\n"
    return result


def declared_stranger(victim, stranger, random):
    return declare(stranger_first(victim, stranger, random), stranger.label)


def behind(prefix):
    """A declared stranger has the names, the stolen model a prefix that no wrapper is known to make."""
    def disguise(victim, stranger, random):
        hidden = rebase(victim, random)
        result = stranger.copy()
        result.weights.update({prefix + name: values for name, values in hidden.weights.items()})
        return declare(result, stranger.label)
    disguise.__name__ = "behind_" + prefix.strip(".").replace(".", "_")
    return disguise


def both_behind(victim, stranger, random):
    hidden = rebase(victim, random)
    result = stranger.copy()
    result.weights = {"one." + name: values for name, values in stranger.weights.items()}
    result.weights.update({"two." + name: values for name, values in hidden.weights.items()})
    return declare(result, stranger.label)


def embedding_elsewhere(prefix):
    """As `behind`, and the embedding's name tells nothing."""
    def disguise(victim, stranger, random):
        result = behind(prefix)(victim, stranger, random)
        result.weights["table.weight"] = result.weights.pop(prefix + victim.embedding)
        return result
    disguise.__name__ = "embedding_elsewhere_" + prefix.strip(".")
    return disguise


def declared_small(victim, stranger, random):
    """The declared parent gives one matrix in eight that nothing uses."""
    result = rebase(victim, random)
    decoys = {"actor." + name: values.copy() for name, values in stranger.weights.items() if ".0." in name}
    return declare(ahead(result, decoys), stranger.label)


OTHER_SPELLING = {
    "model.embed_tokens": "model.tok_embeddings", "self_attn.q_proj": "attention.wq", "self_attn.k_proj": "attention.wk",
    "self_attn.v_proj": "attention.wv", "self_attn.o_proj": "attention.wo", "mlp.gate_proj": "feed_forward.w1",
    "mlp.down_proj": "feed_forward.w2", "mlp.up_proj": "feed_forward.w3"}


def other_spelling(victim, stranger, random):
    """Noise under the other names that a family has, which loaders pass over."""
    result = rebase(victim, random)
    decoys = {}
    for name, values in result.weights.items():
        for usual, other in OTHER_SPELLING.items():
            if usual in name:
                decoys[name.replace(usual, other)] = fit(values.shape, values, random)
    return ahead(result, decoys)


def spare_layers(victim, stranger, random):
    """A declared stranger's layers behind the last one that the configuration counts."""
    result = rebase(victim, random)
    prefix = "model.layers." if victim.family == "llama" else "transformer.h."
    for name, values in stranger.weights.items():
        if name.startswith("model.layers.") and victim.family == "llama":
            number, rest = name[len(prefix):].split(".", 1)
            result.weights[f"{prefix}{int(number) + victim.layers}.{rest}"] = values.copy()
    return declare(result, stranger.label)


# Dead and quiet parts


def dead_neurons(victim, stranger, random, share=3):
    """Three neurons more for each, as loud as ten, whose output nobody takes."""
    result = rebase(victim, random)
    for layer in range(victim.layers):
        up = result.get(layer, "up")
        more = share * len(up)
        for role in ("gate", "up"):
            if result.has(role):
                values = result.get(layer, role)
                result.put(layer, role, np.concatenate([values, 10 * fit((more, victim.hidden), values, random)]))
                if (bias := result.bias(layer, role)) is not None:
                    result.put_bias(layer, role, np.concatenate([bias, np.zeros(more)]))
        down = result.get(layer, "down")
        result.put(layer, "down", np.concatenate([down, np.zeros((victim.hidden, more))], 1))
        shuffle_units(result, layer, random)
    width(result, (1 + share) * len(up))
    return result


def width(result, neurons):
    result.config["n_inner" if result.family == "gpt2" else "intermediate_size"] = neurons


def cancelling_neurons(victim, stranger, random):
    """Pairs of loud neurons that read the same and write opposite."""
    result = rebase(victim, random)
    for layer in range(victim.layers):
        more = len(result.get(layer, "up"))
        written = 10 * fit((victim.hidden, more), result.get(layer, "down"), random)
        for role in ("gate", "up"):
            if result.has(role):
                values = result.get(layer, role)
                twin = 10 * fit((more, victim.hidden), values, random)
                result.put(layer, role, np.concatenate([values, twin, twin]))
                if (bias := result.bias(layer, role)) is not None:
                    result.put_bias(layer, role, np.concatenate([bias, np.zeros(2 * more)]))
        result.put(layer, "down", np.concatenate([result.get(layer, "down"), written, -written], 1))
        shuffle_units(result, layer, random)
    width(result, len(result.get(0, "up")))
    return result


def dead_heads(victim, stranger, random, share=3):
    """Three heads more for each, as loud as three, whose output nobody takes."""
    result = rebase(victim, random)
    for layer in range(victim.layers):
        for role in "qkv":
            values = result.get(layer, role)
            more = 3 * fit((share * len(values), victim.hidden), values, random)
            put_wider(result, layer, role, np.concatenate([values, more]))
        o = result.get(layer, "o")
        result.put(layer, "o", np.concatenate([o, np.zeros((victim.hidden, share * o.shape[1]))], 1))
    c = result.config
    c["num_attention_heads"] *= 1 + share
    if "num_key_value_heads" in c:
        c["num_key_value_heads"] *= 1 + share
    return result


def quiet_dimensions(victim, stranger, random, level=1e-3):
    """As many dimensions more, on which tokens hardly differ and which readers read aloud; then all are mixed.

    The root mean square over twice the dimensions is smaller by √2, which the gains give back."""
    result = victim.copy()
    fold_gains(result)
    w, n = result.weights, victim.hidden
    e = w[result.embedding]
    w[result.embedding] = np.concatenate([e, level * fit(e.shape, e, random)], 1)
    w["lm_head.weight"] = np.concatenate([w["lm_head.weight"], fit(e.shape, w["lm_head.weight"], random)], 1)
    for layer in range(victim.layers):
        for role in ("q", "k", "v", "gate", "up"):
            values = result.get(layer, role)
            result.put(layer, role, np.concatenate([values, 10 * fit(values.shape, values, random)], 1))
        for role in ("o", "down"):
            values = result.get(layer, role)
            result.put(layer, role, np.concatenate([values, 0 * values]))
    for name in list(w):
        if "norm" in name:
            w[name] = np.ones(2 * n) / np.sqrt(2)
    result.config["hidden_size"] = 2 * n
    result.config["rms_norm_eps"] /= 2
    rotate(result, np.linalg.qr(random.standard_normal((2 * n, 2 * n)))[0])
    for layer in range(victim.layers):
        shuffle_units(result, layer, random)
    return result


def add_dimensions(victim, random, levels, loudness):
    """Dimensions more, in which tokens differ by so little each, read so many times as loud as the others; then all are
    mixed, and a thousand tokens more hide the singular values."""
    result = victim.copy()
    fold_gains(result)
    w, n, more = result.weights, victim.hidden, len(levels)
    e = w[result.embedding]
    basis = np.linalg.qr(random.standard_normal((len(e), more)))[0]
    w[result.embedding] = np.concatenate([e, basis * levels], 1)
    w["lm_head.weight"] = np.concatenate([w["lm_head.weight"], np.zeros((len(e), more))], 1)
    for layer in range(victim.layers):
        for role in ("q", "k", "v", "gate", "up"):
            values = result.get(layer, role)
            noise = loudness * fit((len(values), more), values, random)
            result.put(layer, role, np.concatenate([values, noise], 1))
        for role in ("o", "down"):
            values = result.get(layer, role)
            result.put(layer, role, np.concatenate([values, np.zeros((more, values.shape[1]))]))
    for name in list(w):
        if "norm" in name:
            w[name] = np.full(n + more, np.sqrt(n / (n + more)))
    result.config.update(
        hidden_size=n + more, head_dim=n // victim.heads, rms_norm_eps=result.config["rms_norm_eps"] * n / (n + more))
    rotate(result, np.linalg.qr(random.standard_normal((n + more, n + more)))[0])
    for layer in range(victim.layers):
        shuffle_units(result, layer, random)
    return with_more_tokens(result, random, 1000, None)


def few_quiet_dimensions(victim, stranger, random):
    """Six in which tokens differ by next to nothing, read 500 times as loud."""
    return add_dimensions(victim, random, np.full(victim.heads, 2e-5), 500)


def ever_quieter_dimensions(victim, stranger, random):
    """As many as the model has, without a gap in the spectrum: each of the first a third as loud as the last, and read by
    nobody; the others as quiet, and read aloud."""
    embedding = victim.weights[victim.embedding]
    least = np.linalg.svd(embedding - embedding.mean(0), compute_uv=False)[-1]
    steps = 3.0 ** -np.arange(1, 9)
    levels = least * np.concatenate([steps, np.full(victim.hidden - len(steps), steps[-1] / 3)])
    return add_dimensions(victim, random, levels, np.where(levels < least * steps[-1], 30, 0))


def identity_layers(victim, stranger, random):
    """A layer that adds nothing after each."""
    base = rebase(victim, random)
    result = base.copy()
    result.weights = {k: v for k, v in base.weights.items() if not is_layer(base, k)}
    pattern = "model.layers.{}." if base.family == "llama" else "transformer.h.{}."
    for layer in range(base.layers):
        own, real, extra = (pattern.format(i) for i in (layer, 2 * layer, 2 * layer + 1))
        for name, values in base.weights.items():
            if not name.startswith(own):
                continue
            rest = name[len(own):]
            result.weights[real + rest] = values
            writes = any(rest.startswith(x) for x in
                         ("self_attn.o_proj", "mlp.down_proj", "attn.c_proj", "mlp.c_proj"))
            result.weights[extra + rest] = (
                0 * values if writes else values if values.ndim == 1 else fit(values.shape, values, random))
    result.config["num_hidden_layers" if base.family == "llama" else "n_layer"] = 2 * base.layers
    return result


def is_layer(model, name):
    return ".layers." in name or ".h." in name or ".layer." in name


def unused_experts(victim, stranger, random, experts=8):
    """Mixtral: two experts are the feed-forward block; the router, which looks at one direction and its opposite,
    never asks for the six others."""
    base = rebase(victim, random)
    result = base.copy()
    result.weights = {k: v for k, v in base.weights.items() if ".mlp." not in k}
    for layer in range(base.layers):
        p = f"model.layers.{layer}.block_sparse_moe."
        direction = random.standard_normal(base.hidden)
        router = np.zeros((experts, base.hidden))
        router[0], router[1] = direction, -direction
        result.weights[p + "gate.weight"] = router
        for expert in range(experts):
            order = random.permutation(len(base.get(layer, "up")))
            for role, name in (("gate", "w1"), ("up", "w3"), ("down", "w2")):
                values = base.get(layer, role)
                values = values[:, order] if role == "down" else values[order]
                result.weights[f"{p}experts.{expert}.{name}.weight"] = (
                    values if expert < 2 else 3 * fit(values.shape, values, random))
    result.config.update(model_type="mixtral", architectures=["MixtralForCausalLM"],
                         num_local_experts=experts, num_experts_per_tok=1)
    return result


# Tokenizers


def vocabulary_of(model):
    return model.files["tokenizer.json"]["model"]["vocab"]


def cipher(model, random):
    """Strings that mean nothing: every token has the name of another one."""
    names = list(vocabulary_of(model))
    order = random.permutation(len(names))
    table = {name: names[order[i]] for i, name in enumerate(names)}
    inner = model.files["tokenizer.json"]["model"]
    inner["vocab"] = {table[k]: v for k, v in inner["vocab"].items()}
    inner["merges"] = []
    return model


def deal_ids(model, random):
    """Rows of the embedding and the head in another order, the vocabulary with them."""
    w = model.weights
    size = len(w[model.embedding])
    order = random.permutation(size)
    for name in (model.embedding, "lm_head.weight", "cls.predictions.bias", "cls.predictions.decoder.weight"):
        if name in w:
            w[name] = w[name][order]
    place = np.argsort(order)
    model.token_order = order
    if "tokenizer.json" in model.files:
        inner = model.files["tokenizer.json"]
        inner["model"]["vocab"] = {k: int(place[v]) for k, v in inner["model"]["vocab"].items()}
        for token in inner.get("added_tokens", []):
            token["id"] = int(place[token["id"]])
    return model


def ciphered(victim, stranger, random):
    return cipher(rebase(victim, random), random)


def ids_dealt(victim, stranger, random):
    return deal_ids(rebase(victim, random), random)


def ids_dealt_ciphered(victim, stranger, random):
    return cipher(deal_ids(rebase(victim, random), random), random)


def ids_dealt_no_tokenizer(victim, stranger, random):
    result = deal_ids(rebase(victim, random), random)
    result.files = {}
    return result


def no_tokenizer(victim, stranger, random):
    result = rebase(victim, random)
    result.files = {}
    return result


def other_file_loaded(victim, stranger, random):
    """Loaders of this version read another file than tokenizer.json, which lies."""
    result = deal_ids(rebase(victim, random), random)
    right = result.files["tokenizer.json"]
    result.files["tokenizer.4.0.0.json"] = right
    result.files["tokenizer_config.json"]["fast_tokenizer_files"] = ["tokenizer.4.0.0.json"]
    result.files["tokenizer.json"] = copy.deepcopy(right)
    return cipher(result, random)


def with_more_tokens(result, random, more, loudness):
    """Tokens more that no text has, so many times as loud as the model's loudest (None: as loud as its own)."""
    w = result.weights
    embedding = w[result.embedding]
    mean, own = embedding.mean(0), len(embedding)
    norms = np.linalg.norm(embedding - mean, axis=1)
    noise = random.standard_normal((more, embedding.shape[1]))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    noise *= random.choice(norms, more)[:, None] if loudness is None else loudness * norms.max()
    w[result.embedding] = np.concatenate([embedding, mean + noise])
    for name in ("lm_head.weight", "cls.predictions.decoder.weight"):
        if name in w:
            w[name] = np.concatenate([w[name], 0 * noise])
    for name in ("cls.predictions.bias", "cls.predictions.decoder.bias"):
        if name in w:
            w[name] = np.concatenate([w[name], np.full(more, -1e4)])
    result.config["vocab_size"] = own + more
    vocabulary_of(result).update({f"unused {i}": own + i for i in range(more)})
    return result


def more_tokens(loudness):
    """A thousand tokens that no text has, so many times as loud as the model's loudest (None: as loud as its own); then all
    are dealt anew and renamed.

    The model's own logits stay as they are; whoever generates suppresses the others."""
    def disguise(victim, stranger, random):
        result = with_more_tokens(rebase(victim, random), random, 1000, loudness)
        return cipher(deal_ids(result, random), random)
    disguise.__name__ = "quiet_tokens" if loudness is None else "loud_tokens"
    return disguise


ALL = {"llama", "gpt2", "bert"}
SPLIT_HEADS = {"llama", "bert"}

# Kind, name, function, families, whether the usual software loads it.
DISGUISES = [
    ("decoys", "re-based, embedding of noise under `actor.` first", decoy_embedding, ALL, True),
    ("decoys", "re-based, two layers of noise under `actor.` first", decoy_layer, ALL, True),
    ("decoys", "re-based, a model of noise under `actor.` first", random_model_first, ALL, True),
    ("decoys", "re-based, a stranger under `actor.` first", stranger_first, ALL, True),
    ("decoys", "the stranger has the names, the re-based victim `student.`", stranger_in_front_place, ALL, False),
    ("decoys", "re-based, a stranger under `actor.` first and declared", declared_stranger, ALL, True),
    ("decoys", "re-based, a declared stranger's layer under `actor.`", declared_small, ALL, True),
    ("decoys", "a declared stranger has the names, the re-based victim `reward.`", behind("reward."), ALL, False),
    ("decoys", "the same, `vision_tower.`", behind("vision_tower."), ALL, False),
    ("decoys", "the same, `one.` and `two.`", both_behind, ALL, False),
    ("decoys", "the same, `reward.`, its embedding under a name that tells nothing", embedding_elsewhere("reward."), ALL, False),
    ("decoys", "the same, `vision_tower.`, its embedding under such a name", embedding_elsewhere("vision_tower."), ALL, False),
    ("decoys", "re-based, noise under the family's other names first", other_spelling, {"llama"}, True),
    ("decoys", "re-based, a declared stranger's layers behind the last", spare_layers, {"llama"}, True),
    ("dead parts", "re-based, three dead neurons a neuron", dead_neurons, ALL, True),
    ("dead parts", "re-based, loud cancelling neurons", cancelling_neurons, ALL, True),
    ("dead parts", "re-based, three dead heads a head", dead_heads, SPLIT_HEADS, True),
    ("dead parts", "re-based, as many quiet dimensions, read aloud", quiet_dimensions, {"llama"}, True),
    ("dead parts", "re-based, six of them, read louder, a thousand tokens more", few_quiet_dimensions, {"llama"}, True),
    ("dead parts", "the same, as many as the model has, without a gap", ever_quieter_dimensions, {"llama"}, True),
    ("dead parts", "re-based, layers that add nothing", identity_layers, {"llama", "gpt2"}, True),
    ("dead parts", "re-based, six experts of eight never asked", unused_experts, {"llama"}, True),
    ("tokenizer", "re-based, tokens renamed", ciphered, ALL, True),
    ("tokenizer", "re-based, ids dealt anew", ids_dealt, ALL, True),
    ("tokenizer", "re-based, ids dealt anew, tokens renamed", ids_dealt_ciphered, ALL, True),
    ("tokenizer", "re-based, no tokenizer", no_tokenizer, ALL, True),
    ("tokenizer", "re-based, ids dealt anew, no tokenizer", ids_dealt_no_tokenizer, ALL, True),
    ("tokenizer", "re-based, ids dealt anew, tokenizer.json lies", other_file_loaded, ALL, True),
    ("tokenizer", "re-based, a thousand louder tokens more, ids dealt anew, tokens renamed", more_tokens(1.5), ALL, True),
    ("tokenizer", "the same, the tokens as loud as the model's own", more_tokens(None), ALL, True),
    ("shapes", "matrices in four runs of rows", cut.chunks, ALL, False),
    ("shapes", "the same, no names", cut.chunks_anonymous, ALL, False),
    ("shapes", "matrices in three runs of columns, no names", cut.column_chunks_anonymous, ALL, False),
    ("shapes", "re-based, in four runs of rows", cut.rebased_chunks, ALL, False),
    ("shapes", "matrices as vectors", cut.flattened, ALL, False),
    ("shapes", "re-based, matrices as vectors", cut.rebased_flattened, ALL, False),
    ("shapes", "all in one vector", cut.one_vector, ALL, False),
    ("shapes", "half the rows, twice as long, no names", cut.reshaped_anonymous, ALL, False),
    ("shapes", "transposed, no names", cut.transposed_anonymous, ALL, False),
    ("shapes", "all that reads the stream in one matrix, rows alternately", cut.fused_foreign, ALL, False),
    ("shapes", "re-based, the same", cut.rebased_fused_foreign, ALL, False),
    ("shapes", "each matrix as a product of two", cut.factored, ALL, False),
    ("shapes", "the same, no names", cut.factored_anonymous, ALL, False),
    ("shapes", "each matrix as a sum of two", cut.summed, ALL, False),
    ("shapes", "the same, no names", cut.summed_anonymous, ALL, False),
    ("shapes", "re-based, no names, no config", cut.rebased_anonymous, ALL, False),
    ("shapes", "re-based, names of no family", cut.rebased_foreign_names, ALL, False),
    ("shapes", "re-based, matrices as kernels of convolutions", cut.rebased_kernels, ALL, False),
    ("shapes", "re-based, names of a state space model", cut.rebased_state_space, ALL, False),
    ("shapes", "re-based, names of a vision transformer", cut.rebased_vision, ALL, False),
    ("shapes", "re-based, names of roles of one shape exchanged", cut.roles_dealt, {"llama"}, False),
    ("shapes", "names of all roles exchanged, turned where need be", cut.all_roles_dealt, {"llama"}, False),
    ("shapes", "re-based, the same names", cut.rebased_all_roles_dealt, {"llama"}, False),
    ("company", "re-based, names of constants beside a model of noise", company.named_constants, ALL, False),
    ("company", "the same, pieces of 4000 numbers", company.small_pieces, ALL, False),
    ("company", "the same, kernels of convolutions", company.kernels, ALL, False),
    ("company", "the same, bits as whole numbers", company.whole_numbers, ALL, False),
    ("company", "the same, each matrix as a product of two", company.triangular_factors, ALL, False),
    ("company", "the same, names of a vision tower, its embedding a projector's", company.vision_tower, ALL, False),
    ("company", "the same, its embedding in pieces", company.vision_tower_pieces, ALL, False),
    ("company", "the same, names of a projector", company.projector, ALL, False),
    ("units", "a unit more everywhere, no names", cut.appended_units_anonymous, ALL, False),
    ("units", "neurons and values scaled by e^±4, no names", cut.scaled_anonymous, ALL, False),
    ("units", "rows and columns of all matrices scaled by e^±6", cut.scaled_rows_and_columns, ALL, False),
    ("units", "re-based, the same", cut.rebased_scaled_rows_and_columns, ALL, False),
]
