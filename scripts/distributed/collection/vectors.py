"""Screening vectors: a model as a few short vectors whose cosines show descent.

Every matrix's centred sketch is scaled to unit norm, turned so that the residual stream is the
columns, projected by random signs that depend on its role alone, and added up. As layers add up
without their numbers, a model of moved, repeated or dropped layers keeps most of its vector. The
same is done with the circuits, which survive changes of basis.

A cosine of two such vectors has a standard deviation of about 1 / √1024 where models are strangers.
A single layer of many is lost in the sum; each layer therefore has a shorter vector of its own.
"""

import functools
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from .fingerprint_file import CIRCUIT_SIDE, SIDE, Array, Fingerprint, centred

DIMENSIONS = 1024
LAYER_DIMENSIONS = 128

# Values of a tensor from which on equal bytes are no accident (TensorFingerprint.swift).
_SUBSTANCE = 4096
_LEAST_EXTENT = 8
_DEVIATION = 28.0
_OUTPUTS = {"attentionOutput", "crossAttentionOutput", "mlpDown", "patchEmbedding", "mixerOutput"}
_PER_TOKEN = {"tokenEmbedding", "languageModelHead"}
_CHOSEN_BY_CHANCE = {
    "positionEmbedding",
    "tokenTypeEmbedding",
    "relativePositionBias",
    "router",
    "constant",
}


@dataclass(frozen=True)
class Vectors:
    """What a model is screened by; an empty vector where it has nothing of the kind.

    `width` is the extent of the residual stream (or the most frequent number of columns), without
    which sketches do not compare. Vectors are signed bytes.
    """

    width: int
    linear: bytes
    tokens: bytes
    circuits: bytes
    layers: list[bytes]
    digests: list[int]


def vectors(model: Fingerprint) -> Vectors:
    """The screening vectors of a model."""
    sums = {"linear": np.zeros(DIMENSIONS), "tokens": np.zeros(DIMENSIONS)}
    layers: defaultdict[tuple[str, int], Array] = defaultdict(lambda: np.zeros(DIMENSIONS))
    widths: Counter[int] = Counter()
    digests: set[int] = set()
    matrix = -1
    for index, row in enumerate(model.tensors):
        matrix += "matrix" in row
        if not _is_evidence(model, index):
            continue
        if row.get("formula") is None and int(model.counts[index, 0]) >= _SUBSTANCE:
            digests.add(int.from_bytes(model.digests[index, :8].tobytes(), "big", signed=True))
        if not _is_screened(row):
            continue
        sketch = centred(model, index, matrix)
        rows, columns = row["matrix"]
        role = row["role"]
        if role in _OUTPUTS:
            sketch, rows, columns = sketch.T, columns, rows
        norm = np.linalg.norm(sketch)
        if not norm > 0:
            continue
        unit = (sketch / norm).astype(np.float32).reshape(-1)
        image = unit @ _signs(f"{role} {row['component']}", SIDE * SIDE)
        if role in _PER_TOKEN:
            sums["tokens"] += image
            continue
        sums["linear"] += image
        widths[columns] += rows
        if row.get("layer") is not None:
            layers[row["component"], row["layer"]] += image
    return Vectors(
        width=widths.most_common(1)[0][0] if widths else 0,
        linear=_bytes(sums["linear"]),
        tokens=_bytes(sums["tokens"]),
        circuits=_bytes(_circuits(model)),
        layers=[_bytes(layers[place][:LAYER_DIMENSIONS]) for place in sorted(layers)],
        digests=sorted(digests),
    )


def _is_evidence(model: Fingerprint, index: int) -> bool:
    """Whether the numbers are real ones that training set, and not all equal."""
    row = model.tensors[index]
    encoding = row.get("encoding")
    return bool(
        model.moments[index, 1] > 0
        and row["role"] != "constant"
        and (encoding is None or encoding.get("precision") is not None)
        and ("matrix" in row or "vector" in row)
    )


def _is_screened(row: dict[str, object]) -> bool:
    extents = row.get("matrix")
    return (
        isinstance(extents, list)
        and min(extents) >= _LEAST_EXTENT
        and row.get("formula") is None
        and row["parameter"] == "weight"
        and row["role"] not in _CHOSEN_BY_CHANCE
    )


def _circuits(model: Fingerprint) -> Array:
    total = np.zeros(DIMENSIONS)
    position = 0
    for row in model.circuit_rows:
        for kind in row["kinds"]:
            circuit = model.circuits[position].reshape(-1)
            position += 1
            norm = np.linalg.norm(circuit)
            if norm > 0:
                signs = _signs(f"{kind} {row['component']}", CIRCUIT_SIDE * CIRCUIT_SIDE)
                total += (circuit / norm) @ signs
    return total


@functools.lru_cache(maxsize=64)
def _signs(key: str, inputs: int) -> Array:
    """[inputs, 1024] of ±1, the same on every machine: bits of SHAKE-256 of the key."""
    bits = hashlib.shake_256(key.encode()).digest(inputs * DIMENSIONS // 8)
    signs = np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(inputs, DIMENSIONS)
    return 1.0 - 2.0 * signs.astype(np.float32)


def _bytes(vector: Array) -> bytes:
    energy = float(vector @ vector)
    if not energy > 0:
        return b""
    scaled = np.rint(vector * (_DEVIATION * np.sqrt(len(vector) / energy)))
    return bytes(np.clip(scaled, -127, 127).astype(np.int8))
