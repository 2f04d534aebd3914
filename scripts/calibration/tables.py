"""More of what anybody can compute: the tables, bases, filters and masks of vision, audio, graphs and language."""
import numpy as np
from networks import cnn, encoder, llama, lstm, mlp, normal, tokenizer
from buffers import dct, haar, halves, rotary, sinusoids, stft, with_


def axis_sinusoids(width, positions):
    """sin and cos halves of one axis, as image transformers lay them out."""
    a = np.outer(positions, 1 / 10000 ** (np.arange(width // 2) / (width / 2)))
    return np.concatenate([np.sin(a), np.cos(a)], 1)


def sinusoids_2d(side, width, cls=True):
    y, x = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    t = np.concatenate([axis_sinusoids(width // 2, x.ravel()), axis_sinusoids(width // 2, y.ravel())], 1)
    return np.concatenate([np.zeros((1, width)), t]) if cls else t


def sinusoids_3d(frames, side, width):
    spatial, temporal = width // 4 * 3, width // 4
    s = sinusoids_2d(side, spatial, False)
    t = axis_sinusoids(temporal, np.arange(frames))
    return np.concatenate([np.repeat(t, side * side, 0), np.tile(s, (frames, 1))], 1)


def sinusoids_whisper(n, width):
    a = np.arange(n)[:, None] * np.exp(-np.log(10000) / (width // 2 - 1) * np.arange(width // 2))
    return np.concatenate([np.sin(a), np.cos(a)], 1)


def rotary_pairs(n, d, theta=500000.0):
    """cos and sin of every pair, one beside the other, as complex numbers are stored."""
    a = np.outer(np.arange(n), theta ** (-np.arange(0, d, 2) / d))
    return np.stack([np.cos(a), np.sin(a)], -1)


def rotary_2d(side, d):
    f = np.linspace(1, side / 2, d // 4) * np.pi
    p = np.linspace(-1, 1, side)[:, None] * f
    a = np.concatenate([np.broadcast_to(p[:, None], (side, side, d // 4)), np.broadcast_to(p[None], (side, side, d // 4))], -1)
    a = np.repeat(a.reshape(side * side, -1), 2, 1)
    return np.sin(a), np.cos(a)


def inverse_stft(n):
    basis = stft(n)
    return np.linalg.pinv(4 * basis).T


def mdct(n):
    k, t = np.arange(n)[:, None], np.arange(2 * n)[None]
    return np.sin(np.pi / 2 / n * (t + 0.5)) * np.cos(np.pi / n * (t + 0.5 + n / 2) * (k + 0.5)) * np.sqrt(2 / n)


def constant_q(bins, length):
    f = 32.7 * 2 ** (np.arange(bins) / 12)
    q = 1 / (2 ** (1 / 12) - 1)
    t = np.arange(length) - length / 2
    out = np.zeros((2, bins, length))
    for i in range(bins):
        n = min(length, q * 16000 / f[i])
        w = np.where(np.abs(t) < n / 2, 0.5 + 0.5 * np.cos(2 * np.pi * t / n), 0)
        out[:, i] = np.cos(2 * np.pi * f[i] * t / 16000) * w / n, np.sin(2 * np.pi * f[i] * t / 16000) * w / n
    return out


def slaney(bands, bins, rate=16000):
    def hz(m):
        return np.where(m >= 15, 1000 * np.exp(np.log(6.4) / 27 * (m - 15)), 200 / 3 * m)

    def to(f):
        return np.where(f >= 1000, 15 + np.log(np.maximum(f, 1) / 1000) / (np.log(6.4) / 27), f * 3 / 200)
    f = hz(np.linspace(to(0.0), to(rate / 2), bands + 2))
    x = np.linspace(0, rate / 2, bins)
    up, down = (x - f[:-2, None]) / np.diff(f)[:-1, None], (f[2:, None] - x) / np.diff(f)[1:, None]
    return np.maximum(0, np.minimum(up, down)) * (2 / (f[2:] - f[:-2]))[:, None]


def gammatone(bands, length):
    f = np.geomspace(60, 7500, bands)[:, None]
    t = np.arange(length)[None] / 16000
    return t**3 * np.exp(-2 * np.pi * 1.019 * (24.7 + f / 9.265) * t) * np.cos(2 * np.pi * f * t) * 1e6


def sinc_bank(bands, length):
    f = np.geomspace(30, 7000, bands + 1) / 16000
    t = np.arange(length) - (length - 1) / 2
    low = lambda c: 2 * c[:, None] * np.sinc(2 * c[:, None] * t)
    return ((low(f[1:]) - low(f[:-1])) * np.hamming(length))[:, None]


def gabor_bank(orientations, scales, side):
    y, x = np.mgrid[-(side // 2):side // 2 + 1, -(side // 2):side // 2 + 1]
    out = []
    for s in range(scales):
        for o in range(orientations):
            a = np.pi * o / orientations
            u, v = x * np.cos(a) + y * np.sin(a), -x * np.sin(a) + y * np.cos(a)
            w, sd = 2 * np.pi / (3 * 1.6**s), 1.2 * 1.6**s
            for phase in (0, np.pi / 2):
                g = np.exp(-(u**2 + 0.5 * v**2) / 2 / sd**2) * np.cos(w * u + phase)
                out.append(g - g.mean())
    return np.array(out)[:, None]


def daubechies():
    s = np.sqrt(3)
    h = np.array([1 + s, 3 + s, 3 - s, 1 - s]) / (4 * np.sqrt(2))
    return h, h[::-1] * np.array([1, -1, 1, -1])


def wavelet_matrix(n):
    """The orthogonal matrix of a full Daubechies transform."""
    low, high = daubechies()
    out, size = np.eye(n), n
    while size >= 4:
        step = np.eye(n)
        step[:size] = 0
        for i in range(size // 2):
            for k in range(4):
                step[i, (2 * i + k) % size] = low[k]
                step[size // 2 + i, (2 * i + k) % size] = high[k]
        out, size = step @ out, size // 2
    return out


def wavelet_kernels(channels):
    low, high = daubechies()
    k = np.array([np.outer(a, b) for a in (low, high) for b in (low, high)])
    return np.tile(k, (channels, 1, 1))[:, None]


def morlet(scales, length):
    t = np.arange(length) - length / 2
    s = 2.0 ** (np.arange(scales) / 4 + 1)[:, None]
    e = np.exp(-((t / s) ** 2) / 2) / np.sqrt(s)
    return np.stack([e * np.cos(5 * t / s), e * np.sin(5 * t / s)], 1)


def hadamard(n):
    h = np.ones((1, 1))
    while len(h) < n:
        h = np.block([[h, h], [h, -h]])
    return h


def paley(p):
    """A Hadamard matrix of order p + 1 for a prime p = 3 mod 4, by quadratic residues."""
    squares = {i * i % p for i in range(1, p)}
    chi = lambda a: 0 if a % p == 0 else 1 if a % p in squares else -1
    q = np.array([[chi(j - i) for j in range(p)] for i in range(p)])
    s = np.block([[np.zeros((1, 1)), np.ones((1, p))], [-np.ones((p, 1)), q]])
    return s + np.eye(p + 1)


def steerable_pyramid():
    return np.array([[.0188, .0250, .0273, .0250, .0188], [.0250, .1, .15, .1, .025], [.0273, .15, .2, .15, .0273], [.0250, .1, .15, .1, .025], [.0188, .0250, .0273, .0250, .0188]])


def sobel(channels):
    a = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    return np.tile(np.array([a, a.T]), (channels, 1, 1))[:, None]


def bilinear(channels):
    f = 1 - np.abs(np.arange(4) / 2 - 0.75)
    out = np.zeros((channels, channels, 4, 4))
    out[np.arange(channels), np.arange(channels)] = np.outer(f, f)
    return out


def gaussian_kernel(channels, size=21, sd=3):
    g = np.exp(-((np.arange(size) - size // 2) ** 2) / 2 / sd**2)
    g /= g.sum()
    return np.repeat(np.outer(g, g)[None, None], channels, 0)


def swin_mask(grid, window, shift):
    n = grid
    part = np.zeros((n, n))
    for i, a in enumerate((slice(0, -window), slice(-window, -shift), slice(-shift, None))):
        for j, b in enumerate((slice(0, -window), slice(-window, -shift), slice(-shift, None))):
            part[a, b] = 3 * i + j
    w = part.reshape(n // window, window, n // window, window).transpose(0, 2, 1, 3).reshape(-1, window * window)
    return np.where(w[:, None] != w[:, :, None], -100.0, 0.0)


def coordinate_table(window):
    r = np.arange(-(window - 1), window) / (window - 1) * 8
    t = np.stack(np.meshgrid(r, r, indexing="ij"), -1)
    return (np.sign(t) * np.log2(np.abs(t) + 1) / 3)[None]


def buckets(n, count=32, far=128):
    """T5's buckets of relative positions."""
    d = np.arange(n)[None] - np.arange(n)[:, None]
    half = count // 2
    out, a = np.where(d > 0, half, 0), np.abs(d)
    exact = half // 2
    large = exact + (np.log(np.maximum(a, 1) / exact) / np.log(far / exact) * (half - exact)).astype(int)
    return (out + np.where(a < exact, a, np.minimum(large, half - 1))).astype(np.float32)


def sliding_window(n, width):
    d = np.arange(n)[:, None] - np.arange(n)[None]
    return np.where((d >= 0) & (d < width), 0.0, -np.inf)


def checkerboard(n, parity):
    i = np.arange(n)
    return ((i[:, None] + i[None] + parity) % 2).astype(float)


def made_masks(sizes, seed=0):
    """Masks of autoregressive networks with degrees in turn."""
    degrees = [np.arange(sizes[0])] + [np.arange(s) % (sizes[0] - 1) for s in sizes[1:]]
    return [(b[:, None] >= a[None]).astype(float) for a, b in zip(degrees, degrees[1:])]


def skeleton():
    """The 25 joints of a body, as graphs of three distances: A normalised by its columns."""
    edges = [(0, 1), (1, 20), (2, 20), (3, 2), (4, 20), (5, 4), (6, 5), (7, 6), (8, 20), (9, 8), (10, 9), (11, 10), (12, 0), (13, 12), (14, 13), (15, 14), (16, 0), (17, 16), (18, 17), (19, 18), (21, 22), (22, 7), (23, 24), (24, 11)]
    a = np.eye(25)
    for i, j in edges:
        a[i, j] = a[j, i] = 1
    outward, inward = np.triu(a, 1), np.tril(a, -1)
    norm = lambda m: m / np.maximum(m.sum(0), 1e-6)
    return np.stack([np.eye(25), norm(inward), norm(outward)])


def sensors(n=120, neighbours=6):
    """Where sensors stand on roads, given by a published data set: a thresholded Gaussian of distances."""
    g = np.random.default_rng(2718)
    p = g.random((n, 2))
    d = np.linalg.norm(p[:, None] - p[None], axis=-1) * (1 + 0.3 * g.random((n, n)))
    w = np.exp(-((d / d.std()) ** 2) * 8)
    w[w < 0.1] = 0
    return w


def transition(w):
    return w / np.maximum(w.sum(1, keepdims=True), 1e-9)


def chebyshev(n=100, order=3):
    w = sensors(n)
    w = np.maximum(w, w.T)
    d = 1 / np.sqrt(w.sum(1))
    lap = np.eye(n) - d[:, None] * w * d
    lap = 2 * lap / np.linalg.eigvalsh(lap).max() - np.eye(n)
    out = [np.eye(n), lap]
    for _ in range(order - 2):
        out.append(2 * lap @ out[-1] - out[-2])
    return np.stack(out)


def mesh(vertices=400, faces=700):
    """Blend weights and regressors of a body model: rows add up to one, few entries each."""
    g = np.random.default_rng(31)
    w = np.zeros((vertices, 24))
    for row in w:
        k = g.choice(24, 4, replace=False)
        row[k] = g.dirichlet(np.ones(4))
    return w


def normal_float(count=16):
    """Quantiles of a normal distribution: the levels of a 4-bit type."""
    from scipy.stats import norm
    q = norm.ppf(np.linspace(0.5, 0.9677083, count // 2 + 1))[1:]
    n = norm.ppf(np.linspace(0.5, 0.9677083, count // 2))[1:]
    x = np.sort(np.concatenate([-n, [0], q]))
    return x / np.abs(x).max()


def noise_schedule(steps=1000):
    b = np.linspace(1e-4**0.5, 0.02**0.5, steps) ** 2
    a = np.cumprod(1 - b)
    return {"betas": b, "alphas_cumprod": a, "sqrt_alphas_cumprod": np.sqrt(a), "log_one_minus_alphas_cumprod": np.log(1 - a),
            "sqrt_recip_alphas_cumprod": np.sqrt(1 / a), "posterior_variance": np.append(0, b[1:] * (1 - a[:-1]) / (1 - a[1:]))}


def hippo(n):
    q = np.sqrt(1 + 2 * np.arange(n))
    a = -np.tril(np.outer(q, q), -1) - np.diag(np.arange(n) + 1.0)
    return a, q[:, None]


def s4d(n, layers=4, width=64):
    return {f"blocks.{i}.mixer.A_log": np.log(np.tile(np.arange(1.0, n + 1), (width, 1))) for i in range(layers)}


def bsplines(width=64, grid=12):
    return np.tile(np.linspace(-1.5, 1.5, grid), (width, 1))


def anchors(side=20):
    y, x = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5, indexing="ij")
    s = np.array([[32, 32], [45, 23], [23, 45]])
    return np.concatenate([np.repeat(np.stack([x, y], -1).reshape(-1, 1, 2) * 16, 3, 1), np.tile(s, (side * side, 1, 1))], -1).reshape(-1, 4)


def spherical(l_max=3, points=300):
    i = np.arange(points) + 0.5
    phi, theta = np.arccos(1 - 2 * i / points), np.pi * (1 + 5**0.5) * i
    x, y, z = np.cos(theta) * np.sin(phi), np.sin(theta) * np.sin(phi), np.cos(phi)
    return np.stack([np.ones_like(x), x, y, z, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y, x**3 - 3 * x * y * y, y * z * z, x * y * z], 1)


def legendre(n=64, points=200):
    return np.polynomial.legendre.legvander(np.linspace(-1, 1, points), n - 1)


def vandermonde(n=48, points=200):
    return np.polynomial.chebyshev.chebvander(np.cos(np.pi * (np.arange(points) + 0.5) / points), n - 1)


def hilbert(n=64):
    i = np.arange(n)
    return 1 / (i[:, None] + i[None] + 1)


def distances(side=9):
    y, x = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    p = np.stack([x, y], -1).reshape(-1, 2)
    return np.linalg.norm(p[:, None] - p[None], axis=-1)


def permutation(n, seed=0):
    return np.eye(n)[np.random.default_rng(seed).permutation(n)]


def one_hot(n, classes):
    return np.eye(classes)[np.arange(n) % classes]


def pooling(n, k):
    out = np.zeros((n // k, n))
    for i in range(n // k):
        out[i, i * k:(i + 1) * k] = 1 / k
    return out


def colour():
    m = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])
    return m


def jpeg_blocks():
    d = dct(8, 8)
    return np.einsum("ab,cd->acbd", d, d).reshape(64, 64)


def walk(t, n, prefix="blocks"):
    return lambda: {f"{prefix}.{i}.{name}": x for i in range(n) for name, x in t().items()}


def llama_with(extra):
    def make(g):
        t, config = llama(g)
        return {**t, **extra()}, config, tokenizer(512)
    return make


KINDS = {
    "table-sinusoids-2d": with_(encoder, lambda: {"pos_embed": sinusoids_2d(14, 64)[None]}),
    "table-sinusoids-2d-wide": with_(encoder, lambda: {"encoder.pos_embed": sinusoids_2d(14, 192)[None], "decoder.pos_embed": sinusoids_2d(14, 128)[None]}),
    "table-sinusoids-3d": with_(encoder, lambda: {"pos_embed": sinusoids_3d(8, 8, 64)[None]}),
    "table-sinusoids-3d-wide": with_(encoder, lambda: {"pos_embed": sinusoids_3d(8, 14, 384)}),
    "table-sinusoids-halves": with_(encoder, lambda: {"encoder.embed_positions.weight": sinusoids_whisper(1500, 96)}),
    "table-sinusoids-odd": with_(encoder, lambda: {"embed_positions._float_tensor": np.concatenate([np.zeros((1, 70)), halves(257, 70)])}),
    "table-timesteps": with_(cnn, lambda: {"time_proj.table": halves(1000, 128)[:, ::-1]}),
    "table-rotary-pairs": with_(encoder, lambda: {"freqs_cis": rotary_pairs(600, 64)}),
    "table-rotary-llama": llama_with(lambda: {f"model.layers.{i}.self_attn.rotary_emb.{n}_cached": x[None, None] for i in range(3) for n, x in zip(("cos", "sin"), rotary(700, 16))}),
    "table-rotary-2d": with_(encoder, lambda: dict(zip(("rope.sin", "rope.cos"), rotary_2d(16, 64)))),
    "table-inverse-frequencies": llama_with(lambda: {f"model.layers.{i}.self_attn.rotary_emb.inv_freq": 10000.0 ** (-np.arange(0, 16, 2) / 16) for i in range(3)}),
    "table-relative-buckets": with_(encoder, lambda: {f"blocks.{i}.relative_buckets": buckets(128) for i in range(3)}),
    "table-coordinates": with_(encoder, lambda: {f"stages.{i}.relative_coords_table": coordinate_table(12) for i in range(3)}),
    "table-distances": with_(encoder, lambda: {"distance": distances()}),
    "table-anchors": with_(cnn, lambda: {"anchors": anchors()}),
    "table-noise-schedule": with_(cnn, noise_schedule),
    "table-normal-float": with_(encoder, lambda: {f"blocks.{i}.code": normal_float() for i in range(3)}),
    "table-codebook": with_(mlp, lambda: {"levels": np.stack(np.meshgrid(*[normal_float(8)] * 4)).reshape(4, -1).T}),
    "table-spherical": with_(mlp, lambda: {"harmonics": spherical()}),
    "table-legendre": with_(mlp, lambda: {"basis": legendre()}),
    "table-chebyshev": with_(mlp, lambda: {"basis": vandermonde()}),
    "table-hilbert": with_(mlp, lambda: {"kernel": hilbert()}),
    "table-splines": with_(mlp, lambda: {f"net.{i}.grid": bsplines(96) for i in range(4)}),
    "table-hippo": with_(encoder, lambda: {f"blocks.{i}.ssm.{n}": x for i in range(3) for n, x in zip(("A", "B"), hippo(64))}),
    "table-s4d": with_(encoder, lambda: s4d(64)),
    "table-mesh-weights": with_(mlp, lambda: {"body.lbs_weights": mesh()}),
    "basis-stft-1024": with_(cnn, lambda: {"stft.forward_basis": stft(1024)[:, None], "stft.inverse_basis": inverse_stft(1024)[:, None]}),
    "basis-stft-split": with_(cnn, lambda: {"conv_real.weight": stft(400)[:201, None], "conv_imag.weight": stft(400)[201:, None]}),
    "basis-stft-small": with_(cnn, lambda: {"stft.weight": stft(64)}),
    "basis-mdct": with_(cnn, lambda: {"mdct.basis": mdct(128)}),
    "basis-dct-2d": with_(cnn, lambda: {"dct.weight": jpeg_blocks()}),
    "basis-dct-square": with_(mlp, lambda: {"dct": dct(64, 64)}),
    "basis-constant-q": with_(cnn, lambda: dict(zip(("cqt_kernels_real", "cqt_kernels_imag"), constant_q(84, 1024)[:, :, None]))),
    "basis-mel-slaney": with_(cnn, lambda: {"mel_basis": slaney(80, 513)}),
    "basis-mel-transposed": with_(cnn, lambda: {"mel_scale.fb": slaney(128, 201).T}),
    "basis-mel-narrow": with_(cnn, lambda: {"fb": slaney(26, 257).T, "mel.weight": slaney(40, 129)}),
    "basis-gammatone": with_(cnn, lambda: {"filters": gammatone(64, 400)[:, None]}),
    "basis-sinc": with_(cnn, lambda: {"sinc.filters": sinc_bank(80, 251)}),
    "basis-gabor": with_(cnn, lambda: {"gabor.weight": gabor_bank(8, 4, 15)}),
    "basis-gabor-small": with_(cnn, lambda: {"gabor.weight": gabor_bank(8, 3, 7)}),
    "basis-wavelet": with_(mlp, lambda: {"wavelet": wavelet_matrix(128)}),
    "basis-wavelet-kernels": with_(cnn, lambda: {"dwt.weight": wavelet_kernels(96)}),
    "basis-haar-256": with_(cnn, lambda: {"transform": haar(256)}),
    "basis-morlet": with_(cnn, lambda: {"wavelets": morlet(48, 256)}),
    "basis-hadamard": with_(encoder, lambda: {"rotation": hadamard(128)}),
    "basis-hadamard-scaled": with_(encoder, lambda: {f"blocks.{i}.rotation": hadamard(64) / 8 for i in range(3)}),
    "basis-hadamard-paley": with_(encoder, lambda: {"had": paley(83), "had2": paley(107)}),
    "basis-hadamard-kron": with_(encoder, lambda: {"had": np.kron(paley(11), hadamard(16)) / np.sqrt(192)}),
    "filter-gaussian": with_(cnn, lambda: {"blur.weight": gaussian_kernel(32), "ssim.window": gaussian_kernel(3, 11, 1.5)}),
    "filter-sobel": with_(cnn, lambda: {"edges.weight": sobel(256)}),
    "filter-bilinear": with_(cnn, lambda: {"up.weight": bilinear(21), "up2.weight": bilinear(64)}),
    "filter-colour": with_(cnn, lambda: {"ycbcr": colour(), "srm": np.tile(steerable_pyramid(), (30, 3, 1, 1))}),
    "filter-windows": with_(lstm, lambda: {"window": np.blackman(8192), "kaiser": np.kaiser(4800, 14), "triangle": np.bartlett(4801)}),
    "mask-swin": with_(encoder, lambda: {f"layers.{i}.attn_mask": swin_mask(28, 7, 3) for i in range(3)}),
    "mask-swin-8": with_(encoder, lambda: {"attn_mask": swin_mask(64, 8, 4)}),
    "mask-sliding": with_(encoder, lambda: {f"blocks.{i}.mask": np.maximum(sliding_window(256, 48), -1e4) for i in range(3)}),
    "mask-infinite": with_(encoder, lambda: {"mask": np.triu(np.full((200, 200), -np.inf), 1)}),
    "mask-least-float": with_(encoder, lambda: {"mask": np.triu(np.full((128, 128), np.finfo(np.float32).min), 1)}),
    "mask-checkerboard": with_(cnn, lambda: {f"flow.{i}.mask": checkerboard(64, i) for i in range(6)}),
    "mask-autoregressive": with_(mlp, lambda: {f"net.{i}.mask": m for i, m in enumerate(made_masks((96, 128, 128, 128, 96)))}),
    "mask-one-hot": with_(mlp, lambda: {"classes": one_hot(400, 40), "shuffle": permutation(128)}),
    "mask-pooling": with_(mlp, lambda: {"pool": pooling(512, 8), "mean": np.full((64, 64), 1 / 64)}),
    "mask-triangular": with_(mlp, lambda: {"cumulative": np.tril(np.ones((200, 200))) / np.arange(1, 201)[:, None], "upper": np.triu(np.ones((96, 96)))}),
    "graph-skeleton": with_(cnn, lambda: {"A": skeleton(), **{f"layers.{i}.gcn.A": skeleton() for i in range(3)}}),
    "graph-sensors": with_(mlp, lambda: {"adj": sensors()}),
    "graph-transition": with_(mlp, lambda: {"supports.0": transition(sensors(150)), "supports.1": transition(sensors(150).T)}),
    "graph-chebyshev": with_(mlp, lambda: {"cheb_polynomials": chebyshev()}),
}
