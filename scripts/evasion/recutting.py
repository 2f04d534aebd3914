"""Disguises of shapes and names, and of single units: files that only the adversary's own code reads."""
import numpy as np

from rebasing import fit, put_wider, rebase
from zoo import PATTERNS


# Shapes and cuts


def relabel(model, function, rebased=None):
    """Every matrix replaced by what `function` makes of it: (suffix, array)…"""
    result = model.copy()
    result.weights = {}
    for name, values in model.weights.items():
        for suffix, piece in function(name, values):
            result.weights[name + suffix if suffix is not None else name] = piece
    return result


def anonymous(model, random):
    """Names that say nothing, in no order, without configuration and tokenizer."""
    result = model.copy()
    names = list(model.weights)
    order = random.permutation(len(names))
    result.weights = {f"t{number:05d}": model.weights[names[i]] for number, i in enumerate(order)}
    result.config, result.files = None, {}
    return result


def chunks(victim, stranger, random):
    def cut(name, values):
        if values.ndim < 2:
            return [(None, values)]
        return [(f".part{i}", part) for i, part in enumerate(np.array_split(values, 4))]
    return relabel(victim, cut)


def chunks_anonymous(victim, stranger, random):
    return anonymous(chunks(victim, stranger, random), random)


def column_chunks_anonymous(victim, stranger, random):
    def cut(name, values):
        if values.ndim < 2:
            return [(None, values)]
        return [(f".part{i}", part.copy()) for i, part in enumerate(np.array_split(values, 3, axis=1))]
    return anonymous(relabel(victim, cut), random)


def rebased_chunks(victim, stranger, random):
    return chunks(rebase(victim, random), stranger, random)


def flattened(victim, stranger, random):
    return relabel(victim, lambda name, values: [(None, values.reshape(-1))])


def rebased_flattened(victim, stranger, random):
    return flattened(rebase(victim, random), stranger, random)


def one_vector(victim, stranger, random):
    """All numbers in one vector."""
    result = victim.copy()
    result.weights = {"data": np.concatenate([v.reshape(-1) for v in victim.weights.values()])}
    result.config, result.files = None, {}
    return result


def reshaped_anonymous(victim, stranger, random):
    def fold(name, values):
        return [(None, values.reshape(values.shape[0] // 2, -1) if values.ndim == 2 and len(values) % 2 == 0
                 else values)]
    return anonymous(relabel(victim, fold), random)


def transposed_anonymous(victim, stranger, random):
    return anonymous(relabel(victim, lambda name, values: [(None, values.T.copy())]), random)


def fused_foreign(victim, stranger, random):
    """All matrices of a layer that read the stream in one, their rows dealt alternately."""
    result = victim.copy()
    for layer in range(victim.layers):
        roles = [r for r in ("up", "v", "gate", "k", "q") if victim.has(r)]
        rows = np.concatenate([victim.get(layer, r) for r in roles])
        order = np.argsort(np.concatenate([np.arange(len(victim.get(layer, r))) for r in roles]), kind="stable")
        for role in roles:
            result.weights.pop(victim.name(layer, role if role in ("up", "gate") or victim.family != "gpt2"
                                           else "fused"), None)
        prefix = victim.name(layer, "o").split(".o_proj")[0]
        result.weights[prefix + ".all_in.weight"] = rows[order]
    return result


def rebased_fused_foreign(victim, stranger, random):
    return fused_foreign(rebase(victim, random), stranger, random)


def factored(victim, stranger, random):
    """Each matrix as a product of two, in a random basis between."""
    def split(name, values):
        if values.ndim < 2 or min(values.shape) < 8:
            return [(None, values)]
        side = values.shape[1]
        inner = np.linalg.qr(random.standard_normal((side, side)))[0] * np.exp(random.uniform(-1, 1, side))
        return [(".left", values @ inner), (".right", np.linalg.inv(inner))]
    return relabel(victim, split)


def factored_anonymous(victim, stranger, random):
    return anonymous(factored(victim, stranger, random), random)


def summed(victim, stranger, random):
    """Each matrix as a sum of two, of which one is loud noise."""
    def split(name, values):
        if values.ndim < 2:
            return [(None, values)]
        part = 30 * fit(values.shape, values, random)
        return [(".a", part), (".b", values - part)]
    return relabel(victim, split)


def summed_anonymous(victim, stranger, random):
    return anonymous(summed(victim, stranger, random), random)


def rebased_anonymous(victim, stranger, random):
    return anonymous(rebase(victim, random), random)


def rebased_foreign_names(victim, stranger, random):
    """Names of no family, with numbers of layers: `encoder_stack.3.alpha`."""
    base = rebase(victim, random)
    result = base.copy()
    table, result.weights = {}, {}
    for name, values in base.weights.items():
        pieces = ["#" if p.isdigit() else p for p in name.split(".")]
        digits = [p for p in name.split(".") if p.isdigit()]
        key = ".".join(pieces)
        number = table.setdefault(key, len(table))
        label = f"stack.{digits[0]}.w{number}" if digits else f"w{number}"
        result.weights[label] = values
    result.config = {"model_type": "novelnet", "architectures": ["NovelNetForCausalLM"]}
    return result


def rebased_kernels(victim, stranger, random):
    """Matrices as kernels of convolutions, three or nine columns to a tap pattern."""
    base = rebase(victim, random)
    result = base.copy()
    result.weights, result.files = {}, {}
    for number, (name, values) in enumerate(base.weights.items()):
        if values.ndim == 2 and values.shape[1] % 9 == 0:
            values = values.reshape(len(values), -1, 3, 3)
        elif values.ndim == 2 and values.shape[1] % 3 == 0:
            values = values.reshape(len(values), -1, 3)
        result.weights[f"features.{number}.conv.weight" if values.ndim > 1 else f"features.{number}.bias"] = values
    result.config = {"model_type": "novelnet", "architectures": ["NovelNetForAudioClassification"]}
    return result


def rebased_state_space(victim, stranger, random):
    """Names of a family without circuits: those of Mamba."""
    names = {"q": "mixer.x_proj", "k": "mixer.dt_proj", "v": "mixer.in_proj", "o": "mixer.out_proj",
             "fused": "mixer.in_proj", "gate": "mixer.gate_proj", "up": "mlp.in_proj", "down": "mlp.out_proj"}
    base = rebase(victim, random)
    result = base.copy()
    result.weights, known = {}, {}
    for layer in range(base.layers):
        for role, name in names.items():
            if role in PATTERNS[base.family]:
                known[base.name(layer, role)] = f"backbone.layers.{layer}.{name}.weight"
    for name, values in base.weights.items():
        known.setdefault(name, "backbone.embeddings.weight" if name == base.embedding else "backbone." + name)
        result.weights[known[name]] = values
    result.config = {"model_type": "mamba", "architectures": ["MambaForCausalLM"], "hidden_size": base.hidden,
                     "num_hidden_layers": base.layers, "vocab_size": len(base.weights[base.embedding])}
    return result


def rebased_vision(victim, stranger, random):
    """Names of a vision transformer, which has no tokens to anchor circuits at."""
    names = {"q": "attention.attention.query", "k": "attention.attention.key", "v": "attention.attention.value",
             "fused": "attention.attention.qkv", "o": "attention.output.dense", "gate": "intermediate.gate",
             "up": "intermediate.dense", "down": "output.dense"}
    base = rebase(victim, random)
    result = base.copy()
    result.weights, result.files = {}, {}
    for layer in range(base.layers):
        for role, name in names.items():
            if role in PATTERNS[base.family]:
                result.weights[f"vit.encoder.layer.{layer}.{name}.weight"] = base.weights[base.name(layer, role)]
    rest = [v for k, v in base.weights.items() if not any(v is w for w in result.weights.values())]
    result.weights.update({f"vit.other.{n}": v for n, v in enumerate(rest)})
    result.config = {"model_type": "vit", "architectures": ["ViTModel"], "hidden_size": base.hidden,
                     "num_hidden_layers": base.layers}
    return result


def roles_dealt(victim, stranger, random):
    """Names of matrices of one shape exchanged: query and output, key and value, gate and up."""
    base = rebase(victim, random)
    result = base.copy()
    pairs = (("q", "o"), ("k", "v")) + ((("gate", "up"),) if victim.has("gate") else ())
    for layer in range(victim.layers):
        for one, other in pairs:
            a, b = base.name(layer, one), base.name(layer, other)
            result.weights[a], result.weights[b] = base.weights[b], base.weights[a]
    return result


def all_roles_dealt(victim, stranger, random):
    """No matrix under the name of its role: those of the feed-forward block in a circle, turned where need be."""
    result = victim.copy()
    for layer in range(victim.layers):
        for name, role in (("q", "o"), ("o", "q"), ("k", "v"), ("v", "k"), ("gate", "up"), ("up", "down"), ("down", "gate")):
            values = victim.get(layer, role)
            result.put(layer, name, values.T.copy() if "down" in (name, role) else values)
    head = "lm_head.weight"
    result.weights[victim.embedding], result.weights[head] = victim.weights[head], victim.weights[victim.embedding]
    return result


def rebased_all_roles_dealt(victim, stranger, random):
    return all_roles_dealt(rebase(victim, random), stranger, random)


# Unequal shapes and scales


def appended_units_anonymous(victim, stranger, random):
    """One dead neuron more in each layer, so that no shape is equal; no names."""
    result = victim.copy()
    for layer in range(victim.layers):
        for role in ("gate", "up"):
            if victim.has(role):
                values = victim.get(layer, role)
                result.put(layer, role, np.concatenate([values, fit((1, victim.hidden), values, random)]))
                if (bias := victim.bias(layer, role)) is not None:
                    result.put_bias(layer, role, np.append(bias, 0))
        down = victim.get(layer, "down")
        result.put(layer, "down", np.concatenate([down, np.zeros((victim.hidden, 1))], 1))
        if victim.family != "gpt2":
            for role in "qkv":
                values = victim.get(layer, role)
                put_wider(result, layer, role, np.concatenate(
                    [values, fit((1, victim.hidden), values, random)]))
            o = victim.get(layer, "o")
            result.put(layer, "o", np.concatenate([o, np.zeros((victim.hidden, 1))], 1))
    w = result.weights
    for name in [n for n in w if "embed" in n or n.endswith(("wte.weight", "lm_head.weight"))]:
        if w[name].ndim == 2:
            w[name] = np.concatenate([w[name], fit((1, w[name].shape[1]), w[name], random)])
    return anonymous(result, random)


def scaled_anonymous(victim, stranger, random):
    """Neurons and value rows scaled by e^±4, and undone where they are read; no names."""
    result = victim.copy()
    for layer in range(victim.layers):
        up, down = victim.get(layer, "up"), victim.get(layer, "down")
        if victim.family == "llama":
            scale = np.exp(random.uniform(-4, 4, len(up)))
            result.put(layer, "up", up * scale[:, None])
            result.put(layer, "down", down / scale)
        v, o = victim.get(layer, "v"), victim.get(layer, "o")
        scale = np.exp(random.uniform(-4, 4, len(v)))
        group = victim.heads // victim.pairs
        wide = np.repeat(scale.reshape(victim.pairs, -1), group, axis=0).reshape(-1)
        result.put(layer, "v", v * scale[:, None])
        if (bias := victim.bias(layer, "v")) is not None:
            result.put_bias(layer, "v", bias * scale)
        result.put(layer, "o", o / wide)
    return anonymous(result, random)


def scaled_rows_and_columns(victim, stranger, random):
    """Rows and columns of every matrix scaled by e^±6, which the adversary's own code undoes."""
    result = victim.copy()
    for name, values in result.weights.items():
        if values.ndim == 2:
            rows, columns = (np.exp(random.uniform(-6, 6, extent)) for extent in values.shape)
            result.weights[name] = values * rows[:, None] * columns
    return result


def rebased_scaled_rows_and_columns(victim, stranger, random):
    return scaled_rows_and_columns(rebase(victim, random), stranger, random)
