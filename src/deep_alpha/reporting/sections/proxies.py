"""What stands for fields that the market does not have."""

from __future__ import annotations

from collections.abc import Mapping

from deep_alpha.reporting.blocks import Block, Facts, Prose


def proxy_blocks(proxies: Mapping[str, str]) -> list[Block]:
    """Fields and their stand-ins, or that there are none."""
    if not proxies:
        return [Prose(["No field is a proxy."])]
    return [
        Prose(["Fields that the market does not have, and what stands for them:"]),
        Facts(dict(proxies)),
    ]
