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
