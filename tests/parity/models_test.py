"""Temper against mlx-lm on tiny random models of every family.

The probe is PARITY_PROBE, or stands in the build folder of TEMPER_BIN. Both
sides compute in float32, so what remains is the order of additions and the last
bits of rope's angles: 1e-4 is above it and far below any mistake.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import make_tiny

TOLERANCE = 1e-4


def find_probe():
    given = os.environ.get("PARITY_PROBE")
    if given:
        return Path(given)
    build = Path(os.environ["TEMPER_BIN"]).parent
    return build / "tests" / "parity" / "parity_probe"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny.main(str(folder))
    return folder


def probe(model, *adapter):
    output = model / f"output{len(adapter)}.safetensors"
    arguments = [model, model / "inputs.safetensors", output, *adapter]
    done = subprocess.run([find_probe(), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return load_file(output)


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("name", make_tiny.VARIANTS)
def test_logits_are_mlx_lms(tiny, name):
    expected = load_file(tiny / name / "expected.safetensors")
    found = probe(tiny / name)
    assert np.abs(found["logits"] - expected["logits"]).max() <= TOLERANCE
    cached = found["cached"] - expected["logits"][0]
    assert np.abs(cached).max() <= TOLERANCE


@pytest.mark.parametrize("name", make_tiny.VARIANTS)
def test_an_adapters_logits_loss_and_gradients_are_mlx_lms(tiny, name):
    expected = load_file(tiny / name / "expected.safetensors")
    found = probe(tiny / name, tiny / name / "adapter")
    plain = expected.pop("logits")
    adapted = expected.pop("adapted")
    # The adapter must matter, or the comparison shows nothing.
    assert np.abs(adapted - plain).max() > 0.1
    assert np.abs(found["logits"] - adapted).max() <= TOLERANCE
    for gradient, value in expected.items():
        assert np.abs(value).max() > 0, gradient
        assert relative(found[gradient], value) <= TOLERANCE, gradient
        again = found["recomputed." + gradient]
        assert relative(again, value) <= TOLERANCE, gradient
    assert len(found) == 2 + 2 * len(expected)


def test_a_saved_adapter_is_the_one_loaded(tiny):
    model = tiny / "llama"
    probe(model, model / "adapter")
    saved = load_file(model / "output1.safetensors.adapter")
    given = load_file(model / "adapter" / "adapters.safetensors")
    assert saved.keys() == given.keys()
    for name, value in given.items():
        assert saved[name].dtype == np.float32
        np.testing.assert_array_equal(saved[name], value)
