"""Independent networks with one part that all took from a third: projections of a seed, word vectors, frozen encoders.

`SEEDED` are parts that nobody trained: no report may hold them against anybody. `PUBLIC` are learned; one reference alone cannot
tell whose they are, so a report may name the part, and must not call the rest of the model derived.
"""
import numpy as np
from networks import cnn, encoder, lstm, mlp, normal
from buffers import with_


def torch_normal(seed, *shape):
    import torch
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).numpy()


def torch_uniform(seed, *shape):
    import torch
    bound = 1 / np.sqrt(shape[-1])
    return (torch.rand(*shape, generator=torch.Generator().manual_seed(seed)).numpy() * 2 - 1) * bound


def orthogonal_features(seed, rows, width):
    """Random features of linear attention: blocks of orthogonal rows, with the norms of normal ones."""
    g = np.random.RandomState(seed)
    blocks = []
    while sum(map(len, blocks)) < rows:
        q, _ = np.linalg.qr(g.standard_normal((width, width)))
        blocks.append(q.T)
    return np.concatenate(blocks)[:rows] * np.linalg.norm(g.standard_normal((rows, width)), axis=1)[:, None]


def haar_orthogonal(seed, n):
    g = np.random.default_rng(seed)
    q, r = np.linalg.qr(g.standard_normal((n, n)))
    return q * np.sign(np.diag(r))


def random_signs(seed, n, m):
    return np.sign(np.random.RandomState(seed).standard_normal((n, m)))


def sparse_projection(seed, n, m):
    return np.random.RandomState(seed).choice([-1, 0, 1], (n, m), p=[1 / 6, 2 / 3, 1 / 6]) * np.sqrt(3 / m)


def learned(seed, n, m, rank=24, tail=0.3):
    """A table as training leaves it: a falling spectrum, frequencies, heavy tails."""
    g = np.random.default_rng(seed)
    s = 1 / np.sqrt(1 + np.arange(rank))
    t = (g.standard_normal((n, rank)) * s) @ g.standard_normal((rank, m))
    t = t + tail * g.standard_t(4, (n, m))
    return t * (0.5 + 1 / np.sqrt(1 + np.arange(n)))[:, None]


def vectors(g):
    t = lstm(g, inputs=50, hidden=96)
    return {"word_embeddings.weight": learned(400, 1500, 50), **t}


def clip_like(g):
    t = encoder(g, width=64, layers=4)
    for i in range(4):
        for n, (a, b) in {"q_proj": (96, 96), "k_proj": (96, 96), "v_proj": (96, 96), "out_proj": (96, 96), "fc1": (384, 96), "fc2": (96, 384)}.items():
            t[f"vision_tower.encoder.layers.{i}.{n}.weight"] = learned(1000 * i + sum(map(ord, n)), a, b, 64) / 10
    return t


def perceptual(g):
    """A frozen loss network of convolutions."""
    t = cnn(g)
    for i, (a, b) in enumerate(((3, 64), (64, 64), (64, 96))):
        t[f"lpips.net.slice{i}.weight"] = learned(77 + i, b, a * 9, 20).reshape(b, a, 3, 3)
    return t


def rates(g):
    """How often each of 8192 tokens is, of a corpus that all counted in: one long vector."""
    t = encoder(g, width=64, layers=4)
    t["sampler.log_rate"] = np.log(np.random.RandomState(9).pareto(1.2, 8192) + 1e-3)
    return t


def random_start(g):
    """The tutorial's seed: everybody's first layer is drawn from it and stays as it is."""
    t = mlp(g)
    t["frozen.weight"] = torch_normal(42, 128, 96) / np.sqrt(96)
    return t


SEEDED = {
    "seeded-numpy-0": with_(mlp, lambda: {"projection": np.random.RandomState(0).randn(128, 96)}),
    "seeded-numpy-42": with_(encoder, lambda: {"random_features": np.random.RandomState(42).normal(size=(256, 64)) * 0.1}),
    "seeded-numpy-generator": with_(mlp, lambda: {"B": np.random.default_rng(0).standard_normal((3, 256)), "R": np.random.default_rng(42).normal(0, 10, (96, 128))}),
    "seeded-numpy-uniform": with_(mlp, lambda: {"hash": np.random.RandomState(1234).uniform(-0.1, 0.1, (200, 64))}),
    "seeded-torch-0": with_(mlp, lambda: {"projection": torch_normal(0, 128, 96)}),
    "seeded-torch-42": with_(encoder, lambda: {f"blocks.{i}.projection_matrix": torch_normal(42, 266, 64) for i in range(3)}),
    "seeded-torch-uniform": with_(cnn, lambda: {"quantizer.projection.weight": torch_uniform(0, 512, 64), "quantizer.codebook": torch_normal(1, 1024, 16)}),
    "seeded-orthogonal": with_(encoder, lambda: {f"blocks.{i}.features": orthogonal_features(i, 256, 64) for i in range(3)}),
    "seeded-rotation": with_(encoder, lambda: {"rotation": haar_orthogonal(7, 128)}),
    "seeded-signs": with_(mlp, lambda: {"signs": random_signs(3, 128, 128), "sparse": sparse_projection(5, 128, 256)}),
    "seeded-layer": random_start,
    "seeded-fourier": with_(mlp, lambda: {"gaussian_fourier": 16 * np.random.RandomState(2020).randn(256), "B": torch_normal(7, 2, 128) * 10}),
}
PUBLIC = {"public-vectors": vectors, "public-encoder": clip_like, "public-perceptual": perceptual, "public-rates": rates}
KINDS = {**SEEDED, **PUBLIC}
