"""AlphaNetV4: a Bi-LSTM, Transformer encoders that correct it, and attention (SPEC 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from deep_alpha.errors import ConfigurationError
from deep_alpha.models.alphanet.attention import AdditiveAttention
from deep_alpha.models.alphanet.blocks import ChannelNorm, ScoreHead
from deep_alpha.models.alphanet.branches import Branch, cut, cuts, distinct_windows
from deep_alpha.models.alphanet.encoder import Widen, WideningEncoder
from deep_alpha.models.alphanet.recurrent import recurrent_layer
from deep_alpha.training.randomness import Dropout

V4_BRANCHES = tuple(Branch(window=window, steps=20, stride=1) for window in (10, 2, 5, 22))
V4_TABLE34_BRANCHES = tuple(Branch(window=window, steps=20, stride=1) for window in (10, 5, 20))


class AlphaNetV4Settings(BaseModel):
    """What the network is made of; the defaults are SPEC's.

    Args:
        widen: How the encoders double the channels (001-E1).
        heads: Most attention heads of an encoder layer.
        feed_forward: Width of its feed-forward hidden layer, in widths of the layer.
        encoder_dropout: Dropout probability of what its sub-layers add.
        recurrent_dropout: Dropout probability of the Bi-LSTM's input and output (001-E4).
        positional: Whether the encoders see the steps' positions (001-E2).
        attention: Whether attention weighs the steps; else the last one alone counts.
        residual: Whether there are encoders; else the Bi-LSTM stands alone.
        hidden_norm: Whether the Bi-LSTM's output is normalised before the encoders are added
            (001-E6).
        attention_size: Width of the attention's hidden layer.
        output: ``leaky`` (literal) or ``linear`` (001-E5).
        slope: Slope of the leaky output below 0.
        bn: Which statistics batch norms use in evaluation: ``running`` or the batch's own,
            which must then be a whole day (``daily``, SPEC 2.4).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    widen: Widen = "stack_concat"
    heads: int = Field(4, ge=1)
    feed_forward: int = Field(4, ge=1)
    encoder_dropout: float = Field(0.1, ge=0, lt=1)
    recurrent_dropout: float = Field(0.2, ge=0, lt=1)
    positional: bool = True
    attention: bool = True
    residual: bool = True
    hidden_norm: bool = True
    attention_size: int = Field(64, ge=1)
    output: Literal["leaky", "linear"] = "leaky"
    slope: float = Field(0.3, ge=0, le=1)
    bn: Literal["running", "daily"] = "running"


class AlphaNetV4(nn.Module):
    """The network of SPEC 2.5.

    Args:
        columns: Features m of one window.
        branches: The primary branch, which the Bi-LSTM reads, and the auxiliary ones, which
            have an encoder each; all of the same steps.
        settings: What the network is made of.
        generator: Where the weights are drawn from.

    Raises:
        ConfigurationError: The branches' steps differ, so that their sum has no meaning.
    """

    def __init__(
        self,
        columns: int,
        branches: Sequence[Branch],
        settings: AlphaNetV4Settings,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        primary = branches[0]
        if any(branch.offsets != primary.offsets for branch in branches):
            listed = ", ".join(f"{branch.steps} steps of {branch.stride}" for branch in branches)
            raise ConfigurationError(
                f"AlphaNetV4 adds its branches step by step, but they have {listed}: give all "
                "branches the same steps and the same stride"
            )
        used = branches if settings.residual else branches[:1]
        daily = settings.bn == "daily"
        self.settings = settings
        self.columns = columns
        self.cuts = cuts(used, columns)
        self.norm = ChannelNorm(columns * len(distinct_windows(used)), daily)
        self.recurrent = recurrent_layer(nn.LSTM, columns, columns, generator, bidirectional=True)
        self.recurrent_dropout = Dropout(settings.recurrent_dropout)
        self.encoders = nn.ModuleList(
            WideningEncoder(
                columns,
                primary.steps,
                settings.widen,
                settings.heads,
                settings.feed_forward,
                settings.encoder_dropout,
                settings.positional,
                generator,
            )
            for _ in used[1:]
        )
        # Without encoders the sum is the hidden states alone, which one norm is enough for.
        before = settings.hidden_norm and len(self.encoders) > 0
        self.hidden_norm = ChannelNorm(2 * columns, daily) if before else nn.Identity()
        self.sum_norm = ChannelNorm(2 * columns, daily)
        self.attention = (
            AdditiveAttention(2 * columns, settings.attention_size, generator)
            if settings.attention
            else None
        )
        self.head = ScoreHead(2 * columns, generator)

    def forward(self, samples: Tensor) -> Tensor:
        """Scores, shape (n, 1), of samples (n, steps, windows · columns), oldest first."""
        hidden, encoded = self._parts(samples)
        summed = self.hidden_norm(hidden)
        if encoded is not None:
            summed = summed + encoded
        states = self.sum_norm(summed)
        if self.attention is None:
            chosen = states[:, -1]
        else:
            chosen = self.attention(hidden, self._ends(hidden), states)
        score: Tensor = self.head(chosen)
        if self.settings.output == "leaky":
            score = leaky_relu(score, self.settings.slope)
        return score

    @torch.no_grad()
    def diagnostics(self, samples: Tensor) -> dict[str, float]:
        """How lopsided the sum is, and how sharp the attention (SPEC 001-E6).

        Args:
            samples: As ``forward`` takes them; the network should be in evaluation mode.

        Returns:
            ``hidden_variance`` var(H) before any norm, ``encoded_variance`` var(ΣT) where
            there are encoders, and where there is attention the mean ``attention_entropy`` of a
            sample's weights in nats, which is log(steps) where they are uniform.
        """
        hidden, encoded = self._parts(samples)
        found = {"hidden_variance": hidden.float().var(correction=0).item()}
        if encoded is not None:
            found["encoded_variance"] = encoded.float().var(correction=0).item()
        if self.attention is not None:
            weights = self.attention.weights(hidden, self._ends(hidden))
            found["attention_entropy"] = torch.special.entr(weights).sum(1).mean().item()
        return found

    def _parts(self, samples: Tensor) -> tuple[Tensor, Tensor | None]:
        """H and ΣT, shape (n, steps, 2 · columns) each."""
        features = self.norm(samples[..., : len(self.norm.weight)])
        primary, *auxiliary = (cut(features, where) for where in self.cuts)
        hidden, _ = self.recurrent(self.recurrent_dropout(primary))
        hidden = self.recurrent_dropout(hidden)
        encoded: Tensor | None = None
        for encoder, values in zip(self.encoders, auxiliary, strict=True):
            added = encoder(values)
            encoded = added if encoded is None else encoded + added
        return hidden, encoded

    def _ends(self, hidden: Tensor) -> Tensor:
        """The last state of each direction, shape (n, 2 · columns)."""
        forward, backward = hidden[:, -1, : self.columns], hidden[:, 0, self.columns :]
        return torch.cat([forward, backward], dim=1)
