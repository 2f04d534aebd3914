"""Changes of basis that change no output, of Llama, GPT-2 and BERT."""
import numpy as np


def fit(shape, like, random):
    """Random numbers as loud as a matrix."""
    return like.std() * random.standard_normal(shape)


def rebase(model, random):
    """What leaves the function alone and is not seen in place: the stream rotated (BERT: permuted), neurons permuted,
    values re-based per head."""
    result = model.copy()
    w, n = result.weights, model.hidden
    if model.family == "llama":
        fold_gains(result)
        rotate(result, np.linalg.qr(random.standard_normal((n, n)))[0])
    elif model.family == "gpt2":
        untie(result)
        fold_norms(result)
        ones = np.ones((n, 1)) / np.sqrt(n)
        basis = np.linalg.qr(np.concatenate([ones, random.standard_normal((n, n - 1))], 1))[0]
        inner = np.linalg.qr(random.standard_normal((n - 1, n - 1)))[0]
        turn = basis @ np.block([[np.ones((1, 1)), np.zeros((1, n - 1))], [np.zeros((n - 1, 1)), inner]]) @ basis.T
        rotate(result, turn)
    else:
        order = random.permutation(n)
        for name, values in list(w.items()):
            if values.shape and values.shape[-1] == n and ("output" in name or values.ndim == 2 or
                                                           "LayerNorm" in name):
                inside = ".query." in name or ".key." in name or ".value." in name
                if values.ndim == 2 or not inside:
                    w[name] = values[..., order]
        # What writes the stream has it in its rows; the output matrix of attention reads heads.
        for layer in range(model.layers):
            for role in "o", "down":
                kept = model.weights[model.name(layer, role)]
                w[model.name(layer, role)] = kept[order]
        head = "cls.predictions.transform.dense"
        w[head + ".weight"] = model.weights[head + ".weight"][order][:, order]
        w[head + ".bias"] = model.weights[head + ".bias"][order]
    for layer in range(model.layers):
        shuffle_units(result, layer, random)
    return result


def fold_gains(result):
    w = result.weights
    for layer in range(result.layers):
        p = f"model.layers.{layer}."
        for norm, roles in (("input_layernorm", "qkv"), ("post_attention_layernorm", ("gate", "up"))):
            for role in roles:
                result.put(layer, role, result.get(layer, role) * w[f"{p}{norm}.weight"])
            w[f"{p}{norm}.weight"] = np.ones(result.hidden)
    w["lm_head.weight"] = w["lm_head.weight"] * w["model.norm.weight"]
    w["model.norm.weight"] = np.ones(result.hidden)


def untie(result):
    result.weights.setdefault("lm_head.weight", result.weights[result.embedding].copy())
    result.config["tie_word_embeddings"] = False


def fold_norms(result):
    """GPT-2's gains and biases go into what reads them; the last gain into the head, its bias stays."""
    w, n = result.weights, result.hidden
    for layer in range(result.layers):
        p = f"transformer.h.{layer}."
        for norm, name in (("ln_1", "attn.c_attn"), ("ln_2", "mlp.c_fc")):
            matrix = w[p + name + ".weight"]
            w[p + name + ".bias"] = w[p + name + ".bias"] + w[f"{p}{norm}.bias"] @ matrix
            w[p + name + ".weight"] = matrix * w[f"{p}{norm}.weight"][:, None]
            w[f"{p}{norm}.weight"], w[f"{p}{norm}.bias"] = np.ones(n), np.zeros(n)
    gain = w["transformer.ln_f.weight"]
    w["lm_head.weight"] = w["lm_head.weight"] * gain
    w["transformer.ln_f.bias"] = w["transformer.ln_f.bias"] / gain
    w["transformer.ln_f.weight"] = np.ones(n)


def rotate(result, turn):
    """x → x·turn."""
    w = result.weights
    for name in (result.embedding, "lm_head.weight", "transformer.wpe.weight", "model.embed_positions.weight"):
        if name in w:
            w[name] = w[name] @ turn
    if "transformer.ln_f.bias" in w:
        w["transformer.ln_f.bias"] = w["transformer.ln_f.bias"] @ turn
    for layer in range(result.layers):
        for role in ("q", "k", "v", "gate", "up"):
            if result.has(role):
                result.put(layer, role, result.get(layer, role) @ turn)
        for role in ("o", "down"):
            result.put(layer, role, turn.T @ result.get(layer, role))
            if (bias := result.bias(layer, role)) is not None:
                result.put_bias(layer, role, bias @ turn)


def shuffle_units(result, layer, random):
    """Neurons in another order, values of each head in another basis, heads of a group in another order."""
    order = random.permutation(len(result.get(layer, "up")))
    for role in ("gate", "up"):
        if result.has(role):
            result.put(layer, role, result.get(layer, role)[order])
            if (bias := result.bias(layer, role)) is not None:
                result.put_bias(layer, role, bias[order])
    result.put(layer, "down", result.get(layer, "down")[:, order])
    heads, pairs = result.heads, result.pairs
    group = heads // pairs
    v, o, q, k = (result.get(layer, role).copy() for role in "voqk")
    size = len(q) // heads
    v, q, k = (x.reshape(-1, size, x.shape[-1]) for x in (v, q, k))
    o = o.reshape(len(o), heads, size)
    bias = {role: result.bias(layer, role) for role in "qkv"}
    bias = {role: None if b is None else b.reshape(-1, size).copy() for role, b in bias.items()}
    for pair in range(pairs):
        inner = np.linalg.qr(random.standard_normal((size, size)))[0]
        v[pair] = inner @ v[pair]
        members = np.arange(pair * group, (pair + 1) * group)
        o[:, members] = o[:, members] @ inner.T
        if bias["v"] is not None:
            bias["v"][pair] = inner @ bias["v"][pair]
    order = random.permutation(pairs)
    members = np.concatenate([pair * group + random.permutation(group) for pair in order])
    q, o, k, v = q[members], o[:, members], k[order], v[order]
    for role, b, index in (("q", bias["q"], members), ("k", bias["k"], order), ("v", bias["v"], order)):
        if b is not None:
            result.put_bias(layer, role, b[index].reshape(-1))
    for role, x in (("q", q), ("k", k), ("v", v)):
        result.put(layer, role, x.reshape(-1, x.shape[-1]))
    result.put(layer, "o", o.reshape(len(o), -1))


def put_wider(result, layer, role, values):
    """A matrix of more rows, with a bias of zeros for them."""
    bias = result.bias(layer, role)
    result.weights[result.name(layer, role)] = values
    if bias is not None:
        result.put_bias(layer, role, np.concatenate([bias, np.zeros(len(values) - len(bias))]))
