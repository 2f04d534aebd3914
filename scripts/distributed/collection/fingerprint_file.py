"""Fingerprint files, as the Fingerprint stage writes them (FingerprintFile.swift has the format).

A fingerprint is a safetensors file: a header in JSON, whose `__metadata__` holds tables as JSON
texts, and tensors behind it. The tool checks digests and versions whenever it compares; here a file
is only read for its identity and for screening, and whatever does not fit is an error.
"""

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SUFFIX = ".fingerprint.safetensors"
FORMATS = ("shellcheck-model/fingerprint/2", "shellcheck-model/fingerprint/3")
SIDE = 32
CIRCUIT_SIDE = 64

_HEADER_LIMIT = 100_000_000
_TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1"}

Array = npt.NDArray[Any]


class DamagedFingerprint(ValueError):
    """A file that is no fingerprint of a known format, or not all of one."""


@dataclass(frozen=True)
class Fingerprint:
    """What screening and the tables need of a fingerprint.

    `sketches` is [m, 32, 32], `folds` [m, 64] (column means, then row means), `moments` and
    `counts` [n, 4], `circuits` [c, 64, 64], `digests` [n, 32]; n tensors, of which m are matrices.
    """

    format: str
    methods: str
    identity: dict[str, Any]
    tensors: list[dict[str, Any]]
    circuit_rows: list[dict[str, Any]]
    frame: dict[str, Any] | None
    notes: list[str]
    moments: Array
    counts: Array
    sketches: Array
    folds: Array
    circuits: Array
    digests: Array


def read(path: str) -> Fingerprint:
    """Reads a fingerprint file.

    Raises DamagedFingerprint for anything that is not one, OSError where it cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read()
    try:
        return _decode(data)
    except (KeyError, TypeError, ValueError, struct.error, RecursionError) as error:
        raise DamagedFingerprint(f"{type(error).__name__}: {error}") from error


def _decode(data: bytes) -> Fingerprint:
    (size,) = struct.unpack_from("<Q", data)
    if size > min(len(data) - 8, _HEADER_LIMIT):
        raise DamagedFingerprint("the header is longer than the file")
    header = json.loads(data[8 : 8 + size])
    strings = header.pop("__metadata__")
    if strings["format"] not in FORMATS:
        raise DamagedFingerprint(f"format {strings['format']!r} is not known")
    body = memoryview(data)[8 + size :]
    tensors = json.loads(strings["tensors"])
    matrices = sum("matrix" in row for row in tensors)
    circuit_rows = json.loads(strings["circuits"])
    circuits = sum(len(row["kinds"]) for row in circuit_rows)

    def part(name: str, *shape: int) -> Array:
        entry = header[name]
        if tuple(entry["shape"]) != shape:
            raise DamagedFingerprint(f"{name} has the shape {entry['shape']}, not {list(shape)}")
        kind = np.dtype(_TYPES[entry["dtype"]])
        start, end = entry["data_offsets"]
        if not 0 <= start <= end <= len(body) or end - start != math.prod(shape) * kind.itemsize:
            raise DamagedFingerprint(f"{name} is outside of the file")
        values = np.frombuffer(body[start:end], kind).reshape(shape)
        if kind.kind == "f" and not np.isfinite(values).all():
            raise DamagedFingerprint(f"{name} has values that are no numbers")
        return values

    return Fingerprint(
        format=strings["format"],
        methods=strings["methods"],
        identity=json.loads(strings["identity"]),
        tensors=tensors,
        circuit_rows=circuit_rows,
        frame=json.loads(strings["frame"]) if "frame" in strings else None,
        notes=json.loads(strings["notes"]),
        moments=part("moments", len(tensors), 4),
        counts=part("counts", len(tensors), 4),
        sketches=part("sketches", matrices, SIDE, SIDE),
        folds=part("folds", matrices, 2 * SIDE),
        circuits=part("circuits", circuits, CIRCUIT_SIDE, CIRCUIT_SIDE),
        digests=part("digests", len(tensors), 32),
    )


_PIECE = 1 << 20
_KNOWN_SUMS: dict[int, Array] = {}


def sign_sums(count: int) -> Array:
    """[32]: the sum of the hash's signs of the indices below `count` in each bucket.

    The hash is that of IndexHash.swift: bit 40 of SplitMix64's output at the index.
    """
    if count not in _KNOWN_SUMS:
        sums = np.zeros(SIDE)
        # A piece at a time: extents are whatever the file says.
        for start in range(0, count, _PIECE):
            z = np.arange(start, min(start + _PIECE, count), dtype=np.uint64)
            z += np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
            signs = np.zeros(-(-len(z) // SIDE) * SIDE)
            signs[: len(z)] = 1.0 - 2.0 * (z >> np.uint64(40) & np.uint64(1))
            sums += signs.reshape(-1, SIDE).sum(axis=0)
        if len(_KNOWN_SUMS) > 4096:
            _KNOWN_SUMS.clear()
        _KNOWN_SUMS[count] = sums
    return _KNOWN_SUMS[count]


def centred(model: Fingerprint, tensor: int, matrix: int) -> Array:
    """[32, 32]: the sketch of a matrix less its row and column means (LinearSketch.swift)."""
    rows, columns = model.tensors[tensor]["matrix"]
    if not (0 < rows < 1 << 31 and 0 < columns < 1 << 31):
        raise DamagedFingerprint(f"a matrix has the extents {rows} × {columns}")
    u, v = sign_sums(rows), sign_sums(columns)
    column_means, row_means = np.split(model.folds[matrix].astype(np.float64), 2)
    mean = model.moments[tensor, 0]
    return np.asarray(
        model.sketches[matrix].astype(np.float64)
        - np.outer(u, column_means)
        - np.outer(row_means, v)
        + mean * np.outer(u, v)
    )
