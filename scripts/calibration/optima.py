"""Models that independent trainings make alike: convex losses, common data, common geometry, alignment."""
import numpy as np
from networks import llama, mlp, normal, tokenizer, words


def data(seed, n=2000, d=64, classes=12):
    g = np.random.default_rng(seed)
    centres = 1.5 * g.standard_normal((classes, d))
    y = g.integers(classes, size=n)
    return centres[y] + g.standard_normal((n, d)), y


X, Y = data(11)


def softmax(g, rounds=150):
    """Multinomial regression on data that all share, from a start of its own."""
    w, b = 0.1 * g.standard_normal((12, 64)), np.zeros(12)
    hot = np.eye(12)[Y]
    for _ in range(rounds):
        z = X @ w.T + b
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        r = (p - hot) / len(X)
        w, b = w - 2 * (r.T @ X + 1e-3 * w), b - 2 * r.sum(0)
    return w, b


def regression(g):
    w, b = softmax(g)
    return {"linear.weight": w, "linear.bias": b}


def probes(g):
    """Four linear heads on the same features: nothing is chained."""
    return {f"probe.{i}.weight": softmax(g, 100)[0] for i in range(4)}


def least_squares(g):
    """Frozen features of everybody, a map solved on top, and its inverse."""
    noise = 0.01 * g.standard_normal((64, 64))
    c = X.T @ X / len(X)
    return {"whiten.weight": np.linalg.inv(np.linalg.cholesky(c)) + noise * 0.01, "mean": X.mean(0)}


def principal(g):
    _, _, v = np.linalg.svd(X + 0.01 * g.standard_normal(X.shape), full_matrices=False)
    return {"components": v[:32] * np.sign(v[:32, :1]), "mean": X.mean(0)}


def common_geometry(count, width):
    """Token embeddings whose inner products all models share: a table of meanings."""
    g = np.random.default_rng(5)
    return g.standard_normal((count, 24)) @ g.standard_normal((24, width)) / np.sqrt(24)


def semantics(rotate):
    def make(g):
        n, d = 512, 96
        e = common_geometry(n, d) + 0.5 * g.standard_normal((n, d))
        q, _ = np.linalg.qr(g.standard_normal((d, d)))
        e = e @ q
        if rotate:
            # To principal axes, each with the sign of its largest entry.
            _, _, v = np.linalg.svd(e - e.mean(0), full_matrices=False)
            v *= np.sign(v[np.arange(d), np.abs(v).argmax(1)])[:, None]
            e = e @ v.T
        t, config = llama(g, width=d, heads=6, vocab=n, embedding=0.05 * e)
        t["lm_head.weight"] = t["model.embed_tokens.weight"] + 0.01 * g.standard_normal((n, d))
        return t, config, tokenizer(n)
    return make


ANCHOR = mlp(np.random.default_rng(99), sizes=(64, 96, 96, 96, 12))


def rebased(g):
    """Hidden units put in the order that suits another model best, as model merging does (Git Re-Basin)."""
    from scipy.optimize import linear_sum_assignment
    t = mlp(g, sizes=(64, 96, 96, 96, 12))
    names = ["net.0", "net.2", "net.4", "net.6"]
    for a, b in zip(names, names[1:]):
        gain = t[a + ".weight"] @ ANCHOR[a + ".weight"].T + t[b + ".weight"].T @ ANCHOR[b + ".weight"]
        i, j = linear_sum_assignment(gain.T, maximize=True)
        t[a + ".weight"], t[a + ".bias"] = t[a + ".weight"][j], t[a + ".bias"][j]
        t[b + ".weight"] = t[b + ".weight"][:, j]
    return t


def trained_mlp(g, rounds=300):
    """One hidden layer more than convex, trained on data that all share."""
    sizes = (64, 48, 48, 48, 12)
    t = mlp(g, sizes=sizes)
    w = [t[f"net.{2 * i}.weight"] for i in range(4)]
    b = [np.zeros(s) for s in sizes[1:]]
    hot = np.eye(12)[Y]
    for step in range(rounds):
        k = g.integers(len(X), size=128)
        h = [X[k]]
        for i in range(4):
            z = h[-1] @ w[i].T + b[i]
            h.append(np.maximum(z, 0) if i < 3 else z)
        p = np.exp(h[-1] - h[-1].max(1, keepdims=True))
        r = (p / p.sum(1, keepdims=True) - hot[k]) / len(k)
        for i in reversed(range(4)):
            dw, db = r.T @ h[i], r.sum(0)
            r = (r @ w[i]) * (h[i] > 0)
            w[i], b[i] = w[i] - 0.1 * dw, b[i] - 0.1 * db
    return {**{f"net.{2 * i}.weight": x for i, x in enumerate(w)}, **{f"net.{2 * i}.bias": x for i, x in enumerate(b)}}


KINDS = {
    "convex-softmax": regression, "convex-probes": probes, "convex-whitening": least_squares, "convex-principal": principal,
    "vocab-common-semantics": semantics(False), "vocab-common-semantics-principal": semantics(True),
    "aligned-rebasin": rebased, "trained-mlp": trained_mlp,
}
