"""What a classifier may minimise, example by example: cross-entropy or focal loss, with weights for uneven classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn import functional

ClassLoss = Literal["cross-entropy", "focal", "logit-adjusted", "perceptron"]
CLASS_LOSSES: tuple[ClassLoss, ...] = get_args(ClassLoss)


def balanced_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """Return what each class must count for all classes to weigh alike: n / (K n_k), as scikit-learn's "balanced".

    Their mean over the examples is 1, so a learning rate that served the plain loss serves the weighted one.

    Args:
        counts: [K] training examples of each class; a class without any counts 1.
    """
    present = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (present * count) if count else 1.0 for count in counts)


def class_losses(
    logits: Tensor, targets: Tensor, *, loss: ClassLoss, gamma: float, label_smoothing: float = 0.0
) -> Tensor:
    """Return [N] losses in nats of softmax answers.

    Focal loss multiplies an example's cross-entropy by (1 - p)^gamma, p being the probability of its target, so that
    what is already known counts little (Lin et al. 2017).

    Args:
        logits: [N, K] float.
        targets: [N] int64.
        loss: "focal"; else cross-entropy (of adjusted logits, where they are to be).
        gamma: at least 0; 0 is cross-entropy.
        label_smoothing: in [0, 1).
    """
    if loss == "perceptron":
        return step_losses(logits, functional.one_hot(targets, logits.shape[1])).sum(1)
    entropy = functional.cross_entropy(logits, targets, label_smoothing=label_smoothing, reduction="none")
    if loss != "focal":
        return entropy
    given = functional.log_softmax(logits, dim=1).gather(1, targets[:, None]).squeeze(1)
    return (-torch.expm1(given)).clamp_min(0) ** gamma * entropy


def yes_no_losses(
    logits: Tensor, targets: Tensor, *, loss: ClassLoss, gamma: float, label_smoothing: float = 0.0
) -> Tensor:
    """Return losses in nats of sigmoid answers, of the shape of `logits`.

    Args:
        logits: float, any shape.
        targets: 0 or 1, of the same shape.
        loss, gamma, label_smoothing: as in `class_losses`; smoothing spreads its share over yes and no alike.
    """
    if loss == "perceptron":
        return step_losses(logits, targets)
    truth = targets.to(logits.dtype)
    smoothed = truth * (1 - label_smoothing) + label_smoothing / 2
    entropy = functional.binary_cross_entropy_with_logits(logits, smoothed, reduction="none")
    if loss != "focal":
        return entropy
    given = functional.logsigmoid(torch.where(truth > 0.5, logits, -logits))
    return (-torch.expm1(given)).clamp_min(0) ** gamma * entropy


def ordered_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """Return [N] losses in nats of softmax answers over K steps in an order: the mean over the K - 1 cuts between them.

    At each cut the probability of all steps above it is compared with whether the target lies above: a proper score,
    as each part is, and the dearer the more cuts lie between answer and target. (The cumulative questions are those of
    E. Frank and M. Hall (2001), "A simple approach to ordinal classification"; of one softmax they never cross.)

    Args:
        logits: [N, K] float.
        targets: [N] int64, the step of each.
    """
    shares = functional.log_softmax(logits, dim=1)
    up_to = shares.logcumsumexp(dim=1)[:, :-1]
    above = shares.flip(1).logcumsumexp(dim=1).flip(1)[:, 1:]
    cuts = torch.arange(logits.shape[1] - 1, device=logits.device)
    return -torch.where(targets[:, None] > cuts, above, up_to).mean(dim=1)


def step_losses(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the perceptron criterion, of the shape of `scores`: |score| where the step answers wrongly, else 0.

    A unit answers y = 1 where its score w x + b is 0 or more, else 0. The criterion's gradient by the score is y - t,
    so that a step of gradient descent is Rosenblatt's rule: w becomes w + rate (t - y) x (F. Rosenblatt 1958).

    Args:
        scores: float, any shape.
        targets: t, 0 or 1, of the same shape.
    """
    answers = (scores >= 0).to(scores.dtype)
    return (answers - targets.to(scores.dtype)).detach() * scores


def weighted(losses: Tensor, weights: Tensor | None) -> Tensor:
    """Return [N] losses, each times its example's weight where there are weights."""
    return losses if weights is None else losses * weights
