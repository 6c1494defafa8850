#!/usr/bin/env python3
"""Writes examples/commands: plain-English requests and the JSON they mean.

The task is the one small models are trained for: a strict, compact JSON object
with an intent and its slots in a fixed order. Slots are copied from the request
as they stand there. Each split has phrasings of its own; names, times and
rooms come from the same pools. The same seed writes the same bytes.

    tools/make_commands_data.py [FOLDER]
"""

import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from commands_phrases import INTENTS, POLITE, POOLS  # noqa: E402

SEED = 20
ROWS = {"train": 800, "valid": 100, "test": 100}
SYSTEM = "JSON"
NUMBERS = {"count", "degrees", "people"}


def slots_of(phrase):
    """The slot names in a phrase: "wake me at {time}" has ["time"]."""
    return [part.split("}")[0] for part in phrase.split("{")[1:]]


def draw_value(rng, slot):
    return rng.choice(POOLS[slot])


def answer(intent, order, values):
    fields = {"intent": intent}
    for slot in order:
        if slot in values:
            value = values[slot]
            fields[slot] = int(value) if slot in NUMBERS else value
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def sentence(rng, phrase, values):
    text = phrase.format(**values)
    text = rng.choice(POLITE).format(text)
    if rng.random() < 0.4:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.3:
        text += "."
    return text


def make_row(rng, intent, phrase):
    values = {slot: draw_value(rng, slot) for slot in slots_of(phrase)}
    order = INTENTS[intent]["slots"]
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": sentence(rng, phrase, values)},
            {"role": "assistant", "content": answer(intent, order, values)},
        ]
    }


def make_split(split, seen):
    """Rows of one split: intents in turn, each one's phrasings in turn."""
    rng = random.Random(f"{SEED}:{split}")
    names = list(INTENTS)
    rows = []
    while len(rows) < ROWS[split]:
        turn, place = divmod(len(rows), len(names))
        phrases = INTENTS[names[place]][split]
        row = make_row(rng, names[place], phrases[turn % len(phrases)])
        request = row["messages"][1]["content"].lower().rstrip(".")
        if request not in seen:
            seen.add(request)
            rows.append(row)
    rng.shuffle(rows)
    return rows


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    seen = set()
    for split in ROWS:
        lines = [json.dumps(row, ensure_ascii=False) + "\n"
                 for row in make_split(split, seen)]
        (folder / f"{split}.jsonl").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent.parent
    main(sys.argv[1] if len(sys.argv) > 1 else here / "examples" / "commands")
