"""What an adversary who knows the method may do to a Llama; each function returns a changed copy."""
import numpy as np

READERS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.gate_proj", "mlp.up_proj")
WRITERS = ("self_attn.o_proj", "mlp.down_proj")


def matrices(model):
    return [name for name, values in model.weights.items() if values.ndim == 2]


def noise(model, strength, seed=1):
    """Gaussian noise on every matrix, in units of its standard deviation."""
    random, result = np.random.default_rng(seed), model.copy()
    for name in matrices(result):
        values = result.weights[name]
        values += strength * values.std() * random.standard_normal(values.shape)
    return result


def rebase(model, seed=1):
    """Everything that changes no output: the residual stream rotated, neurons permuted and rescaled,
    heads of a group permuted, values re-based per head."""
    random, result = np.random.default_rng(seed), model.copy()
    w, c = result.weights, result.config
    hidden, size = c["hidden_size"], c["head_dim"]
    heads, pairs = c["num_attention_heads"], c["num_key_value_heads"]
    rotation = np.linalg.qr(random.standard_normal((hidden, hidden)))[0]
    w["model.embed_tokens.weight"] = w["model.embed_tokens.weight"] @ rotation
    w["lm_head.weight"] = w["lm_head.weight"] * w["model.norm.weight"] @ rotation
    w["model.norm.weight"] = np.ones(hidden)
    for layer in range(model.layers):
        p = f"model.layers.{layer}."
        for norm, names in (("input_layernorm", READERS[:3]), ("post_attention_layernorm", READERS[3:])):
            for name in names:
                w[f"{p}{name}.weight"] = w[f"{p}{name}.weight"] * w[f"{p}{norm}.weight"] @ rotation
            w[f"{p}{norm}.weight"] = np.ones(hidden)
        for name in WRITERS:
            w[f"{p}{name}.weight"] = rotation.T @ w[f"{p}{name}.weight"]
        order = random.permutation(c["intermediate_size"])
        scale = np.exp(random.uniform(-1, 1, c["intermediate_size"]))
        w[p + "mlp.gate_proj.weight"] = w[p + "mlp.gate_proj.weight"][order]
        w[p + "mlp.up_proj.weight"] = w[p + "mlp.up_proj.weight"][order] * scale[:, None]
        w[p + "mlp.down_proj.weight"] = w[p + "mlp.down_proj.weight"][:, order] / scale
        values = w[p + "self_attn.v_proj.weight"].reshape(pairs, size, hidden)
        output = w[p + "self_attn.o_proj.weight"].reshape(hidden, heads, size)
        query = w[p + "self_attn.q_proj.weight"].reshape(heads, size, hidden)
        group = heads // pairs
        for pair in range(pairs):
            inner = np.linalg.qr(random.standard_normal((size, size)))[0]
            values[pair] = inner @ values[pair]
            members = np.arange(pair * group, (pair + 1) * group)
            output[:, members] = output[:, members] @ inner.T
            shuffled = random.permutation(members)
            query[members], output[:, members] = query[shuffled], output[:, shuffled]
        w[p + "self_attn.v_proj.weight"] = values.reshape(-1, hidden)
        w[p + "self_attn.o_proj.weight"] = output.reshape(hidden, -1)
        w[p + "self_attn.q_proj.weight"] = query.reshape(-1, hidden)
    return result


def embedding_noise(model, strength, seed=2):
    random, result = np.random.default_rng(seed), model.copy()
    values = result.weights["model.embed_tokens.weight"]
    values += strength * values.std() * random.standard_normal(values.shape)
    return result


def embedding_rows_replaced(model, share, seed=3):
    """A share of the embedding's rows drawn anew."""
    random, result = np.random.default_rng(seed), model.copy()
    values = result.weights["model.embed_tokens.weight"]
    rows = random.permutation(len(values))[: round(share * len(values))]
    values[rows] = values.std() * random.standard_normal((len(rows), values.shape[1]))
    return result


def quantise(model, bits):
    """Round to nearest on a symmetric grid per row."""
    result = model.copy()
    for name in matrices(result):
        values = result.weights[name]
        step = np.abs(values).max(1, keepdims=True) / (2 ** (bits - 1) - 0.5)
        step[step == 0] = 1
        result.weights[name] = np.where(values == 0, 0, (np.floor(values / step) + 0.5) * step)
    return result


def prune(model, share):
    """The smallest values of every matrix set to zero."""
    result = model.copy()
    for name in matrices(result):
        values = result.weights[name]
        values[np.abs(values) < np.quantile(np.abs(values), share)] = 0
    return result


def splice(model, stranger, layers):
    """Layers taken from an independent model."""
    result = model.copy()
    for layer in layers:
        for name in result.weights:
            if name.startswith(f"model.layers.{layer}."):
                result.weights[name] = stranger.weights[name].copy()
    return result


def average(model, stranger, share):
    """A linear merge that keeps `share` of the model."""
    result = model.copy()
    for name in result.weights:
        result.weights[name] = share * model.weights[name] + (1 - share) * stranger.weights[name]
    return result
