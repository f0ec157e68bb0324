"""AlphaNet V1 to V4 as models: each one's own defaults (SPEC 2.5, 2.10)."""

from __future__ import annotations

from typing import Literal

import torch
from pydantic import Field
from torch import nn

from deep_alpha.models.alphanet.branches import Branch
from deep_alpha.models.alphanet.config import AlphaNetConfig
from deep_alpha.models.alphanet.feature_settings import FeatureSettings
from deep_alpha.models.alphanet.model import AlphaNetModel
from deep_alpha.models.alphanet.v1 import V1_BRANCHES, AlphaNetV1, AlphaNetV1Settings
from deep_alpha.models.alphanet.v2 import V2_BRANCHES, AlphaNetV2, AlphaNetV2Settings
from deep_alpha.models.alphanet.v3 import V3_BRANCHES, AlphaNetV3, AlphaNetV3Settings
from deep_alpha.models.alphanet.v4 import V4_BRANCHES, AlphaNetV4, AlphaNetV4Settings


class V1Features(FeatureSettings):
    """Nine inputs and seven operators, all features kept."""

    inputs: Literal["paper13", "dedup11", "v1", "v2"] = "v1"
    mean: bool = True
    spearman: float | None = Field(None, gt=0, le=1)


class V2Features(FeatureSettings):
    """Fifteen inputs, all features kept: of V2 and V3."""

    inputs: Literal["paper13", "dedup11", "v1", "v2"] = "v2"
    spearman: float | None = Field(None, gt=0, le=1)


class V1Config(AlphaNetConfig):
    """AlphaNetV1: nine inputs, seven operators, RMSProp on shuffled samples."""

    network: AlphaNetV1Settings = AlphaNetV1Settings.model_validate({})
    features: V1Features = V1Features.model_validate({})
    branches: tuple[Branch, ...] = Field(V1_BRANCHES, min_length=1)
    batches: Literal["days", "samples"] = "samples"
    batch_size: int = Field(1000, ge=1)
    optimiser: Literal["adam", "rmsprop"] = "rmsprop"


class V2Config(AlphaNetConfig):
    """AlphaNetV2: fifteen inputs, an LSTM."""

    network: AlphaNetV2Settings = AlphaNetV2Settings.model_validate({})
    features: V2Features = V2Features.model_validate({})
    branches: tuple[Branch, ...] = Field(V2_BRANCHES, min_length=1)
    batches: Literal["days", "samples"] = "samples"
    batch_size: int = Field(2000, ge=1)


class V3Config(AlphaNetConfig):
    """AlphaNetV3: fifteen inputs, a GRU for each of two windows."""

    network: AlphaNetV3Settings = AlphaNetV3Settings.model_validate({})
    features: V2Features = V2Features.model_validate({})
    branches: tuple[Branch, ...] = Field(V3_BRANCHES, min_length=1)
    batches: Literal["days", "samples"] = "samples"
    batch_size: int = Field(2000, ge=1)


class V4Config(AlphaNetConfig):
    """AlphaNetV4: thirteen inputs, Spearman dropout, whole days, a falling learning rate."""

    network: AlphaNetV4Settings = AlphaNetV4Settings.model_validate({})
    branches: tuple[Branch, ...] = Field(V4_BRANCHES, min_length=1)
    learning_rate: float = Field(1e-3, gt=0, le=1)
    schedule: Literal["exponential", "cosine", "plateau", "constant"] = "exponential"

    @property
    def scores_whole_days(self) -> bool:
        """With the batch's own statistics in evaluation, batches must be whole days."""
        return self.network.bn == "daily"


class AlphaNetV1Model(AlphaNetModel[V1Config]):
    """The first AlphaNet: pooled features and a dense head."""

    config_type = V1Config

    def build(self, features: int, config: V1Config, generator: torch.Generator) -> nn.Module:
        """The network with truncated normal weights."""
        return AlphaNetV1(features, config.branches, config.network, generator)


class AlphaNetV2Model(AlphaNetModel[V2Config]):
    """The second: an LSTM over three steps."""

    config_type = V2Config

    def build(self, features: int, config: V2Config, generator: torch.Generator) -> nn.Module:
        """The network with its initial weights."""
        return AlphaNetV2(features, config.branches, config.network, generator)


class AlphaNetV3Model(AlphaNetModel[V3Config]):
    """The third: a GRU for each of two windows."""

    config_type = V3Config

    def build(self, features: int, config: V3Config, generator: torch.Generator) -> nn.Module:
        """The network with its initial weights."""
        return AlphaNetV3(features, config.branches, config.network, generator)


class AlphaNetV4Model(AlphaNetModel[V4Config]):
    """The fourth: Bi-LSTM, Transformer residual and attention over twenty steps."""

    config_type = V4Config

    def build(self, features: int, config: V4Config, generator: torch.Generator) -> nn.Module:
        """The network with its initial weights."""
        return AlphaNetV4(features, config.branches, config.network, generator)
