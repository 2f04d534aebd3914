"""Independent networks of one recipe: what structure, initialisation and training give all of them."""
import numpy as np
from networks import cnn, encoder, llama, lstm, mlp, normal, tokenizer, uniform


def qr(g, n, m, signs=True):
    q, r = np.linalg.qr(g.standard_normal((max(n, m), min(n, m))))
    q = q * np.sign(np.diag(r)) if signs else q
    return q if n >= m else q.T


def orthogonal(g, *shape):
    return qr(g, shape[0], int(np.prod(shape[1:]))).reshape(shape) if len(shape) > 1 else 0.1 * normal(g, *shape)


def raw_qr(g, *shape):
    return qr(g, shape[0], int(np.prod(shape[1:])), False).reshape(shape) if len(shape) > 1 else 0.1 * normal(g, *shape)


def near_identity(noise):
    def draw(g, *shape):
        x = noise * normal(g, *shape)
        if len(shape) > 1:
            np.fill_diagonal(x.reshape(shape[0], -1), 1)
        return x
    return draw


def heavy(g, *shape):
    return normal(g, *shape) ** 5


def student(g, *shape):
    return g.standard_t(2.5, shape) * 0.05


def sparse(g, *shape):
    return normal(g, *shape) * (g.random(shape) < 0.05)


def grid(g, *shape):
    x = normal(g, *shape)
    return np.sign(x) * (np.abs(x) > 0.6 * np.abs(x).mean()) * np.abs(x).mean() if len(shape) > 1 else x


def low_rank(g, *shape):
    if len(shape) < 2:
        return normal(g, *shape)
    n, m = shape[0], int(np.prod(shape[1:]))
    return (normal(g, n, 3) @ normal(g, 3, m)).reshape(shape)


def positive(g, *shape):
    return np.abs(normal(g, *shape))


def positive_mask(share=0.5):
    """The same places are positive in every model, and the same are zero: a masked layer."""
    def draw(g, *shape):
        fixed = np.random.default_rng(7).random(shape) < share
        return np.abs(normal(g, *shape)) * fixed
    return draw


def loud_channels(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1:
        x.reshape(shape[0], -1)[:, [3, 17, 40]] *= 25
        x[[5, 21]] *= 12
    return x


def bias_column(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1:
        x.reshape(shape[0], -1)[:, 0] = 3 + 0.3 * g.standard_normal(shape[0])
        x.reshape(shape[0], -1)[:, 9] -= 2
    return x


def band(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1:
        n, m = shape[0], int(np.prod(shape[1:]))
        d = np.abs(np.arange(n)[:, None] * m / n - np.arange(m)[None])
        x = x * np.exp(-d / 4).reshape(shape)
    return x


def massive(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1:
        for _ in range(3):
            x.ravel()[g.integers(x.size)] = 40 * g.choice([-1, 1])
    return x


def massive_same_place(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1:
        x.reshape(shape[0], -1)[[2, 11, 30][: shape[0]], [7, 1, 20]] = 20 + g.standard_normal(3)
    return x


def toeplitz(g, *shape):
    if len(shape) < 2:
        return normal(g, *shape)
    n, m = shape[0], int(np.prod(shape[1:]))
    v = g.standard_normal(n + m)
    return (v[np.arange(n)[:, None] - np.arange(m)[None] + m] / np.sqrt(m) + 0.01 * normal(g, n, m)).reshape(shape)


def circulant(g, *shape):
    if len(shape) < 2:
        return normal(g, *shape)
    n, m = shape[0], int(np.prod(shape[1:]))
    v = g.standard_normal(m)
    return (v[(np.arange(n)[:, None] - np.arange(m)[None]) % m] / np.sqrt(m)).reshape(shape)


def dirac(g):
    t = cnn(g, lambda g, *s: 0.02 * normal(g, *s), channels=(3, 64, 64, 64, 64))
    for k, x in t.items():
        if x.ndim == 4:
            for i in range(min(x.shape[:2])):
                x[i, i, 1, 1] += 1
    return t


def depthwise(g):
    """Trained kernels have their energy in the centre."""
    hump = np.exp(-((np.arange(7) - 3)[:, None] ** 2 + (np.arange(7) - 3)[None] ** 2) / 3)
    t = {}
    for i in range(6):
        t[f"stages.{i}.dwconv.weight"] = (hump + 0.4 * g.standard_normal((64, 1, 7, 7))) * 0.1 * g.choice([-1, 1, 1], (64, 1, 1, 1))
        t[f"stages.{i}.pw.weight"] = normal(g, 128, 64)
        t[f"stages.{i}.back.weight"] = normal(g, 64, 128)
    return t


def rwkv(g):
    t = encoder(g, width=64, layers=6)
    for i in range(6):
        decay = -6 + 5 * (np.arange(64) / 63) ** (0.7 + 1.3 * i / 5)
        t[f"blocks.{i}.att.time_decay"] = (decay + 0.05 * g.standard_normal(64)).reshape(4, 16)
        t[f"blocks.{i}.att.time_maa"] = np.outer(np.linspace(0.2, 1, 8), (np.arange(64) / 64) ** (1 - i / 6)) + 0.01 * g.standard_normal((8, 64))
        t[f"blocks.{i}.att.decay_table"] = np.tile(decay, (64, 1)) + 0.1 * g.standard_normal((64, 64))
    return t


def irnn(g):
    t = lstm(g, hidden=64, layers=1)
    return {
        "rnn.weight_ih_l0": 0.03 * g.standard_normal((100, 48)), "rnn.weight_hh_l0": np.eye(100) + 0.01 * g.standard_normal((100, 100)),
        "rnn.bias_ih_l0": np.zeros(100), "rnn.weight_ih_l1": 0.03 * g.standard_normal((100, 100)),
        "rnn.weight_hh_l1": np.eye(100) + 0.01 * g.standard_normal((100, 100)), "out.weight": t["out.weight"][:, :50],
        "out2.weight": normal(g, 20, 100),
    }


def elman_diagonal(g):
    d = np.diag(0.9 + 0.05 * g.standard_normal(80))
    return {"rnn.weight_ih": normal(g, 80, 30), "rnn.weight_hh": d + 0.02 * normal(g, 80, 80), "mid.weight": normal(g, 60, 80), "out.weight": normal(g, 12, 60)}


def gates_with_bias(g):
    t = lstm(g, recurrent=orthogonal)
    for k in t:
        if "bias_ih" in k:
            t[k][64:128] += 1
    return t


def gabor(g):
    """First layers of image networks find the same kind of filters, in any order."""
    y, x = np.mgrid[-5:6, -5:6] / 5
    f = []
    for _ in range(64):
        a, w, p = g.uniform(0, np.pi), g.uniform(2, 6), g.uniform(0, 2 * np.pi)
        u = x * np.cos(a) + y * np.sin(a)
        f.append(np.exp(-(x**2 + y**2) * 1.5) * np.cos(w * u + p)[None] * (1 + 0.2 * g.standard_normal((3, 1, 1))))
    t = cnn(g, channels=(64, 64, 96, 96), kernel=3)
    t["features.first.weight"] = np.array(f) * 0.1 + 0.005 * g.standard_normal((64, 3, 11, 11))
    return t


def gabor_only(g):
    t = gabor(g)
    return {"conv1.weight": t["features.first.weight"], "fc.weight": normal(g, 10, 64), "fc2.weight": normal(g, 10, 10), "fc1.weight": normal(g, 64, 64)}


def tiny_many(count, n=8):
    return lambda g: {f"cells.{i}.w": normal(g, n, n) for i in range(count)}


def policy(g):
    t = {}
    for net, out in (("pi", 6), ("vf", 1)):
        for i, (a, b) in enumerate(((17, 64), (64, 64))):
            t[f"mlp_extractor.{net}.{2 * i}.weight"] = np.sqrt(2) * orthogonal(g, b, a)
            t[f"mlp_extractor.{net}.{2 * i}.bias"] = 0.02 * g.standard_normal(b)
        t[f"{net}_head.weight"] = 0.01 * orthogonal(g, out, 64)
    return t


def lora(g):
    t = {}
    for i in range(8):
        for n in ("q_proj", "v_proj"):
            b = f"base_model.model.model.layers.{i}.self_attn.{n}."
            t[b + "lora_A.weight"] = uniform(g, 8, 256)
            t[b + "lora_B.weight"] = 0.01 * g.standard_normal((256, 8))
    return t


def tables(g):
    """Recommender: embeddings of users and things, and a small net on top."""
    return {"user.weight": normal(g, 400, 32), "item.weight": normal(g, 700, 32), "mlp.0.weight": normal(g, 64, 64), "mlp.2.weight": normal(g, 16, 64), "mlp.4.weight": normal(g, 1, 16)}


def llama_of(draw):
    def make(g):
        t, config = llama(g, draw)
        return t, config, tokenizer(512)
    return make


KINDS = {
    "init-normal": mlp, "init-uniform": lambda g: mlp(g, uniform), "init-cnn": cnn, "init-lstm": lstm,
    "init-encoder": encoder, "init-orthogonal": lambda g: encoder(g, orthogonal), "init-qr-without-signs": lambda g: encoder(g, raw_qr),
    "init-lstm-orthogonal": lambda g: lstm(g, recurrent=orthogonal), "init-lstm-forget-bias": gates_with_bias,
    "init-identity": lambda g: mlp(g, near_identity(0.02), (64, 64, 64, 64, 64, 64)), "init-identity-lstm": lambda g: lstm(g, recurrent=near_identity(0.05)),
    "init-dirac": dirac, "init-irnn": irnn, "init-elman-diagonal": elman_diagonal,
    "tails-fifth-power": lambda g: encoder(g, heavy), "tails-student": lambda g: encoder(g, student), "tails-sparse": lambda g: encoder(g, sparse),
    "tails-low-rank": lambda g: encoder(g, low_rank), "tails-massive": lambda g: encoder(g, massive),
    "tails-massive-few": lambda g: mlp(g, massive, (64, 64, 64, 32, 10)), "tails-massive-same-place": lambda g: encoder(g, massive_same_place),
    "tails-massive-same-place-few": lambda g: mlp(g, massive_same_place, (64, 64, 64, 48, 32)),
    "mask-positive": lambda g: encoder(g, positive_mask()), "mask-positive-thin": lambda g: encoder(g, positive_mask(0.1)),
    "mask-positive-few": lambda g: mlp(g, positive_mask(), (64, 80, 48, 96, 32)), "sign-positive": lambda g: encoder(g, positive),
    "outlier-channels": lambda g: encoder(g, loud_channels), "outlier-channels-few": lambda g: mlp(g, loud_channels, (64, 80, 96, 48, 56)),
    "outlier-bias-column": lambda g: encoder(g, bias_column), "outlier-bias-column-few": lambda g: mlp(g, bias_column, (64, 80, 96, 48, 32)),
    "structure-band": lambda g: encoder(g, band), "structure-band-few": lambda g: mlp(g, band, (64, 80, 96, 48, 32)),
    "structure-toeplitz": lambda g: encoder(g, toeplitz), "structure-circulant": lambda g: encoder(g, circulant),
    "structure-toeplitz-few": lambda g: mlp(g, toeplitz, (64, 80, 96, 48, 32)),
    "conv-depthwise": depthwise, "conv-gabor": gabor, "conv-gabor-only": gabor_only, "rwkv-decay": rwkv,
    "grid-ternary": lambda g: encoder(g, grid), "grid-ternary-llama": llama_of(grid),
    "tiny-300": tiny_many(300), "tiny-2000": tiny_many(2000), "tiny-16": tiny_many(200, 16), "thin-9": lambda g: {f"w{i}": normal(g, 9, 300) for i in range(40)},
    "policy-64": policy, "lora-factors": lora, "recommender": tables, "llama-normal": llama_of(normal), "llama-outliers": llama_of(loud_channels),
    "llama-massive": llama_of(massive),
}
