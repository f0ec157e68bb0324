"""Kedro's project settings; see https://docs.kedro.org for what each one means."""

import os

from deep_alpha.hooks import (
    BriefErrorHook,
    DataRootHook,
    FoldsHook,
    KnownParametersHook,
    ResultsHook,
    StageTimesHook,
)

HOOKS = (
    BriefErrorHook(),
    KnownParametersHook(),
    DataRootHook(),
    FoldsHook(),
    StageTimesHook(),
    ResultsHook(),
)

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    # Kedro's default replaces a nested section whole; here an environment changes one line.
    "merge_strategy": {"parameters": "soft", "globals": "soft"},
    "config_patterns": {
        "parameters": ["parameters*", "parameters*/**", "**/parameters*"],
        "catalog": ["catalog*", "catalog*/**", "**/catalog*"],
    },
    "custom_resolvers": {
        # An empty variable counts as unset.
        "env": lambda name, default="": os.environ.get(name) or default,
    },
}
