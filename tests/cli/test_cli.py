"""The program as a user meets it: help texts, exit codes, exact messages.

Golden help texts are made with `temper COMMAND --help`.
"""

import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
TEMPER = os.environ["TEMPER_BIN"]


def temper(*words, cwd=None, stdin=""):
    env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    return subprocess.run([TEMPER, *words], capture_output=True, text=True,
                          cwd=cwd, input=stdin, env=env, timeout=120)


@pytest.mark.parametrize("command", ["lora", "generate", "eval", "convert"])
def test_help_is_the_golden_text(command):
    shown = temper(command, "--help")
    assert shown.returncode == 0
    assert shown.stdout == (HERE / "golden" / f"{command}.txt").read_text()
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


def test_overview_is_the_golden_text():
    shown = temper("--help")
    assert shown.returncode == 0
    assert shown.stdout == (HERE / "golden" / "temper.txt").read_text()


def test_train_is_the_same_command_as_lora():
    assert temper("train", "--help").stdout == temper("lora", "--help").stdout


def test_version_names_temper_and_mlx():
    assert temper("--version").stdout == "temper 0.1.0 (MLX 0.32.4)\n"


CASES = [
    ([], 2, None),
    (["frobnicate"], 2,
     'error: temper has no command "frobnicate". See temper --help.\n'),
    (["genrate"], 2,
     'error: temper has no command "genrate". Did you mean generate?\n'),
    (["lora", "--trian"], 2,
     "error: temper lora has no option --trian. Did you mean --train?\n"),
    (["lora", "--report-to", "wandb"], 2,
     "error: --report-to: comes with a later version of Temper.\n"),
    (["convert", "-q"], 2,
     "error: -q: quantizing comes with a later version of Temper.\n"),
    (["lora", "--iters", "many"], 3,
     'error: --iters: "many" is not a whole number.\n'),
    (["lora", "--batch-size", "0"], 3,
     "error: --batch-size: 0 must be at least 1.\n"),
    (["lora"], 3,
     "error: --train, --test: neither is given. Give one of them, or both.\n"
     "--model: is missing. Give a model's folder.\n"
     "--data: is missing. Give a folder with train.jsonl.\n"),
    (["generate", "--model", "nowhere"], 4,
     "error: nowhere: there is no such folder. Models are not downloaded yet: "
     "give a folder on disk, or make one with temper convert.\n"),
    (["eval", "--model", "nowhere", "--data", "d", "--split", "all"], 3,
     "error: --split: all must be one of train, valid, test.\n"),
]


@pytest.mark.parametrize("words, status, message", CASES,
                         ids=[" ".join(c[0]) or "nothing" for c in CASES])
def test_bad_input_is_answered(words, status, message, tmp_path):
    shown = temper(*words, cwd=tmp_path)
    assert shown.returncode == status
    assert shown.stdout == ""
    if message is not None:
        assert shown.stderr == message


def test_a_yaml_file_is_checked_as_flags_are(tmp_path):
    (tmp_path / "c.yaml").write_text(
        "batch_sise: 4\nlr_schedule:\n  name: cosine_decay\niters: 1e-5\n")
    shown = temper("lora", "--train", "-c", "c.yaml", cwd=tmp_path)
    assert shown.returncode == 3
    assert shown.stderr == (
        "error: c.yaml: lr_schedule: comes with a later version of Temper.\n"
        "c.yaml: iters: 1e-05 is not a whole number.\n"
        "c.yaml: batch_sise: is not an option. Did you mean batch_size?\n")


def test_a_missing_yaml_file_is_named(tmp_path):
    shown = temper("lora", "-c", "absent.yaml", cwd=tmp_path)
    assert shown.returncode == 4
    assert "absent.yaml" in shown.stderr
