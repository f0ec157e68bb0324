"""Sentences computed from the numbers: no claim is written down beforehand."""
