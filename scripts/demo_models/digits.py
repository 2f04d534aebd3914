"""Multi-layer perceptron on the 8x8 digits of scikit-learn."""
import jax
import jax.numpy as jnp
import numpy as np

from .adam import train
from .publish import save_file, write_card


MLP_SIZES = (64, 256, 128, 10)


def digits():
    from sklearn.datasets import load_digits
    data = load_digits()
    images = (data.data / 16.0).astype(np.float32)
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order], data.target[order].astype(np.int32)
    return (images[:1400], labels[:1400]), (images[1400:], labels[1400:])


def mlp_init(seed, sizes=MLP_SIZES):
    """As PyTorch's nn.Linear: uniform within 1/sqrt(fan-in)."""
    rng = np.random.default_rng(seed)
    params = {}
    for i, (fan_in, out) in enumerate(zip(sizes, sizes[1:]), 1):
        bound = 1 / np.sqrt(fan_in)
        params[f"fc{i}.weight"] = rng.uniform(-bound, bound, (out, fan_in)).astype(np.float32)
        params[f"fc{i}.bias"] = rng.uniform(-bound, bound, out).astype(np.float32)
    return params


def mlp_apply(params, x):
    count = len(params) // 2
    for i in range(1, count + 1):
        x = x @ params[f"fc{i}.weight"].T + params[f"fc{i}.bias"]
        x = jax.nn.relu(x) if i < count else x
    return x


def mlp_train(params, data, seed, epochs, rate):
    images, labels = data
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for at in range(0, len(order) - 63, 64):
            pick = order[at:at + 64]
            batches.append((images[pick], labels[pick]))

    def loss(params, batch):
        logits = jax.nn.log_softmax(mlp_apply(params, batch[0]))
        return -jnp.take_along_axis(logits, batch[1][:, None], 1).mean()

    params, _ = train(loss, params, batches, rate)
    return {name: np.asarray(value) for name, value in params.items()}


def mlp_accuracy(params, data):
    return float((np.argmax(mlp_apply(params, data[0]), 1) == data[1]).mean())


def mirrored(data):
    """The same digits as seen in a mirror."""
    return data[0].reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, 64).copy(), data[1]


def make_mlps(out):
    learn, held_out = digits()
    reference = mlp_train(mlp_init(11), learn, seed=1, epochs=40, rate=1e-3)
    twin = mlp_train(mlp_init(12), learn, seed=2, epochs=40, rate=1e-3)
    tuned = mlp_train(reference, mirrored(learn), seed=3, epochs=15, rate=1e-3)
    save_file(reference, out / "references" / "digits-mlp.safetensors")
    save_file(twin, out / "suspects" / "digits-mlp-twin.safetensors")
    folder = out / "suspects" / "mirror-digits"
    folder.mkdir(exist_ok=True)
    save_file(tuned, folder / "model.safetensors")
    write_card(folder, "Mirror digits", "Reads digits in a mirror.", parent="digits-mlp")
    return {
        "digits-mlp": f"held-out accuracy {mlp_accuracy(reference, held_out):.3f}",
        "digits-mlp-twin": f"held-out accuracy {mlp_accuracy(twin, held_out):.3f}",
        "mirror-digits": f"held-out accuracy on mirrored digits "
        f"{mlp_accuracy(tuned, mirrored(held_out)):.3f}, on plain ones "
        f"{mlp_accuracy(tuned, held_out):.3f}",
    }
