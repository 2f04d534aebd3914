"""Adam, shared by the models trained without Keras."""
import jax
import jax.numpy as jnp


def train(loss, params, batches, rate, warmup=0):
    """Adam with a cosine decay to a tenth; returns the parameters and the losses."""
    steps = len(batches)
    zeros = jax.tree.map(jnp.zeros_like, params)

    @jax.jit
    def step(params, first, second, index, batch):
        value, gradient = jax.value_and_grad(loss)(params, batch)
        decay = 0.1 + 0.45 * (1 + jnp.cos(jnp.pi * index / steps))
        now = rate * decay * jnp.minimum(1.0, (index + 1) / max(warmup, 1))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, second, gradient)
        a, b = 1 - 0.9 ** (index + 1), 1 - 0.98 ** (index + 1)
        params = jax.tree.map(
            lambda p, m, v: p - now * (m / a) / (jnp.sqrt(v / b) + 1e-8), params, first, second)
        return params, first, second, value

    losses, first, second = [], zeros, zeros
    for index, batch in enumerate(batches):
        params, first, second, value = step(params, first, second, float(index), batch)
        losses.append(float(value))
    return params, losses
