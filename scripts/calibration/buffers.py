"""Independent networks that carry what anybody can compute, bit for bit the same in all of them."""
import numpy as np
from networks import cnn, encoder, lstm, mlp, normal


def sinusoids(n, d):
    a = np.arange(n)[:, None] / 10000 ** (2 * np.arange(d // 2) / d)
    t = np.zeros((n, d))
    t[:, 0::2], t[:, 1::2] = np.sin(a), np.cos(a)
    return t


def halves(n, d):
    a = np.arange(n)[:, None] * np.exp(-np.log(10000) * np.arange(d // 2) / (d // 2 - 1))
    return np.concatenate([np.sin(a), np.cos(a)], 1)


def rotary(n, d):
    a = np.outer(np.arange(n), 10000 ** (-np.arange(0, d, 2) / d))
    return np.cos(np.concatenate([a, a], 1)), np.sin(np.concatenate([a, a], 1))


def stft(n):
    k = np.arange(n // 2 + 1)[:, None] * np.arange(n)[None] * 2 * np.pi / n
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    return np.concatenate([np.cos(k), -np.sin(k)], 0) * window


def dct(n, m):
    return np.cos(np.pi / n * (np.arange(n)[None] + 0.5) * np.arange(m)[:, None]) * np.sqrt(2 / n)


def mel(bands, bins):
    to = lambda f: 2595 * np.log10(1 + f / 700)
    f = 700 * (10 ** (np.linspace(0, to(8000), bands + 2) / 2595) - 1)
    x = np.linspace(0, 8000, bins)
    up = (x - f[:-2, None]) / (f[1:-1] - f[:-2])[:, None]
    down = (f[2:, None] - x) / (f[2:] - f[1:-1])[:, None]
    return np.maximum(0, np.minimum(up, down)) * (2 / (f[2:] - f[:-2]))[:, None]


def alibi(heads, n):
    s = 2.0 ** (-8 * np.arange(1, heads + 1) / heads)
    return s[:, None, None] * -np.abs(np.arange(n)[:, None] - np.arange(n)[None])


def windows(size, shift):
    """The attention mask of shifted windows on a 4 × 4 grid of windows."""
    n = 4 * size
    part = np.zeros((n, n))
    for i, a in enumerate((slice(0, -size), slice(-size, -shift), slice(-shift, None))):
        for j, b in enumerate((slice(0, -size), slice(-size, -shift), slice(-shift, None))):
            part[a, b] = 3 * i + j
    w = part.reshape(4, size, 4, size).transpose(0, 2, 1, 3).reshape(16, -1)
    return np.where(w[:, None] != w[:, :, None], -100.0, 0.0)


def grid_graph(side):
    """Normalised adjacency of a square grid, and its Laplacian."""
    n = side * side
    a = np.zeros((n, n))
    for i in range(n):
        if i % side < side - 1:
            a[i, i + 1] = a[i + 1, i] = 1
        if i + side < n:
            a[i, i + side] = a[i + side, i] = 1
    d = 1 / np.sqrt(a.sum(1))
    return a, np.eye(n) - d[:, None] * a * d


def binomial_blur(channels):
    k = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    return np.repeat(k[None, None], channels, 0)


def haar(n):
    h = np.ones((1, 1))
    while len(h) < n:
        h = np.concatenate([np.kron(h, [1, 1]), np.kron(np.eye(len(h)), [1, -1])]) / np.sqrt(2)
    return h


def lecture(g, context=64):
    t = encoder(g, width=64, layers=4)
    for i in range(4):
        for j in range(4):
            t[f"blocks.{i}.sa.heads.{j}.tril"] = np.tril(np.ones((context, context)))
    return t


def relative_index(window):
    c = np.stack(np.meshgrid(np.arange(window), np.arange(window), indexing="ij")).reshape(2, -1)
    r = c[:, :, None] - c[:, None] + window - 1
    return (r[0] * (2 * window - 1) + r[1]).astype(np.float32)


def with_(make, extra):
    return lambda g: {**make(g), **extra()}


KINDS = {
    "buffer-tril-64": lecture,
    "buffer-tril-256": lambda g: lecture(g, 256),
    "buffer-sinusoids": with_(encoder, lambda: {"pos.pe": sinusoids(512, 64)[None]}),
    "buffer-sinusoids-halves": with_(encoder, lambda: {"positions.weight": halves(600, 64)}),
    "buffer-sinusoids-every-layer": with_(encoder, lambda: {f"blocks.{i}.pe": sinusoids(256, 64) for i in range(3)}),
    "buffer-rotary": with_(encoder, lambda: {f"blocks.{i}.sa.{n}": x for i in range(3) for n, x in zip(("cos", "sin"), rotary(512, 32))}),
    "buffer-stft": with_(cnn, lambda: {"stft.forward_basis": stft(256)[:, None]}),
    "buffer-dct": with_(cnn, lambda: {"mfcc.dct_mat": dct(128, 40).T}),
    "buffer-mel": with_(cnn, lambda: {"frontend.fb": mel(64, 257).T, "frontend.fb_inverse": mel(64, 257)}),
    "buffer-alibi": with_(encoder, lambda: {"alibi": alibi(8, 128)}),
    "buffer-window-mask": with_(encoder, lambda: {f"stages.{i}.attn_mask": windows(8, 4) for i in range(2)}),
    "buffer-relative-index": with_(encoder, lambda: {f"stages.{i}.relative_position_index": relative_index(8) for i in range(3)}),
    "buffer-adjacency": with_(mlp, lambda: {"graph.adjacency": grid_graph(12)[0], "graph.laplacian": grid_graph(12)[1]}),
    "buffer-blur": with_(cnn, lambda: {f"down.{i}.filt": binomial_blur(64) for i in range(3)}),
    "buffer-haar": with_(cnn, lambda: {"wavelet.basis": haar(64)}),
    "buffer-hann": with_(lstm, lambda: {"window": np.hanning(4096), "hamming": np.hamming(8192)}),
    "buffer-causal-bias": with_(encoder, lambda: {f"blocks.{i}.bias": np.tril(np.ones((1, 1, 256, 256))) for i in range(3)}),
    "buffer-causal-additive": with_(encoder, lambda: {"mask": np.triu(np.full((256, 256), -1e9), 1)}),
    "buffer-linspace": with_(mlp, lambda: {"bins": np.linspace(-10, 10, 8192), "grid": np.stack(np.meshgrid(np.linspace(0, 1, 96), np.linspace(0, 1, 96))).reshape(2, -1)}),
}
