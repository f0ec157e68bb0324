"""Equal content has one name, and code is part of the content."""

import importlib
import shutil
from pathlib import Path

import pytest

import deep_alpha
from deep_alpha.errors import ConfigurationError
from deep_alpha.training import fingerprint as fingerprint_module
from deep_alpha.training.fingerprint import code_version, fingerprint


@pytest.fixture(autouse=True)
def _new_process():
    code_version.cache_clear()
    yield
    code_version.cache_clear()


def test_the_order_of_keys_does_not_matter():
    assert fingerprint({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint(
        {"b": {"d": 3, "c": 2}, "a": 1}
    )


@pytest.mark.parametrize(
    "other", [{"a": 2}, {"a": 1.5}, {"a": "1"}, {"a": [1]}, {"a": 1, "b": None}, {"b": 1}]
)
def test_any_other_content_has_another_name(other):
    assert fingerprint({"a": 1}) != fingerprint(other)


def test_the_name_is_the_same_in_every_process():
    assert fingerprint({"path": Path("x"), "a": (1, 2)}) == "0d12831d8837dddf67e3b073e40f2317"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """``own_pkg.Mine`` comes from ``own_pkg.model`` and inherits from the module ``own_base``."""
    name = f"own_pkg_{tmp_path.name}".replace("-", "_")
    folder = tmp_path / name
    folder.mkdir()
    (tmp_path / f"{name}_base.py").write_text("class Base:\n    pass\n")
    (tmp_path / "unrelated.py").write_text("x = 1\n")
    (folder / "__init__.py").write_text(f"from {name}.model import Mine\n")
    (folder / "model.py").write_text(
        f"from {name}_base import Base\nfrom {name} import layers\n\nclass Mine(Base):\n    pass\n"
    )
    (folder / "layers.py").write_text("width = 8\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return folder


def version_of(package):
    code_version.cache_clear()
    return code_version(f"{package.name}.Mine")


def test_unchanged_code_has_one_version(package):
    assert version_of(package) == version_of(package)


@pytest.mark.parametrize("file", ["model.py", "layers.py", "../{name}_base.py"])
def test_the_module_its_package_and_its_bases_are_part_of_the_code(package, file):
    before = version_of(package)
    path = package / file.format(name=package.name)
    path.write_text(path.read_text() + "# another idea\n")
    assert version_of(package) != before


def test_other_files_of_the_user_are_not(package):
    before = version_of(package)
    (package / "../unrelated.py").write_text("x = 2\n")
    (package / "notes.md").write_text("an idea")
    assert version_of(package) == before


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Whether another line in a file of the library changes a model's code version."""
    copy = tmp_path / "deep_alpha"
    source = Path(deep_alpha.__file__).parent
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint_module, "_library", lambda: copy)

    def ask(model, file):
        before = code_version(model)
        code_version.cache_clear()
        (copy / file).write_text((copy / file).read_text() + "# another idea\n")
        return code_version(model) != before

    return ask


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("models/ridge.py", True),
        ("models/target_scaling.py", True),
        ("models/samples.py", True),
        ("training/jobs.py", True),
        ("kernels/correlation.py", True),
        ("models/xgb.py", False),
        ("training/executors.py", False),
        ("kernels/legs.py", False),
        ("reporting/formats.py", False),
        ("pipelines/run_plan.py", False),
    ],
)
def test_which_code_of_this_library_decides_a_fit(changed, file, matters):
    assert changed("deep_alpha.models.ridge.RidgeModel", file) == matters


@pytest.mark.parametrize("file", ["models/network.py", "training/fit.py", "training/losses.py"])
def test_a_network_depends_on_what_its_base_classes_import(changed, file):
    assert changed("deep_alpha.models.mlp.MLP", file)


@pytest.mark.parametrize(("file", "matters"), [("models/ridge.py", True), ("models/xgb.py", False)])
def test_a_user_s_model_depends_on_what_it_takes_from_the_library(changed, package, file, matters):
    layers = package / "layers.py"
    layers.write_text("from deep_alpha.models import ridge\n")
    assert changed(f"{package.name}.Mine", file) == matters


def test_a_module_that_is_not_there():
    with pytest.raises(ConfigurationError) as error:
        code_version("no_such_package.model.Mine")
    assert str(error.value) == (
        "'no_such_package.model.Mine' can not be imported: No module named 'no_such_package'. "
        "Is its folder on PYTHONPATH?"
    )
