"""Drawings: plain pandas objects in, a matplotlib figure out."""
