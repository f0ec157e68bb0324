"""File names from model names."""

from __future__ import annotations

import re


def file_name(*words: str) -> str:
    """Words as a file name: lower case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
