"""Compiled kernels: numba code and nothing but numba code."""
