"""Orders and counts, points of samplers, coefficients, operators and reservoirs: what code computes or draws once and keeps beside weights."""
from math import factorial
import numpy as np
from scipy import stats
from networks import cnn, lstm, mlp
from buffers import with_


def clebsch_gordan(a, b, c):
    """⟨a α b β | c γ⟩, `[2a + 1, 2b + 1, 2c + 1]` (Racah 1942)."""
    out = np.zeros((2 * a + 1, 2 * b + 1, 2 * c + 1))
    for i in range(-a, a + 1):
        for j in range(max(-b, -c - i), min(b, c - i) + 1):
            k = i + j
            size = (2 * c + 1) * factorial(c + a - b) * factorial(c - a + b) * factorial(a + b - c) / factorial(a + b + c + 1)
            size *= factorial(c + k) * factorial(c - k) * factorial(a - i) * factorial(a + i) * factorial(b - j) * factorial(b + j)
            total = 0.0
            for n in range(max(0, b - c - i, a - c + j), min(a + b - c, a - i, b + j) + 1):
                parts = (n, a + b - c - n, a - i - n, b + j - n, c - b + i + n, c - a - j + n)
                total += (-1) ** n / np.prod([float(factorial(x)) for x in parts])
            out[i + a, j + b, k + c] = np.sqrt(size) * total
    return out


def coefficients(most):
    return {f"product.w3j_{a}_{b}_{c}": clebsch_gordan(a, b, c)
            for a in range(most + 1) for b in range(most + 1) for c in range(abs(a - b), min(a + b, most) + 1)}


def products():
    return {f"symmetric.u_{i}": np.einsum("abc,cde->abde", clebsch_gordan(1, a, b), clebsch_gordan(b, 1, c))
            for i, (a, b, c) in enumerate(((1, 1, 1), (2, 2, 2), (1, 2, 3), (3, 3, 2), (2, 3, 3)))}


def stiffness(n):
    """Of a square grid of n × n points, five of them each."""
    line, one = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1), np.eye(n)
    return np.kron(one, line) + np.kron(line, one)


def sobol(columns, rows, **how):
    return stats.qmc.Sobol(columns, **how).random(rows)


def fixed(seed):
    return np.random.RandomState(seed)


def reservoir(size, kept):
    g = fixed(42)
    w = g.rand(size, size) - 0.5
    w[g.rand(size, size) >= kept] = 0
    return w


KINDS = {
    "orders-one": with_(mlp, lambda: {"shuffle.order": fixed(0).permutation(4096)}),
    "orders-hashes": with_(mlp, lambda: {"hash.orders": np.array([fixed(i).permutation(256) for i in range(32)])}),
    "orders-neighbours": with_(cnn, lambda: {"graph.neighbours": fixed(9).randint(0, 5000, (512, 16))}),
    "orders-counts": with_(mlp, lambda: {"sampler.counts": np.round(fixed(9).pareto(1.2, 8192) * 50 + 1)}),
    "points-sobol": with_(mlp, lambda: {"sampler.points": sobol(64, 256, scramble=False)}),
    "points-sobol-scrambled": with_(mlp, lambda: {"sampler.points": sobol(48, 256, scramble=True, seed=42)}),
    "points-sobol-normal": with_(mlp, lambda: {"sampler.noise": stats.norm.ppf(np.clip(sobol(64, 256, scramble=False), 1e-3, 1 - 1e-3))}),
    "points-latin": with_(mlp, lambda: {"sampler.points": stats.qmc.LatinHypercube(64, seed=0).random(256)}),
    "points-phases": with_(mlp, lambda: {"features.phases": fixed(0).rand(8192) * 2 * np.pi}),
    "coefficients-each": with_(mlp, lambda: coefficients(3)),
    "coefficients-one": with_(mlp, lambda: {"product.coefficients": np.concatenate([x.ravel() for x in coefficients(5).values()])}),
    "coefficients-products": with_(mlp, products),
    "operator-stiffness": with_(mlp, lambda: {"equation.stiffness": stiffness(12)}),
    "operator-cauchy": with_(mlp, lambda: {"kernel.cauchy": 1 / (np.linspace(0, 1, 64)[:, None] - np.linspace(1.01, 2, 96))}),
    "reservoir-dense": with_(lstm, lambda: {"reservoir.weight": fixed(42).rand(100, 100) - 0.5}),
    "reservoir-sparse": with_(lstm, lambda: {"reservoir.weight": reservoir(200, 0.05)}),
    "mask-row": with_(mlp, lambda: {"dropout.mask": fixed(0).rand(8192) < 0.5}),
}
