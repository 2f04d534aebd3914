#!/usr/bin/env python3
"""Whether p is right far out: the linear tests of the tool on synthetic pairs of independent sketches, in numpy.

usage: tail.py [--pairs N] [--only dense,rank,massive,loud] [--tensors N] [--seed N]

The tests are those of Sources/Compare/Linear: the sum over tensors at equal places (variance: the largest of a random rotation's, random
signs' and diagonals'; divided by 1.7), and the best counterpart of each tensor against 48 orders of columns and 48 draws of signs (the smaller t, Student's
tail); p is twice the smaller. Printed is the rate of p ≤ 10^-k beside 10^-k, with the 95 % bound of Clopper and Pearson.
"""
import argparse
import numpy as np
from scipy.stats import beta, norm, t as student

K, DRAWS, INFLATION = 32, 48, 1.7


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=(-2, -1), keepdims=True), 1e-30)


def dense(g, *shape):
    return g.standard_normal((*shape, K, K), dtype=np.float32)


def rank(g, *shape):
    return g.standard_normal((*shape, K, 3), dtype=np.float32) @ g.standard_normal((*shape, 3, K), dtype=np.float32)


def massive(g, *shape):
    x = dense(g, *shape)
    flat = x.reshape(-1, K * K)
    for _ in range(3):
        flat[np.arange(len(flat)), g.integers(K * K, size=len(flat))] += 60 * g.choice(np.float32([-1, 1]), len(flat))
    return x


def loud(g, *shape):
    x = dense(g, *shape)
    x[..., [3, 17]] *= 12
    x[..., 5, :] *= 6
    return x


KINDS = {"dense": dense, "rank": rank, "massive": massive, "loud": loud}


def places(a, b):
    c = np.sum(a * b, axis=(-2, -1))
    left = np.sum((a @ a.swapaxes(-1, -2)) * (b @ b.swapaxes(-1, -2)), axis=(-2, -1)) / K
    right = np.sum((a.swapaxes(-1, -2) @ a) * (b.swapaxes(-1, -2) @ b), axis=(-2, -1)) / K
    product = a * b
    rows, columns = np.indices((K, K))
    lines = np.stack([product[..., (rows - columns) % K == d].sum(-1) for d in range(K)], -1)
    v = np.maximum.reduce([np.full_like(c, 1 / K**2), left, right, np.sum(product**2, axis=(-2, -1)), lines.var(-1, ddof=1) * K])
    z = c / np.sqrt(v)
    return norm.sf(z.sum(1) / np.sqrt(z.shape[1]) / INFLATION)


def best(a, b):
    n = a.shape[1]
    c = np.matmul(a.reshape(len(a), n, -1), b.reshape(len(b), n, -1).swapaxes(1, 2))
    return c.max(2).sum(1)


def chosen(a, b, orders, signs):
    observed = best(a, b)

    def t(draws):
        return (observed - draws.mean(0)) / draws.std(0, ddof=1) / np.sqrt(1 + 1 / DRAWS)
    by_order = t(np.stack([best(a[..., p] * s, b) for p, s in orders]))
    by_sign = t(np.stack([best(a * r * c, b) for r, c in signs]))
    return student.sf(np.minimum(by_order, by_sign), DRAWS - 1)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--pairs", type=int, default=1_000_000)
    ap.add_argument("--only", default=",".join(KINDS))
    ap.add_argument("--tensors", type=int, default=2)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    g = np.random.default_rng(a.seed)
    orders = [(g.permutation(K), g.choice(np.float32([-1, 1]), K)) for _ in range(DRAWS)]
    signs = [(g.choice(np.float32([-1, 1]), (K, 1)), g.choice(np.float32([-1, 1]), K)) for _ in range(DRAWS)]
    for name in a.only.split(","):
        ps = []
        while sum(map(len, ps)) < a.pairs:
            n = min(1000, a.pairs - sum(map(len, ps)))
            x, y = (unit(KINDS[name](g, n, a.tensors)) for _ in range(2))
            ps.append(np.minimum(1, 2 * np.minimum(places(x, y), chosen(x, y, orders, signs))))
        p = np.concatenate(ps)
        rates = []
        for k in range(1, 7):
            hits = int((p <= 10.0**-k).sum())
            rates.append(f"10^-{k}: {hits / len(p):.2g} (≤ {beta.ppf(0.975, hits + 1, len(p) - hits):.2g})")
        print(f"{name:8s} {a.tensors} tensors, {len(p)} pairs, least p {p.min():.1e}; rate of p ≤ " + ", ".join(rates), flush=True)


if __name__ == "__main__":
    main()
