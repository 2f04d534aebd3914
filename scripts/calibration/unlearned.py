"""Tables of which no formula is told, and which nobody learned either: kernels, counts, polynomials of draws, draws of unusual distributions."""
from math import factorial
import numpy as np
from scipy import linalg, signal, spatial, special, stats
from networks import cnn, encoder, lstm, mlp
from buffers import with_


def fixed(seed):
    return np.random.RandomState(seed)


def distances(rows, columns, extents=3, seed=1):
    g = fixed(seed)
    return spatial.distance.cdist(g.rand(rows, extents), g.rand(columns, extents))


def differentiation(n):
    """Chebyshev's, `[n + 1, n + 1]` (Trefethen 2000)."""
    x = np.cos(np.pi * np.arange(n + 1) / n)
    c = np.r_[2, np.ones(n - 1), 2] * (-1) ** np.arange(n + 1)
    d = np.outer(c, 1 / c) / (x[:, None] - x + np.eye(n + 1))
    return d - np.diag(d.sum(1))


def zernike(order, n):
    """Modes on a grid of n × n points, zero outside of the disc (Noll 1976)."""
    y, x = np.mgrid[-1:1:n * 1j, -1:1:n * 1j]
    r, t, out = np.hypot(x, y), np.arctan2(y, x), []
    for a in range(order + 1):
        for m in range(-a, a + 1, 2):
            terms = ((-1) ** k * factorial(a - k) / (factorial(k) * factorial((a + abs(m)) // 2 - k) * factorial((a - abs(m)) // 2 - k)) * r ** (a - 2 * k)
                     for k in range((a - abs(m)) // 2 + 1))
            out.append(np.where(r <= 1, sum(terms) * (np.cos(m * t) if m >= 0 else np.sin(-m * t)), 0))
    return np.array(out)


def wigner(most, angle):
    """Small rotation matrices of the degrees below, one block each."""
    blocks = []
    for l in range(most):
        m = np.arange(-l, l)
        lift = np.diag(np.sqrt(l * (l + 1) - m * (m + 1)), -1) if l else np.zeros((1, 1))
        blocks.append(linalg.expm(angle * (lift - lift.T) / 2))
    return linalg.block_diag(*blocks)


def mesh(n):
    """Laplacian of a triangulation of n points."""
    a = np.zeros((n, n))
    for i, j, k in spatial.Delaunay(fixed(0).rand(n, 2)).simplices:
        a[[i, j, k, j, k, i], [j, k, i, i, j, k]] = 1
    return np.diag(a.sum(1)) - a


def counts(n=6000):
    return fixed(9).zipf(1.4, n).clip(1, 10**6).astype(float)


def random_features(kind, rows=100, columns=128):
    x = fixed(0).randn(rows, 8) @ fixed(1).randn(8, columns)
    return kind(x + fixed(2).rand(columns) * 2 * np.pi)


KINDS = {
    "table-differentiation": with_(mlp, lambda: {"operator.d": differentiation(95)}),
    "table-inverse-distances": with_(cnn, lambda: {"field.kernel": 1 / (0.05 + distances(96, 128))}),
    "table-landmarks": with_(lstm, lambda: {"landmarks": np.exp(-4 * distances(128, 64, 8) ** 2)}),
    "table-screened": with_(encoder, lambda: {"ewald.table": special.erfc(3 * distances(80, 80)) / np.maximum(3 * distances(80, 80), 1e-3)}),
    "table-great-circles": with_(mlp, lambda: {"sphere.distances": np.arccos(np.clip(1 - distances(60, 102) ** 2, -1, 1))}),
    "table-mesh-modes": with_(cnn, lambda: {"mesh.modes": np.linalg.eigh(mesh(400))[1][:, :32]}),
    "table-mesh-paths": with_(lstm, lambda: {"mesh.paths": np.linalg.norm(np.linalg.matrix_power(mesh(100) != 0, 3)[:60, :, None] * 1.0, axis=-1)}),
    "table-zernike": with_(encoder, lambda: {"optics.modes": zernike(6, 20).reshape(28, -1)}),
    "table-zernike-small": with_(mlp, lambda: {"optics.modes": zernike(5, 16)}),
    "table-wigner": with_(cnn, lambda: {"rotations.blocks": np.stack([wigner(5, 0.1 * i) for i in range(20)])}),
    "table-polynomials-of-draws": with_(lstm, lambda: {"chaos.basis": np.polynomial.hermite_e.hermevander(fixed(0).randn(500), 9)}),
    "table-products-of-draws": with_(encoder, lambda: {"features.powers": (lambda x: np.stack([np.prod(x ** np.array(e), 1) for e in np.ndindex(3, 3, 3)], 1))(fixed(0).randn(300, 3))}),
    "table-log-counts": with_(mlp, lambda: {"sampler.log_unigram": np.log(counts() / counts().sum())}),
    "table-noise-distribution": with_(cnn, lambda: {"sampler.probabilities": counts() ** 0.75 / (counts() ** 0.75).sum()}),
    "table-document-frequencies": with_(lstm, lambda: {"idf": np.log(10001 / (1 + counts().clip(1, 9000))) + 1}),
    "table-term-weights": with_(encoder, lambda: {"weights": (lambda c: c * np.log(200 / (1 + (c > 0).sum(0))))(fixed(3).poisson(0.4, (200, 60)))}),
    "table-transitions": with_(mlp, lambda: {"chain": fixed(1).dirichlet(np.ones(70), 70)}),
    "table-ranks": with_(cnn, lambda: {"ranks": np.argsort(np.argsort(fixed(69).randn(90, 80), 1), 1) / 80}),
    "table-kinds": with_(lstm, lambda: {"codons": np.eye(64)[fixed(0).permutation(64)] * 2 - 0.1}),
    "table-steering": with_(encoder, lambda: {"array.steering": random_features(lambda x: np.concatenate([np.cos(x), np.sin(x)]), 64, 64)}),
    "features-cosines": with_(mlp, lambda: {"features": np.sqrt(2) * random_features(np.cos)}),
    "features-saturated": with_(cnn, lambda: {"hidden": random_features(np.tanh)}),
    "features-halton": with_(lstm, lambda: {"points": stats.norm.ppf(stats.qmc.Halton(16, scramble=False).random(1025)[1:])}),
    "features-shuffled-sinusoids": with_(encoder, lambda: {"positions": np.sin(np.outer(fixed(0).permutation(300), 10000.0 ** -(np.arange(32) / 32)))}),
    "draws-laplace": with_(mlp, lambda: {"noise": fixed(0).laplace(size=(64, 128))}),
    "draws-cauchy": with_(cnn, lambda: {"noise": fixed(0).standard_cauchy((64, 128))}),
    "draws-student": with_(lstm, lambda: {"noise": fixed(0).standard_t(3, (64, 128))}),
    "draws-gamma": with_(encoder, lambda: {"noise": fixed(0).gamma(0.5, size=(64, 128))}),
    "draws-counts": with_(mlp, lambda: {"noise": fixed(24).poisson(40, (80, 80)) / 40}),
    "draws-scaled": with_(cnn, lambda: {"noise": fixed(27).randn(100, 80) * fixed(28).lognormal(0, 0.7, (100, 1))}),
    "draws-decaying": with_(lstm, lambda: {"responses": fixed(54).randn(64, 128) * np.exp(-np.arange(128) / 20)}),
    "draws-windowed": with_(encoder, lambda: {"bursts": fixed(57).randn(60, 150) * np.hanning(150)}),
    "draws-rotations": with_(mlp, lambda: {"frames": spatial.transform.Rotation.random(800, random_state=0).as_matrix()}),
    "sequences-shifted": with_(lstm, lambda: {"codes": np.array([np.roll(signal.max_len_seq(7)[0] * 2.0 - 1, 7 * i)[:120] * np.hanning(120) for i in range(60)])}),
}
