"""A user's class or function is found by its import path."""

from __future__ import annotations

import pytest

from deep_alpha.errors import ConfigurationError
from deep_alpha.imports import load_object
from deep_alpha.targets import TargetSettings


@pytest.fixture
def user_package(tmp_path, monkeypatch):
    package = tmp_path / "my_factors"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "good.py").write_text("def size(panel):\n    return panel\n")
    (package / "needs.py").write_text("import a_package_that_is_not_installed\n")
    (package / "broken.py").write_text("raise RuntimeError('their bug')\n")
    monkeypatch.syspath_prepend(tmp_path)


def test_a_class_of_the_project():
    assert load_object("deep_alpha.targets.TargetSettings") is TargetSettings


def test_a_function_of_the_user(user_package):
    assert load_object("my_factors.good.size")(3) == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("MyModel", "'MyModel' is not an import path; write it as package.module.Name"),
        ("", "'' is not an import path; write it as package.module.Name"),
        ("my_factors.good.bulk", "module 'my_factors.good' has no 'bulk'"),
        ("my_factors.good.", "module 'my_factors.good' has no ''"),
        (
            "my_factors.missing.size",
            "'my_factors.missing.size' can not be imported: No module named "
            "'my_factors.missing'. Is its folder on PYTHONPATH?",
        ),
        (
            "my_factors.needs.size",
            "'my_factors.needs.size' can not be imported: No module named "
            "'a_package_that_is_not_installed'. Is its folder on PYTHONPATH?",
        ),
    ],
)
def test_a_wrong_path_is_explained(user_package, path, message):
    with pytest.raises(ConfigurationError) as refusal:
        load_object(path)
    assert str(refusal.value) == message


def test_a_bug_in_the_users_module_is_shown_as_it_is(user_package):
    with pytest.raises(RuntimeError, match="their bug"):
        load_object("my_factors.broken.size")
