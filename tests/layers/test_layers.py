"""The house rules of docs/architecture.md: levels of folders, and vetoes."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SRC = ROOT / "src"

LEVELS = {
    "temper": 0, "base": 0,
    "io": 1, "kernels": 1,
    "nn": 2, "text": 2, "hub": 2, "optim": 2,
    "models": 3, "adapters": 3, "data": 3,
    "train": 4, "infer": 4, "convert": 4,
    "eval": 5, "report": 5, "doctor": 5,
    "pipeline": 6,
    "cli": 7,
}

# The top level talks to the contract, and draws with base and report.
CLI_MAY_INCLUDE = {"temper", "base", "report", "cli"}

# Third-party headers and the only files that may include them.
DOORS = {
    r"fmt/": {"base/format.h"},
    r"nlohmann/": {"base/json.h"},
    r"yaml-cpp/": {"io/config_file.cpp"},
    r"CLI/": {"cli/"},
    r"temper_text_bridge\.h": {"text/bridge.h", "text/bridge.cpp"},
    r"curl/": {"hub/transport.cpp"},
}

MODEL_DOORS = {"models/registry.h", "models/load.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)


def sources():
    for path in sorted(SRC.rglob("*")):
        if path.suffix in {".cpp", ".h"}:
            yield path, path.relative_to(SRC).as_posix()


def includes(path):
    return [name for _, name in INCLUDE.findall(path.read_text("utf-8"))]


def code(path):
    return COMMENT_OR_STRING.sub("", path.read_text("utf-8"))


def folder_of(include):
    return include.split("/")[0] if "/" in include else None


def report(faults):
    assert not faults, "\n" + "\n".join(faults)


def test_there_is_something_to_check():
    assert sum(1 for _ in sources()) >= 8


def test_every_folder_has_a_level():
    report([f"src/{p.name}: has no level in tests/layers and "
            "docs/architecture.md"
            for p in SRC.iterdir() if p.is_dir() and p.name not in LEVELS])


def test_folders_include_only_lower_levels():
    faults = []
    for path, name in sources():
        own = name.split("/")[0]
        for include in includes(path):
            other = folder_of(include)
            if other not in LEVELS or other == own:
                continue
            base_uses_contract = (own, other) == ("base", "temper")
            if LEVELS[other] >= LEVELS[own] and not base_uses_contract:
                faults.append(
                    f"src/{name}: includes {include}, which is on level "
                    f"{LEVELS[other]}; {own} is on {LEVELS[own]}")
    report(faults)


def test_the_command_line_knows_only_the_contract_base_and_report():
    report([f"src/{name}: includes {include}"
            for path, name in sources() if name.startswith("cli/")
            for include in includes(path)
            if folder_of(include) in LEVELS
            and folder_of(include) not in CLI_MAY_INCLUDE])


def test_the_contract_includes_only_itself_and_the_standard_library():
    faults = []
    for path in sorted((ROOT / "include" / "temper").glob("*.h")):
        if path.name == "arrays.h":
            continue
        for mark, include in INCLUDE.findall(path.read_text("utf-8")):
            standard = mark == "<" and "/" not in include and \
                not include.endswith(".h")
            if not standard and not include.startswith("temper/"):
                faults.append(f"include/temper/{path.name}: {include}")
    report(faults)


def test_mlx_starts_at_level_one_and_not_in_io():
    report([f"src/{name}: includes {include}"
            for path, name in sources()
            if name.startswith(("base/", "io/", "text/", "cli/", "report/"))
            for include in includes(path) if include.startswith("mlx/")])


def test_train_sees_neither_models_nor_adapters():
    report([f"src/{name}: includes {include}"
            for path, name in sources() if name.startswith("train/")
            for include in includes(path)
            if folder_of(include) in {"models", "adapters"}])


def test_model_families_have_no_headers():
    report([f"src/{name}: has a header; a family is one .cpp file"
            for path, name in sources()
            if name.startswith("models/") and path.suffix == ".cpp"
            and f"build_{path.stem}(" in code(path)
            and path.with_suffix(".h").exists()])


def test_other_folders_enter_models_by_its_doors():
    report([f"src/{name}: includes {include}; the doors are "
            f"{' and '.join(sorted(MODEL_DOORS))}"
            for path, name in sources() if not name.startswith("models/")
            for include in includes(path)
            if folder_of(include) == "models" and include not in MODEL_DOORS])


def test_every_third_party_library_has_one_door():
    faults = []
    for path, name in sources():
        for include in includes(path):
            for pattern, doors in DOORS.items():
                if re.match(pattern, include) and \
                        not any(name.startswith(door) for door in doors):
                    faults.append(f"src/{name}: includes {include}; its door "
                                  f"is {', '.join(sorted(doors))}")
    report(faults)


def test_only_the_screens_touch_standard_output_and_error():
    screen = re.compile(r"\bstd::(cout|cerr|clog|puts|printf)\b|"
                        r"\b(std(out|err))\b|\bfmt::print|"
                        r"(?<![\w.>:])(printf|puts|putchar)\s*\(")
    report([f"src/{name}: {match.group(0)}"
            for path, name in sources()
            if not name.startswith(("cli/", "report/terminal"))
            for match in screen.finditer(code(path))])


def test_nobody_exits_or_aborts():
    ends = re.compile(r"(?<![\w.>])(?:std::)?(exit|abort|_Exit|quick_exit|"
                      r"terminate)\s*\(")
    report([f"src/{name}: {match.group(0)}"
            for path, name in sources() for match in ends.finditer(code(path))])


def test_only_file_system_opens_files_for_writing():
    writes = re.compile(r"\bstd::ofstream\b|\bstd::fstream\b|\bfopen\s*\(|"
                        r"\bO_(WRONLY|RDWR|CREAT)\b")
    report([f"src/{name}: {match.group(0)}"
            for path, name in sources()
            if name != "base/file_system.cpp"
            for match in writes.finditer(code(path))])


def test_only_hub_opens_connections():
    net = re.compile(r"<(sys/socket|netinet/|netdb|curl/)")
    report([f"src/{name}: opens connections"
            for path, name in sources() if not name.startswith("hub/")
            if net.search(path.read_text("utf-8"))])


def test_nobody_opens_a_namespace_wide():
    report([f"src/{name}: using namespace"
            for path, name in sources()
            if re.search(r"\busing\s+namespace\b", code(path))])


def test_every_header_opens_with_what_it_owns():
    headers = [p for p, _ in sources() if p.suffix == ".h"]
    headers += (ROOT / "include" / "temper").glob("*.h")
    report([f"{p.relative_to(ROOT)}: must open with a // comment, then "
            "#pragma once"
            for p in headers
            if not p.read_text("utf-8").startswith("//")
            or "#pragma once" not in p.read_text("utf-8")])
