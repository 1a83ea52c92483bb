"""The weights of tokens in `textcnn` begin where naive Bayes ends."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.naive_bayes import MultinomialNB

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, find_model
from pellucid.models.textcnn import SHARE_OF_RATIO, TextCNN

VOCABULARY = 9
FORM = Form(shape=(6,), dtype="int64", vocabulary=VOCABULARY)


def network(outputs: int, **own: bool) -> TextCNN:
    options = ModelOptions(embedding=4, hidden=(3,), own=dict(own))
    built = build_model("textcnn", form=FORM, outputs=outputs, options=options, seed=0)
    assert isinstance(built, TextCNN)
    return built


def texts() -> tuple[torch.Tensor, torch.Tensor]:
    """Return [40, 6] tokens with padding at their ends, and [40] of 0 and 1."""
    generator = torch.Generator().manual_seed(3)
    targets = torch.arange(40) % 2
    tokens = torch.randint(1, VOCABULARY, (40, 6), generator=generator)
    tokens[targets == 1, :2] = 5
    tokens[::3, 4:] = 0
    return tokens, targets


def counts_of(tokens: torch.Tensor) -> np.ndarray:
    """Return [N, V - 1], how often each token but padding occurs."""
    return np.stack([np.bincount(row, minlength=VOCABULARY)[1:] for row in tokens.numpy()])


def test_weights_are_half_of_naive_bayes_log_ratios_over_several_batches() -> None:
    tokens, targets = texts()
    bayes = MultinomialNB().fit(counts_of(tokens), targets.numpy())
    ratios = bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0]
    one = network(1)
    assert one.weights is not None
    assert not one.weights.weight.any()
    members = targets.float().unsqueeze(1)
    one.start([(tokens[:25], members[:25]), (tokens[25:], members[25:])])
    found = one.weights.weight.detach().numpy()
    assert np.allclose(found[1:, 0], SHARE_OF_RATIO * ratios, atol=1e-6)
    assert found[0, 0] == 0  # padding says nothing


def test_of_several_classes_each_is_counted_against_the_rest() -> None:
    tokens, _ = texts()
    targets = torch.arange(40) % 3
    several = network(3)
    assert several.weights is not None
    several.start([(tokens, torch.nn.functional.one_hot(targets, 3).float())])
    for one in range(3):
        bayes = MultinomialNB().fit(counts_of(tokens), (targets == one).numpy())
        ratios = bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0]
        assert np.allclose(several.weights.weight[1:, one].detach(), SHARE_OF_RATIO * ratios, atol=1e-6)


def test_weights_are_added_to_what_filters_find() -> None:
    tokens, targets = texts()
    with_weights, without = network(1).eval(), network(1, token_weights=False).eval()
    without.load_state_dict({name: value for name, value in with_weights.state_dict().items() if name[:7] != "weights"})
    with_weights.start([(tokens, targets.float().unsqueeze(1))])
    assert with_weights.weights is not None
    with torch.no_grad():
        added = with_weights.weights.weight[tokens, 0].sum(1, keepdim=True)
        assert torch.allclose(with_weights(tokens), without(tokens) + added, atol=1e-6)


def test_networks_of_older_records_have_no_weights_of_tokens() -> None:
    entry = find_model("textcnn")
    assert entry.own is not None
    assert entry.own.before == {"token_weights": False}
    assert "weights.weight" not in network(2, token_weights=False).state_dict()
