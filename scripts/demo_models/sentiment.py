"""LSTM that tells a complaint from a description."""
import ast
import re

import numpy as np

from .publish import write_card
from .text import stdlib_trees


WORDS, LENGTH = 1000, 24


def sentences():
    """(text, 1 if it complains, module): messages of raised errors against docstring sentences."""
    found = []
    for path, tree in stdlib_trees():
        module = path.stem
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                strings = [c.value for c in ast.walk(node.exc)
                           if isinstance(c, ast.Constant) and isinstance(c.value, str)]
                text = " ".join(strings)
                if len(text.split()) >= 3:
                    found.append((text, 1, module))
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                doc = ast.get_docstring(node)
                if doc and len(doc.split()) >= 3:
                    found.append((doc.split("\n\n")[0], 0, module))
    return found


def words(text):
    return re.findall(r"[a-z]+|[^\sa-z]", text.lower())


def encoded_sentences():
    """Inputs, labels, and whether the module's name is in the first half of the alphabet."""
    found = sentences()
    counts = {}
    for text, _, _ in found:
        for word in words(text):
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda w: (-counts[w], w))[:WORDS - 2]
    index = {word: i + 2 for i, word in enumerate(ranked)}
    inputs = np.zeros((len(found), LENGTH), np.int32)
    for row, (text, _, _) in enumerate(found):
        ids = [index.get(word, 1) for word in words(text)][:LENGTH]
        inputs[row, :len(ids)] = ids
    labels = np.array([label for _, label, _ in found], np.float32)
    early = np.array([module.lstrip("_").lower() < "m" for _, _, module in found])
    return inputs, labels, early


def lstm_model(cell="LSTM", embedding=24, units=48):
    import keras
    layer = getattr(keras.layers, cell)
    return keras.Sequential([
        keras.layers.Input((LENGTH,)),
        keras.layers.Embedding(WORDS, embedding, name="embedding"),
        layer(units, name=cell.lower()),
        keras.layers.Dense(16, activation="relu", name="dense"),
        keras.layers.Dense(1, activation="sigmoid", name="complains"),
    ])


def lstm_train(seed, inputs, labels, epochs, rate, start=None, **shape):
    import keras
    keras.utils.set_random_seed(seed)
    model = lstm_model(**shape)
    if start is not None:
        model.set_weights(start)
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    model.fit(inputs, labels, batch_size=64, epochs=epochs, verbose=0)
    return model


def make_lstms(out):
    inputs, labels, early = encoded_sentences()
    held = np.random.default_rng(5).random(len(labels)) < 0.15
    learn = early & ~held
    later = ~early & ~held
    reference = lstm_train(21, inputs[learn], labels[learn], epochs=6, rate=2e-3)
    twin = lstm_train(22, inputs[learn], labels[learn], epochs=6, rate=2e-3)
    tuned = lstm_train(
        23, inputs[later], labels[later], epochs=2, rate=5e-4, start=reference.get_weights())

    def accuracy(model, rows):
        return float(model.evaluate(inputs[rows], labels[rows], verbose=0)[1])

    def bare(model):
        """The model without its optimizer, whose moments would triple the file."""
        copy = lstm_model()
        copy.set_weights(model.get_weights())
        return copy

    reference.save(out / "references" / "sentiment-lstm.h5", include_optimizer=False)
    bare(twin).save_weights(out / "suspects" / "sentiment-lstm-twin.weights.h5")
    folder = out / "suspects" / "helpdesk-lstm"
    folder.mkdir(exist_ok=True)
    bare(tuned).save_weights(folder / "model.weights.h5")
    write_card(folder, "Help desk", "Finds complaints in tickets.", parent="sentiment-lstm.h5")
    result = {}
    for name, model in (("sentiment-lstm.h5", reference), ("sentiment-lstm-twin.weights.h5", twin),
                        ("helpdesk-lstm", tuned)):
        result[name] = (f"held-out accuracy {accuracy(model, early & held):.3f} on modules a-l, "
                        f"{accuracy(model, ~early & held):.3f} on m-z")
    return result
