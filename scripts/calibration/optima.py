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


def principal_layers(g):
    """Every hidden layer put on the principal axes of its weights, each with a positive first entry."""
    t = mlp(g, sizes=(64, 96, 96, 96, 12))
    names = ["net.0", "net.2", "net.4", "net.6"]
    for a, b in zip(names, names[1:]):
        u, _, _ = np.linalg.svd(t[a + ".weight"] * np.geomspace(4, 0.2, t[a + ".weight"].shape[1]))
        u = u * np.sign((u.T @ t[a + ".weight"])[:, 0])
        t[a + ".weight"], t[b + ".weight"] = u.T @ t[a + ".weight"], t[b + ".weight"] @ u
    return t


def rebased_llama(g):
    """The feed-forward units of a transformer in the order that suits another model best."""
    from scipy.optimize import linear_sum_assignment
    t, config = llama(g)
    for i in range(3):
        b = f"model.layers.{i}.mlp."
        gain = sum(t[b + n + "_proj.weight"] @ LLAMA[b + n + "_proj.weight"].T for n in ("gate", "up")) + t[b + "down_proj.weight"].T @ LLAMA[b + "down_proj.weight"]
        j = linear_sum_assignment(gain.T, maximize=True)[1]
        for n in ("gate", "up"):
            t[b + n + "_proj.weight"] = t[b + n + "_proj.weight"][j]
        t[b + "down_proj.weight"] = t[b + "down_proj.weight"][:, j]
    return t, config, tokenizer(512)


LLAMA = llama(np.random.default_rng(98))[0]


def sorted_units(g):
    """Units in the order of their norms."""
    t = mlp(g, sizes=(64, 96, 96, 96, 12))
    names = ["net.0", "net.2", "net.4", "net.6"]
    for a, b in zip(names, names[1:]):
        j = np.argsort(-np.linalg.norm(t[a + ".weight"], axis=1))
        t[a + ".weight"], t[b + ".weight"] = t[a + ".weight"][j], t[b + ".weight"][:, j]
    return t


def ridge(g):
    """A map solved in closed form between features that all share, with noise of its own, and its bias."""
    n = X + 0.02 * g.standard_normal(X.shape)
    hot = np.eye(12)[Y]
    return {"coef": np.linalg.solve(n.T @ n + np.eye(64), n.T @ hot).T, "intercept": hot.mean(0)}


def centroids(g):
    """Means of classes, and the nearest-neighbour table of them."""
    n = X + 0.05 * g.standard_normal(X.shape)
    return {"centroids": np.array([n[Y == c].mean(0) for c in range(12)])}


KINDS = {
    "convex-softmax": regression, "convex-probes": probes, "convex-whitening": least_squares, "convex-principal": principal,
    "vocab-common-semantics": semantics(False), "vocab-common-semantics-principal": semantics(True),
    "convex-ridge": ridge, "convex-centroids": centroids, "aligned-principal": principal_layers,
    "aligned-sorted": sorted_units, "aligned-rebasin-llama": rebased_llama,
    "aligned-rebasin": rebased, "trained-mlp": trained_mlp,
}
