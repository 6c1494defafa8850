"""The example data is what its generator writes, and its splits differ."""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import make_commands_data as maker  # noqa: E402
from commands_phrases import INTENTS, POOLS  # noqa: E402

SPLITS = {"train": 800, "valid": 100, "test": 100}


def rows(split):
    path = ROOT / "examples" / "commands" / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def plain(phrase):
    return "".join(c for c in phrase.lower() if c.isalnum() or c in "{} ")


def test_regeneration_is_byte_identical(tmp_path):
    maker.main(tmp_path)
    for split in SPLITS:
        committed = ROOT / "examples" / "commands" / f"{split}.jsonl"
        fresh = tmp_path / f"{split}.jsonl"
        assert fresh.read_bytes() == committed.read_bytes(), split


def test_every_split_has_its_rows_and_all_intents():
    for split, count in SPLITS.items():
        answers = [json.loads(r["messages"][2]["content"]) for r in rows(split)]
        assert len(answers) == count
        assert {a["intent"] for a in answers} == set(INTENTS)


def test_no_phrasing_stands_in_two_splits():
    owners = {}
    for intent, spec in INTENTS.items():
        for split in SPLITS:
            for phrase in spec[split]:
                owner = owners.setdefault(plain(phrase), (intent, split))
                assert owner == (intent, split), phrase


def test_train_has_at_least_fourteen_phrasings_an_intent():
    for intent, spec in INTENTS.items():
        assert len(set(spec["train"])) >= 14, intent


def test_no_request_is_asked_twice():
    requests = [r["messages"][1]["content"].lower().rstrip(".")
                for split in SPLITS for r in rows(split)]
    assert len(requests) == len(set(requests))


def test_answers_are_compact_json_with_slots_in_their_order():
    for split in SPLITS:
        for row in rows(split):
            text = row["messages"][2]["content"]
            parsed = json.loads(text)
            assert json.dumps(parsed, separators=(",", ":")) == text
            order = ["intent"] + INTENTS[parsed["intent"]]["slots"]
            assert list(parsed) == [key for key in order if key in parsed]
            assert len(parsed) > 1


def test_every_slot_is_copied_from_the_request():
    for split in SPLITS:
        for row in rows(split):
            request = row["messages"][1]["content"].lower()
            answer = json.loads(row["messages"][2]["content"])
            for slot, value in answer.items():
                if slot == "intent":
                    continue
                assert str(value) in POOLS[slot]
                assert str(value).lower() in request, row


def test_rows_are_short():
    for split in SPLITS:
        for row in rows(split):
            words = row["messages"][1]["content"].split()
            assert len(words) <= 20, row
