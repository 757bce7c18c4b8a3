"""TensorFlow's and Keras' numbers in SummaryWriter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tbnb
from tbnb import SummaryWriter
from tbnb.errors import BadValueError

from .peers import scalars, values

tf = pytest.importorskip("tensorflow")
pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def test_tensorflow_scalars_are_taken(tmp_path: Path) -> None:
    """Eager tensors and variables of TensorFlow and Keras are scalars; a variable is logged as it was at the call."""
    import keras

    variable, kept = tf.Variable(2.0), keras.Variable(3.0)
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("tensor", tf.constant(1.0), 1)
        writer.add_scalar("bfloat16", tf.constant([1.5], tf.bfloat16), 1)
        writer.add_scalar("variable", variable, 1)
        writer.add_scalar("keras", kept, 1)
        variable.assign(99.0)
        kept.assign(99.0)

    read = {tag: value for tag, ((_, value),) in scalars(tmp_path).items()}
    assert read == {"tensor": 1.0, "bfloat16": 1.5, "variable": 2.0, "keras": 3.0}


def test_tensorflow_arrays_are_taken(tmp_path: Path) -> None:
    """A histogram of a TensorFlow tensor is that of its NumPy array."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("h", tf.range(10.0))
        writer.add_histogram("h", np.arange(10.0))

    (_, first), (_, second) = values(tmp_path)
    assert first.tensor == second.tensor


def test_hyperparameters_may_be_variables(tmp_path: Path) -> None:
    """An optimizer's learning rate, which is one of Keras, and TensorFlow's numbers; not those that are many."""
    import keras

    given = {"lr": keras.optimizers.SGD(0.5).learning_rate, "depth": tf.Variable(3), "width": tf.constant(8.0)}
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams(given, {"loss": tf.constant(0.25)}, run_name="tried")
        with pytest.raises(BadValueError, match=r"hyperparameter.*'many'"):
            writer.add_hparams({"many": tf.range(2)}, {})

    start = tbnb.read(tmp_path)["tried"]["_hparams_/session_start_info"][0].data
    assert start.hparams == {"lr": 0.5, "depth": 3.0, "width": 8.0}


def test_a_placeholder_is_refused(tmp_path: Path) -> None:
    """Inside tf.function there is no value yet: the error says so."""
    with SummaryWriter(tmp_path) as writer:

        @tf.function(autograph=False)
        def step(x: tf.Tensor) -> tf.Tensor:
            writer.add_scalar("loss", x, 1)
            return x

        with pytest.raises(BadValueError, match="compiled function"):
            step(tf.constant(1.0))
