"""Errors that a user can act on: each message names the place, the rule and what to do."""


class DeepAlphaError(Exception):
    """Base class of every error that this project raises on purpose."""


class MarketDataError(DeepAlphaError):
    """A market folder breaks a structural rule: the message names file, column and rule."""


class PanelError(DeepAlphaError):
    """A table can not be laid out as a panel, or a stored panel is not one."""


class FoldError(DeepAlphaError):
    """The walk-forward split is impossible or its segments overlap."""


class TrainingError(DeepAlphaError):
    """A fit can not go on, for example because the loss is not finite."""


class ConfigurationError(DeepAlphaError):
    """A setting is valid by itself but impossible here, as ``device=cuda`` without a GPU."""
