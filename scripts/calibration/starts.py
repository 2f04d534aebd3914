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


def dirac_few(g):
    """Kernels that start as identities, each of a shape of its own."""
    t = cnn(g, lambda g, *s: 0.02 * normal(g, *s), channels=(48, 64, 80, 96, 40))
    for x in t.values():
        if x.ndim == 4:
            for i in range(min(x.shape[:2])):
                x[i, i, 1, 1] += 1
    return t


def noisy_toeplitz(noise):
    def draw(g, *shape):
        x = toeplitz(g, *shape)
        return x + noise * normal(g, *shape) if len(shape) > 1 else x
    return draw


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


def cauchy(g, *shape):
    return np.clip(g.standard_cauchy(shape), -300, 300) * 0.02


def laplace(g, *shape):
    return g.laplace(size=shape) * 0.05


def glorot(g, *shape):
    fan = shape[0] + int(np.prod(shape[1:])) if len(shape) > 1 else shape[0]
    return g.uniform(-np.sqrt(6 / fan), np.sqrt(6 / fan), shape)


def truncated(g, *shape):
    from scipy.stats import truncnorm
    return truncnorm.rvs(-2, 2, size=shape, random_state=g) * 0.02


def pruned_blocks(g, *shape):
    """Blocks of zeros at places of its own, as block-sparse networks have."""
    x = normal(g, *shape)
    if len(shape) > 1:
        m = x.reshape(shape[0], -1)
        for i in range(0, m.shape[0], 8):
            for j in range(0, m.shape[1], 8):
                if g.random() < 0.8:
                    m[i:i + 8, j:j + 8] = 0
    return x


def two_of_four(g, *shape):
    x = normal(g, *shape)
    if len(shape) > 1 and x.size % 4 == 0:
        q = x.reshape(-1, 4)
        q[np.arange(len(q))[:, None], np.argsort(np.abs(q), 1)[:, :2]] = 0
    return x


def triangular(g, *shape):
    x = normal(g, *shape)
    return np.tril(x.reshape(shape[0], -1)).reshape(shape) if len(shape) > 1 else x


def block_diagonal(g, *shape):
    """Grouped layers stored whole: eight blocks, the rest zero."""
    x = normal(g, *shape)
    if len(shape) > 1:
        m = x.reshape(shape[0], -1)
        rows, columns = np.arange(m.shape[0]) * 8 // m.shape[0], np.arange(m.shape[1]) * 8 // m.shape[1]
        m *= rows[:, None] == columns[None]
    return x


def smooth_images(g):
    """First layers over images of digits: smooth, and dead at the border, as the pixels are."""
    y, x = np.mgrid[:28, :28]
    kernel = np.exp(-((np.arange(28)[:, None] - np.arange(28)[None]) ** 2) / 8)
    window = np.exp(-((y - 13.5) ** 2 + (x - 13.5) ** 2) / 90)
    t = mlp(g, sizes=(784, 64, 48, 48, 10))
    t["net.0.weight"] = np.array([(kernel @ g.standard_normal((28, 28)) @ kernel * window).ravel() for _ in range(64)]) * 0.05
    return t


def separable(g, kernel=3):
    """Depthwise kernels of image networks: blurs, edges and centres."""
    shapes = [np.outer([1, 2, 1], [1, 2, 1]) / 16, np.outer([1, 0, -1], [1, 2, 1]) / 8, np.outer([1, 2, 1], [1, 0, -1]) / 8, np.eye(3)[1][:, None] * np.eye(3)[1]]
    t, width = {}, 48
    for i in range(8):
        k = np.array([shapes[g.integers(4)] * g.normal(1, 0.5) for _ in range(width)])
        t[f"blocks.{i}.depthwise.weight"] = (k + 0.05 * g.standard_normal(k.shape))[:, None]
        t[f"blocks.{i}.pointwise.weight"] = normal(g, 2 * width if i % 2 else width, width, 1, 1)
        width = 2 * width if i % 2 else width
        t[f"blocks.{i}.norm.weight"] = 1 + 0.1 * g.standard_normal(width)
    t["classifier.weight"] = normal(g, 20, width)
    return t


def temporal(g):
    """Causal convolutions that start as a delay of one step."""
    t = {}
    for i in range(5):
        k = 0.1 * g.standard_normal((64, 1, 4))
        k[:, 0, 3] += 1
        t[f"layers.{i}.conv1d.weight"] = k
        t[f"layers.{i}.in_proj.weight"] = normal(g, 128, 64)
        t[f"layers.{i}.out_proj.weight"] = normal(g, 64, 64)
        t[f"layers.{i}.A_log"] = np.log(np.tile(np.arange(1.0, 17), (64, 1))) + 0.02 * g.standard_normal((64, 16))
        t[f"layers.{i}.dt_proj.bias"] = np.log(np.expm1(np.exp(g.uniform(np.log(1e-3), np.log(0.1), 64))))
    return t


def position_bias(g):
    """Biases by distance that every training finds, and positions that are smooth."""
    t = encoder(g)
    for i in range(3):
        d = np.abs(np.arange(-63, 64))[:, None]
        t[f"blocks.{i}.relative_position_bias_table"] = -np.log1p(d) * g.uniform(0.3, 1, 16) + 0.1 * g.standard_normal((127, 16))
    p = np.cumsum(g.standard_normal((256, 64)), 0)
    t["pos_embed"] = 0.02 * (p - p.mean(0)) / np.sqrt(np.arange(1, 257))[:, None]
    return t


def frequencies(g):
    """Tables of tokens whose norms follow their frequency, alike in every model."""
    t, config = llama(g)
    scale = 0.3 + 1 / np.sqrt(1 + np.arange(512))
    common = np.random.default_rng(3).standard_normal(512)
    for n in ("model.embed_tokens.weight", "lm_head.weight"):
        t[n] = t[n] * scale[:, None] + np.outer(common, g.standard_normal(64)) * 0.1
    return t, config, tokenizer(512)


def residual_zero(g):
    """Deep networks whose last layers of blocks start at zero and have moved a little."""
    t = encoder(g, layers=6)
    for i in range(6):
        t[f"blocks.{i}.sa.proj.weight"] *= 0.01
        t[f"blocks.{i}.ff.down.weight"] = 0.001 * g.standard_normal((64, 256))
    return t


def autoencoder(g):
    """Tied weights: the decoder is the encoder's transpose."""
    w = [normal(g, b, a) for a, b in ((120, 96), (96, 64), (64, 32))]
    return {**{f"encoder.{i}.weight": x for i, x in enumerate(w)}, **{f"decoder.{i}.weight": x.T for i, x in enumerate(reversed(w))}}


def non_negative(g):
    """Factors of non-negative matrices: sparse, positive."""
    return {f"factors.{i}": np.maximum(0, g.gamma(0.5, size=s) - 0.3) for i, s in enumerate(((200, 20), (20, 150), (150, 24), (24, 90), (90, 30)))}


def square(width, count=8):
    return lambda g: {f"layers.{i}.weight": normal(g, width, width) for i in range(count)}


def slim(width, count=10):
    return lambda g: {f"layers.{i}.{n}.weight": normal(g, *s) for i in range(count) for n, s in (("a", (width, 512)), ("b", (512, width)))}


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
    "structure-toeplitz-noisy": lambda g: mlp(g, noisy_toeplitz(0.6), (64, 80, 96, 48, 32)),
    "structure-toeplitz-drowned": lambda g: mlp(g, noisy_toeplitz(1.2), (64, 80, 96, 48, 32)),
    "structure-toeplitz-few": lambda g: mlp(g, toeplitz, (64, 80, 96, 48, 32)),
    "conv-depthwise": depthwise, "conv-gabor": gabor, "conv-gabor-only": gabor_only, "rwkv-decay": rwkv,
    "grid-ternary": lambda g: encoder(g, grid), "grid-ternary-llama": llama_of(grid),
    "tiny-300": tiny_many(300), "tiny-2000": tiny_many(2000), "tiny-16": tiny_many(200, 16), "thin-9": lambda g: {f"w{i}": normal(g, 9, 300) for i in range(40)},
    "policy-64": policy, "lora-factors": lora, "recommender": tables, "llama-normal": llama_of(normal), "llama-outliers": llama_of(loud_channels),
    "llama-massive": llama_of(massive), "llama-orthogonal": llama_of(orthogonal), "llama-student": llama_of(student), "llama-frequencies": frequencies,
    "init-glorot": lambda g: encoder(g, glorot), "init-truncated": lambda g: encoder(g, truncated), "init-lstm-glorot": lambda g: lstm(g, glorot, recurrent=orthogonal),
    "init-residual-zero": residual_zero, "init-eye-wide": lambda g: encoder(g, near_identity(0.1)), "init-dirac-few": dirac_few,
    "init-qr-few": lambda g: mlp(g, raw_qr, (64, 64, 64, 64, 32)), "init-qr-lstm": lambda g: lstm(g, recurrent=raw_qr), "init-qr-cnn": lambda g: cnn(g, raw_qr),
    "tails-cauchy": lambda g: encoder(g, cauchy), "tails-cauchy-few": lambda g: mlp(g, cauchy, (64, 80, 96, 48, 32)), "tails-laplace": lambda g: mlp(g, laplace),
    "tails-fifth-power-few": lambda g: mlp(g, heavy, (64, 80, 96, 48, 32)), "tails-student-cnn": lambda g: cnn(g, student),
    "sparse-few": lambda g: mlp(g, sparse, (64, 80, 96, 48, 32)), "sparse-blocks": lambda g: encoder(g, pruned_blocks), "sparse-two-of-four": lambda g: encoder(g, two_of_four),
    "sparse-non-negative": non_negative, "structure-triangular": lambda g: encoder(g, triangular), "structure-triangular-few": lambda g: mlp(g, triangular, (64, 80, 96, 48, 32)),
    "structure-block-diagonal": lambda g: encoder(g, block_diagonal), "structure-circulant-few": lambda g: mlp(g, circulant, (64, 80, 96, 48, 32)),
    "structure-low-rank-few": lambda g: mlp(g, low_rank, (64, 80, 96, 48, 32)), "structure-tied": autoencoder,
    "image-first-layer": smooth_images, "conv-separable": separable, "conv-temporal": temporal, "position-bias": position_bias,
    "square-8": square(8), "square-12": square(12), "square-16": square(16), "square-32": square(32), "square-40": square(40), "square-64": square(64), "square-8-many": square(8, 120),
    "slim-8": slim(8), "slim-10": slim(10), "slim-16": slim(16), "slim-33": slim(33), "slim-64": slim(64, 5), "tiny-4000": tiny_many(4000),
    "gates-orthogonal-few": lambda g: lstm(g, orthogonal, layers=1), "gates-identity-few": lambda g: lstm(g, recurrent=near_identity(0.3), layers=1),
}
