"""Rules of the whole project that a reader would otherwise have to trust."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "deep_alpha"
MODULES = sorted(SOURCE.rglob("*.py"))
GLUE = ("pipelines", "datasets", "settings.py", "hooks.py", "pipeline_registry.py", "__main__.py")
CODE_RUNNING = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
# The words are joined here so that this file does not break its own rule.
MACHINE_PATH = re.compile(
    r"(?<![\w.~*/-])/(?:" + "|".join(("home", "Users", "work", "root")) + r")/\w"
)


Finder = Callable[[ast.AST], Iterator[str]]


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level packages that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def risks(tree: ast.AST) -> Iterator[str]:
    """Imports and calls by which a file that is read may run code."""
    yield from (name for name in imported(tree) if name in CODE_RUNNING)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in ("torch.load", "torch.save", "eval", "exec") or called.endswith("_pickle"):
            yield called
        pickles = [word.value for word in node.keywords if word.arg == "allow_pickle"]
        reads_or_writes = called.startswith(("np.load", "np.save", "numpy.load", "numpy.save"))
        if (reads_or_writes or pickles) and [ast.unparse(value) for value in pickles] != ["False"]:
            yield f"{called} without allow_pickle=False"


def offenders(find: Finder, allowed: tuple[str, ...] = ()) -> list[str]:
    """Every module in which ``find`` finds something, and what."""
    found = []
    for path in MODULES:
        place = path.relative_to(SOURCE)
        if place.parts[0] not in allowed:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{place.as_posix()}: {what}" for what in find(tree)]
    return found


def test_the_rules_see_the_whole_source():
    assert len(MODULES) > 80
    assert {"pipelines", "datasets", "kernels", "models"} <= {path.parent.name for path in MODULES}
    assert offenders(imported)


def test_only_the_glue_knows_kedro():
    def kedro(tree: ast.AST) -> Iterator[str]:
        return (name for name in imported(tree) if name.startswith("kedro"))

    assert offenders(kedro, allowed=GLUE) == []
    assert offenders(kedro)  # the rule can see it


def test_numba_stays_in_the_kernels():
    def numba(tree: ast.AST) -> Iterator[str]:
        return (name for name in imported(tree) if name == "numba")

    assert offenders(numba, allowed=("kernels",)) == []
    assert offenders(numba)  # the rule can see it


def test_loading_an_artefact_never_executes_code():
    assert offenders(risks) == []


@pytest.mark.parametrize(
    "source",
    [
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.savez(path, x=x)",
        "numpy.save(path, x, allow_pickle=flag)",
        "torch.load(path, weights_only=True)",
        "frame.to_pickle(path)",
        "pd.read_pickle(path)",
        "eval(text)",
        "import pickle",
        "def f():\n    from joblib.hashing import hash",
    ],
)
def test_the_rule_recognises_a_risk(source):
    assert list(risks(ast.parse(source)))


def test_the_rule_lets_arrays_pass():
    assert not list(risks(ast.parse("np.load(path, mmap_mode='r', allow_pickle=False)")))


def project_files() -> list[Path]:
    """Every file that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine():
    found = []
    for path in project_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(lines, start=1)
            if MACHINE_PATH.search(line)
        ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("open('/" + "home/ann/data')", True),
        ("/" + "work/main/src", True),
        ("https://example.org/home/ann", False),
        ("../work/data", False),
    ],
)
def test_the_rule_recognises_a_path(text, is_one):
    assert bool(MACHINE_PATH.search(text)) == is_one
