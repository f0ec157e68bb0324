"""Deep Alpha: out-of-sample signals of three published deep-learning families, honestly judged."""

__version__ = "0.1.0"
