"""The one table from own names to models, and the reading of a name into a model of ours, timm's or torchvision's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from pellucid.errors import ModelError, did_you_mean
from pellucid.kinds import Form, Wishes, brought
from pellucid.models import timm_models, torchvision_models
from pellucid.models.entry import ACTIVATIONS, ELEMENTWISE, ModelEntry, ModelOptions, build_lazily
from pellucid.models.picture_catalogue import GIVEN_BACK_OR_DRAWN
from pellucid.models.seq2seq_options import Seq2SeqOptions
from pellucid.models.textcnn_options import TextCNNOptions
from pellucid.models.unet_options import UNetOptions, lender_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from torch import nn

    from pellucid.store import StoredWeights


Build: TypeAlias = Callable[[Form, int, ModelOptions], "nn.Module"]


def _borrow_encoder(network: nn.Module, weights: StoredWeights) -> None:
    import_module("pellucid.models.encoded_unet").borrow_encoder(network, weights)


_SERIES = Wishes(kinds=("series",))
_EXAMPLE_SERIES = (Form(shape=(1, 100)), 2)
_TEXTS = Wishes(kinds=("text",))
_EXAMPLE_TEXT = (Form(shape=(100,), dtype="int64", vocabulary=10_000), 2)


_IN_ORDER = Wishes(kinds=("series", "text"))


def _build_either(
    form: Form, outputs: int, options: ModelOptions, *, whole: Build, causal: Build, series: Build | None = None
) -> nn.Module:
    """Build the network that answers a whole text, the one that answers at every place of it, or the one of series."""
    if series is not None and form.vocabulary is None:
        return series(form, outputs, options)
    return (causal if options.causal else whole)(form, outputs, options)


_LENET_WISHES = Wishes(kinds=("image",), sizes=(28, 32))

OWN: dict[str, ModelEntry] = {
    entry.name: entry
    for entry in (
        ModelEntry(
            name="linear",
            description="One dense layer: logistic regression for classes, linear regression for a value.",
            wishes=Wishes(kinds="any"),
            build=partial(build_lazily, file="dense", function="build_linear"),
        ),
        ModelEntry(
            name="perceptron",
            description="Rosenblatt's perceptron: a step per class (one for two), and a learning rule of its own.",
            wishes=Wishes(kinds="any"),
            build=partial(build_lazily, file="dense", function="build_perceptron"),
        ),
        ModelEntry(
            name="mlp",
            description="Dense hidden layers; for pictures (flattened) and tables.",
            wishes=Wishes(kinds="any"),
            build=partial(build_lazily, file="dense", function="build_mlp"),
            options=("hidden", "activation", "dropout", "batch_norm", "maxout_pieces"),
            activations=ACTIVATIONS,
            defaults=ModelOptions(hidden=(256,), activation="relu", dropout=0.0, batch_norm=False),
        ),
        ModelEntry(
            name="lenet5",
            description="LeNet-5 with ReLU and max pooling.",
            wishes=_LENET_WISHES,
            build=partial(build_lazily, file="lenet", function="build_lenet5"),
            options=("activation", "dropout", "batch_norm"),
            activations=ELEMENTWISE,
            defaults=ModelOptions(activation="relu", dropout=0.0, batch_norm=False),
        ),
        ModelEntry(
            name="lenet5-sigmoid",
            description="LeNet-5 with sigmoids and average pooling, as textbooks draw it.",
            wishes=_LENET_WISHES,
            build=partial(build_lazily, file="lenet", function="build_lenet5_sigmoid"),
            options=("activation", "dropout", "batch_norm"),
            activations=ELEMENTWISE,
            defaults=ModelOptions(activation="sigmoid", dropout=0.0, batch_norm=False),
        ),
        ModelEntry(
            name="cnn",
            description="Small convolutional network that fits itself to the size of the pictures.",
            wishes=Wishes(kinds=("image",), min_size=8),
            build=partial(build_lazily, file="cnn", function="build_cnn"),
            options=("activation", "dropout", "batch_norm"),
            activations=ELEMENTWISE,
            defaults=ModelOptions(activation="relu", dropout=0.0, batch_norm=True),
        ),
        ModelEntry(
            name="unet",
            description="U-Net: a class for each pixel, from coarse to fine with a bridge at every level.",
            wishes=Wishes(kinds=("image",)),
            build=partial(build_lazily, file="unet", function="build_unet"),
            answers_pixels=True,
            own=UNetOptions,
            lender=lambda own: lender_of(own.get("encoder")),
            borrow=_borrow_encoder,
            example=(Form(shape=(1, 128, 128)), 2 * 128 * 128),
        ),
        ModelEntry(
            name="resnet8",
            description="Residual network of 8 layers for small pictures: one block a stage.",
            wishes=Wishes(kinds=("image",), min_size=8),
            build=partial(build_lazily, file="resnet", function="build_resnet", blocks=1),
            example=(Form(shape=(3, 32, 32)), 10),
        ),
        ModelEntry(
            name="resnet20",
            description="Residual network of 20 layers for small pictures (He et al. 2016, option A).",
            wishes=Wishes(kinds=("image",), min_size=8),
            build=partial(build_lazily, file="resnet", function="build_resnet", blocks=3),
            example=(Form(shape=(3, 32, 32)), 10),
        ),
        *(
            ModelEntry(
                name=f"resnet{6 * blocks + 2}",
                description=f"Residual network of {6 * blocks + 2} layers for small pictures (He et al. 2016).",
                wishes=Wishes(kinds=("image",), min_size=8),
                build=partial(build_lazily, file="resnet", function="build_resnet", blocks=blocks),
                example=(Form(shape=(3, 32, 32)), 10),
            )
            for blocks in (9, 18)
        ),
        *(
            ModelEntry(
                name=f"plain{6 * blocks + 2}",
                description=f"resnet{6 * blocks + 2} without skip connections, to see what they are for.",
                wishes=Wishes(kinds=("image",), min_size=8),
                build=partial(build_lazily, file="resnet", function="build_resnet", blocks=blocks, plain=1),
                example=(Form(shape=(3, 32, 32)), 10),
            )
            for blocks in (3, 9, 18)
        ),
        ModelEntry(
            name="bow",
            description="Bag of words: a weight for each word of a text, added up; with --hidden layers behind.",
            wishes=_TEXTS,
            build=partial(build_lazily, file="bow", function="build_bow"),
            options=("hidden", "activation", "dropout"),
            activations=ELEMENTWISE,
            defaults=ModelOptions(hidden=(), activation="relu", dropout=0.0),
            example=_EXAMPLE_TEXT,
        ),
        ModelEntry(
            name="embedding",
            description="The mean of the vectors of a text's words, and a dense layer.",
            wishes=_TEXTS,
            build=partial(build_lazily, file="mean_embedding", function="build_embedding"),
            options=("embedding", "hidden", "activation", "dropout"),
            activations=ELEMENTWISE,
            defaults=ModelOptions(embedding=64, hidden=(), activation="relu", dropout=0.3),
            example=_EXAMPLE_TEXT,
        ),
        ModelEntry(
            name="textcnn",
            description="Filters over three, four and five words (Kim 2014), and a weight for each word.",
            wishes=_TEXTS,
            build=partial(build_lazily, file="textcnn", function="build_textcnn"),
            options=("embedding", "hidden", "activation", "dropout"),
            own=TextCNNOptions,
            activations=ELEMENTWISE,
            defaults=ModelOptions(embedding=64, hidden=(64,), activation="relu", dropout=0.5),
            example=_EXAMPLE_TEXT,
        ),
        *(
            ModelEntry(
                name=name,
                description=description,
                wishes=_SERIES,
                build=partial(build_lazily, file=name, function=f"build_{name}"),
                options=("hidden", "activation", "dropout"),
                activations=ELEMENTWISE,
                defaults=ModelOptions(hidden=hidden, activation="relu", dropout=dropout),
                example=_EXAMPLE_SERIES,
            )
            for name, description, hidden, dropout in (
                ("fcn1d", "Three convolutions over a series, and a mean (Wang et al. 2017).", (128, 256, 128), 0.0),
                ("cnn1d", "Small convolutional network of series, which halves their steps.", (32, 64, 64), 0.0),
                ("tcn", "Causal convolutions of series, ever wider apart (Bai et al. 2018).", (32,), 0.1),
            )
        ),
        *(
            ModelEntry(
                name=name,
                description=description,
                wishes=_SERIES,
                build=partial(build_lazily, file=name, function=f"build_{name}"),
                options=("hidden", "dropout"),
                defaults=ModelOptions(hidden=hidden, dropout=dropout),
                example=_EXAMPLE_SERIES,
            )
            for name, description, hidden, dropout in (
                ("inception1d", "Kernels of three lengths side by side over a series (InceptionTime).", (32,), 0.0),
                ("transformer1d", "Every stretch of a series looks at every other; the mean is read.", (64,), 0.1),
            )
        ),
        *(
            ModelEntry(
                name=cell,
                description=f"{called}: reads a text both ways, or a series step by step.",
                wishes=_IN_ORDER,
                build=partial(
                    _build_either,
                    series=partial(build_lazily, file="series_recurrent", function=f"build_{cell}"),
                    whole=partial(build_lazily, file="text_recurrent", function=f"build_{cell}"),
                    causal=partial(build_lazily, file="language", function=f"build_{cell}_reader"),
                ),
                options=("embedding", "hidden", "dropout", "causal"),
                defaults=ModelOptions(hidden=(64,)),
                example=_EXAMPLE_TEXT,
            )
            for cell, called in (
                ("lstm", "Long short-term memory"),
                ("gru", "Gated recurrent units"),
                ("rnn", "Plain recurrent units"),
            )
        ),
        ModelEntry(
            name="transformer",
            description="Every word of a text looks at every other, layer by layer; the mean is read.",
            wishes=_TEXTS,
            build=partial(
                _build_either,
                whole=partial(build_lazily, file="text_encoder", function="build_text_encoder"),
                causal=partial(build_lazily, file="language", function="build_decoder"),
            ),
            options=("embedding", "layers", "heads", "dropout", "causal"),
            defaults=ModelOptions(embedding=64, layers=2, heads=4, dropout=0.2),
            example=_EXAMPLE_TEXT,
        ),
        ModelEntry(
            name="seq2seq",
            description="Reads a text both ways and writes another, letter by letter (Bahdanau et al. 2015).",
            wishes=_TEXTS,
            build=partial(build_lazily, file="seq2seq", function="build_seq2seq"),
            options=("embedding", "hidden", "dropout", "answer"),
            own=Seq2SeqOptions,
            defaults=ModelOptions(embedding=64, hidden=(128,), dropout=0.2, answer=11),
            example=(Form(shape=(30,), dtype="int64", vocabulary=40), 11 * 14),
        ),
        ModelEntry(
            name="transformer-seq2seq",
            description="Reads a text and writes another, looking at both, layer by layer (Vaswani et al. 2017).",
            wishes=_TEXTS,
            build=partial(build_lazily, file="transformer_seq2seq", function="build_transformer_seq2seq"),
            options=("embedding", "layers", "heads", "dropout", "answer"),
            defaults=ModelOptions(embedding=128, layers=2, heads=4, dropout=0.0, answer=11),
            example=(Form(shape=(30,), dtype="int64", vocabulary=40), 11 * 14),
        ),
        *GIVEN_BACK_OR_DRAWN,
        ModelEntry(
            name="ngram",
            description="A language model that counts: the next token from the few before it (Kneser and Ney 1995).",
            wishes=_TEXTS,
            build=partial(build_lazily, file="ngram", function="build_ngram"),
            options=("order", "ngram_smoothing", "causal"),
            defaults=ModelOptions(order=6, ngram_smoothing="kneser-ney", causal=True),
            example=_EXAMPLE_TEXT,
        ),
    )
}


ALIASES = {"cnn-bn": "cnn"}
"""Names from courses that mean one of ours: `cnn` has batch norm, unless --no-batch-norm takes it away."""


def find_model(name: str) -> ModelEntry:
    """Return what a model's name stands for.

    Own names come first; "timm:x" and "tv:x" name the libraries' models; a bare name that is not ours is timm's, else
    torchvision's, and the entry's `note` says so. A library is imported only when a name needs it.

    Raises:
        ModelError: no such model; the nearest name is offered.
    """
    if name in OWN:
        return OWN[name]
    if name in ALIASES:
        return OWN[ALIASES[name]]
    library, colon, word = name.partition(":")
    if colon and library == "timm":
        if timm_models.is_known(word):
            return timm_models.entry(word)
        raise _unknown(name, [f"timm:{choice}" for choice in timm_models.names()])
    if colon and library == "tv":
        if word in torchvision_models.names():
            return torchvision_models.entry(word)
        raise _unknown(name, [f"tv:{choice}" for choice in torchvision_models.names()])
    if timm_models.is_known(name):
        also = f"; torchvision's is tv:{name}" if name in torchvision_models.names() else ""
        return timm_models.entry(name, note=f"'{name}' is read as timm:{name}{also}.")
    if name in torchvision_models.names():
        return torchvision_models.entry(name, note=f"'{name}' is read as tv:{name}.")
    # Own names first: of two equally near, the first is offered.
    raise _unknown(name, [*OWN, *timm_models.names(), *torchvision_models.names()])


def task_of_model(name: str | None) -> str:
    """Return the one task that a model of ours is for; "" of others, whose task follows from the target."""
    return OWN[name].task if name in OWN else ""


def way_of_model(name: str) -> str:
    """Return how a model of ours is learned, where its task knows several ways; "" of others."""
    return OWN[name].way if name in OWN else ""


def with_own(name: str, options: ModelOptions) -> ModelOptions:
    """Return options with a model's own defaults among them, as a record keeps them: another version's may differ.

    Raises:
        ModelError: a value is out of its range.
    """
    own = OWN[name].own if name in OWN else None
    if own is None:
        return options
    completed = own.completed(options.own, whose=f"The model '{name}'", error=ModelError)
    return options.model_copy(update={"own": completed})


def with_own_of_before(name: str, options: ModelOptions) -> ModelOptions:
    """Return options of a record, and for what an older version had not yet what held then."""
    own = OWN[name].own if name in OWN else None
    return options if own is None else options.model_copy(update={"own": {**own.before, **options.own}})


def own_options() -> dict[str, tuple[FieldInfo, tuple[str, ...]]]:
    """Return all options that models bring beside the shared ones, by name: the field, and the models that have it.

    Raises:
        ValueError: two models mean different types by one name, and one flag cannot take both.
    """
    return brought({entry.name: entry.own for entry in OWN.values() if entry.own is not None})


def _unknown(name: str, choices: list[str]) -> ModelError:
    return ModelError(
        f"There is no model '{name}'.{did_you_mean(name, choices)}",
        expected=f"One of ours ({', '.join(OWN)}), 'timm:' and a name of timm's, or 'tv:' and a name of torchvision's.",
        fix="`pellucid models` lists them.",
    )
