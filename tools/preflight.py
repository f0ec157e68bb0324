"""What an installation needs; says in one sentence what is missing."""

import importlib.util
import shutil
import sys

FREE_GB = 6


def missing() -> str:
    """The first thing that is missing, or an empty string."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return (
            f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}: "
            "make install PYTHON=python3.11"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return "Python's venv module is missing: on Debian and Ubuntu, apt install python3-venv"
    free = shutil.disk_usage(".").free / 1e9
    if free < FREE_GB:
        return f"{FREE_GB} GB of free disk are needed for the packages, there are {free:.1f} GB"
    return ""


if __name__ == "__main__":
    sys.exit(missing() or 0)
