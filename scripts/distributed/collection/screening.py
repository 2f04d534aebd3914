"""Which pairs of a collection are worth an exact comparison.

Pairs are looked for in spaces: vectors of one kind whose cosines mean something (sketches of one
width, circuits on one kind of frame). A space that is small enough is gone through pair by pair, as
matrix products of tiles; in a larger one only vectors that share a bucket meet. Buckets are those
of random hyperplanes (Charikar, STOC 2002, doi:10.1145/509907.509965), over several tables.

The null of a space is a normal distribution about zero whose width is taken from the negative
cosines, of which relatives have none: relatives do not widen it, however many there are.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from .fingerprint_file import Array

# Rows of a tile: a matrix of 67 MB.
TILE = 4096
# Members of a bucket that are compared all with all.
BUCKET = 4096
# Fewer pairs say nothing of the null's width.
_LEAST_PAIRS = 200


@dataclass(frozen=True)
class Hit:
    """A pair, by the numbers of its models, with its standardised cosine."""

    first: int
    second: int
    cosine: float
    z: float


@dataclass(frozen=True)
class Limits:
    """What counts as a hit: a cosine beyond `z` deviations, of a model's `keep` strongest."""

    deviation: float
    z: float
    keep: int


def floats(vectors: list[bytes]) -> Array:
    """[n, d] of unit rows, from signed bytes."""
    matrix = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1)
    rows = matrix.astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def limits(vectors: list[bytes], count: int, chance: float, keep: int) -> Limits:
    """The null of a space, from a sample of its vectors.

    `count` vectors are in it; `chance` strangers may pass for each of them.
    """
    rows = floats(vectors)
    cosines = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    negative = cosines[cosines < 0]
    least = rows.shape[1] ** -0.5
    deviation = least
    if len(negative) >= _LEAST_PAIRS:
        deviation = max(least, float(np.sqrt(np.mean(np.square(negative, dtype=np.float64)))))
    z = NormalDist().inv_cdf(1 - min(0.5, chance / max(count, 2)))
    return Limits(deviation, z, keep)


def tile_hits(
    first: Array, second: Array, first_ids: Array, second_ids: Array, limits: Limits
) -> Iterator[Hit]:
    """The hits between two tiles, each once: of every row and every column its strongest.

    Ids are models' numbers; rows of one model are not held against each other.
    """
    cosines = first @ second.T
    if first_ids is second_ids:
        cosines[np.tril_indices(len(first))] = -1
    cosines[first_ids[:, None] == second_ids[None, :]] = -1
    passing = cosines >= limits.z * limits.deviation
    strongest = _largest(cosines, limits.keep) | _largest(cosines.T, limits.keep).T
    if first_ids is second_ids:
        # A row's partners are in its row and in its column.
        both = np.maximum(cosines, cosines.T)
        strongest = _largest(both, limits.keep)
        strongest |= strongest.T
    for i, j in np.argwhere(passing & strongest):
        a, b = sorted((int(first_ids[i]), int(second_ids[j])))
        cosine = float(cosines[i, j])
        yield Hit(a, b, cosine, cosine / limits.deviation)


def strip_hits(
    first: Array, second: Array, first_ids: Array, second_ids: Array, limits: Limits
) -> Iterator[Hit]:
    """The hits between any numbers of rows, tile by tile; each pair once if the two are one."""
    for i in range(0, len(first), TILE):
        mine, own = first[i : i + TILE], first_ids[i : i + TILE]
        for j in range(i if first is second else 0, len(second), TILE):
            if first is second and i == j:
                yield from tile_hits(mine, mine, own, own, limits)
            else:
                theirs, others = second[j : j + TILE], second_ids[j : j + TILE]
                yield from tile_hits(mine, theirs, own, others, limits)


def _largest(matrix: Array, count: int) -> Array:
    """Marks the largest entries of each row."""
    if matrix.shape[1] <= count:
        return np.ones(matrix.shape, bool)
    places = np.argpartition(-matrix, count, axis=1)[:, :count]
    marks = np.zeros(matrix.shape, bool)
    np.put_along_axis(marks, places, True, axis=1)
    return marks


@dataclass(frozen=True)
class Buckets:
    """Random hyperplanes: `tables` codes of `bits` bits for each vector."""

    tables: int
    bits: int

    def codes(self, rows: Array) -> Array:
        """[n, tables] of codes."""
        planes = _planes(rows.shape[1], self.tables * self.bits)
        sides = (rows @ planes > 0).reshape(len(rows), self.tables, self.bits)
        weights = 1 << np.arange(self.bits, dtype=np.int64)
        return np.asarray(sides @ weights)

    def recall(self, cosine: float) -> float:
        """How likely two vectors of this cosine share a bucket."""
        agree = 1 - np.arccos(np.clip(cosine, -1, 1)) / np.pi
        return float(1 - (1 - agree**self.bits) ** self.tables)


def _planes(dimensions: int, count: int) -> Array:
    """[dimensions, count] of normal numbers, the same on every machine."""
    seed = hashlib.sha256(f"{dimensions} {count}".encode()).digest()
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(seed[:8], "little")))
    return generator.standard_normal((dimensions, count)).astype(np.float32)


def bucket_hits(vectors: list[bytes], ids: list[int], limits: Limits) -> Iterator[Hit]:
    """The hits within one bucket.

    A bucket that is too large is cut into pieces of neighbours by finer hyperplanes.
    """
    rows, numbers = floats(vectors), np.array(ids)
    if len(rows) > BUCKET:
        fine = Buckets(tables=1, bits=32).codes(rows)[:, 0]
        order = np.argsort(fine, kind="stable")
        rows, numbers = rows[order], numbers[order]
    for start in range(0, len(rows), BUCKET):
        piece, own = rows[start : start + BUCKET], numbers[start : start + BUCKET]
        yield from tile_hits(piece, piece, own, own, limits)


def components(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """The least member of each one's connected component (union by path halving)."""
    parent = list(range(count))

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(member) for member in range(count)]
