"""Disguises in company: a language model of noise has the known names, and the stolen weights lie beside it in ways that no
name tells the part of. Only the adversary's own code reads them."""
import numpy as np

from rebasing import fit, rebase


def beside_noise(function):
    """The victim's own architecture, drawn anew, in the first place; what `function` makes of each weight behind it."""
    def disguise(victim, stranger, random):
        hidden = rebase(victim, random)
        result = victim.copy()
        result.weights = {n: fit(v.shape, v, random) if v.ndim > 1 else v for n, v in victim.weights.items()}
        for number, values in enumerate(hidden.weights.values()):
            result.weights.update(function(number, values, random))
        return result
    disguise.__name__ = function.__name__
    return disguise


@beside_noise
def named_constants(number, values, random):
    return {f"model.layers.{number}.self_attn.rotary_emb.inv_freq": values}


@beside_noise
def small_pieces(number, values, random):
    flat = values.reshape(-1)
    pieces = np.array_split(flat, -(-flat.size // 4000))
    return {f"part{number}.{i}.weight": piece for i, piece in enumerate(pieces)}


@beside_noise
def kernels(number, values, random):
    if values.ndim == 2 and values.shape[1] % 3 == 0:
        values = values.reshape(len(values), -1, 3)
    return {f"features.{number}.conv.weight": values}


@beside_noise
def whole_numbers(number, values, random):
    """The bytes of bfloat16 as integers."""
    bits = np.ascontiguousarray(values, dtype="<f4").view("<u4") >> 16
    return {f"table{number}.codes": bits.astype("<u2").view("<i2")}


@beside_noise
def triangular_factors(number, values, random):
    """Each matrix as a product of an orthogonal and a triangular one."""
    if values.ndim < 2:
        return {f"part{number}.bias": values}
    q, r = np.linalg.qr(values if len(values) >= values.shape[1] else values.T)
    return {f"part{number}.0.weight": q, f"part{number}.1.weight": r}


def named(function):
    """As `beside_noise`; `function` names each of the victim's weights by its layer and role."""
    def disguise(victim, stranger, random):
        hidden = rebase(victim, random)
        result = victim.copy()
        result.weights = {n: fit(v.shape, v, random) if v.ndim > 1 else v for n, v in victim.weights.items()}
        result.weights.update(function(hidden, random))
        return result
    disguise.__name__ = function.__name__
    return disguise


CLIP = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.out_proj",
        "gate": "mlp.fc0", "up": "mlp.fc1", "down": "mlp.fc2"}


def tower(hidden):
    """The layers under the names of a vision tower."""
    prefix, result = "vision_tower.vision_model.encoder.layers", {}
    for layer in range(hidden.layers):
        for role, name in CLIP.items():
            if hidden.has(role):
                result[f"{prefix}.{layer}.{name}.weight"] = np.ascontiguousarray(hidden.get(layer, role))
                if (bias := hidden.bias(layer, role)) is not None:
                    result[f"{prefix}.{layer}.{name}.bias"] = bias
    return result


@named
def vision_tower(hidden, random):
    """The embedding is called a projector's matrix."""
    embedding = hidden.weights[hidden.embedding]
    return {**tower(hidden), "multi_modal_projector.linear_1.weight": embedding}


@named
def vision_tower_pieces(hidden, random):
    """The embedding in pieces, under names of positions and patches."""
    embedding = hidden.weights[hidden.embedding]
    width = embedding.shape[1]
    pieces = np.array_split(embedding, -(-len(embedding) // 600))
    names = ["vision_tower.vision_model.embeddings.position_embedding.weight",
             "multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_2.weight"]
    names += [f"multi_modal_projector.layers.{n}.linear_1.weight" for n in range(len(pieces))]
    return {**tower(hidden), **dict(zip(names, pieces))}


@named
def projector(hidden, random):
    """Every matrix is a projector's."""
    matrices = [v for v in hidden.weights.values() if v.ndim == 2]
    return {f"multi_modal_projector.layers.{n}.linear_1.weight": v for n, v in enumerate(matrices)}
