"""Words as a kind of input that nobody thought of: all that it takes, from the record of the kind to a model for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from tests.kinds.registering import register_rows
from torch import Tensor, nn

from pellucid.data import Dataset, ExampleInspection, Finding, Inputs
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.inputs import Indices
from pellucid.data.kinds import InputSummary
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.row_cells import RowInspection
from pellucid.errors import DataError, RecipeError
from pellucid.evaluation.baseline_rows import Size
from pellucid.evaluation.rivals.rows import of_tables
from pellucid.kinds import INPUTS, ClassTarget, Form, Input, Refused, SplitName, Target, Wishes
from pellucid.ladder import Climbed
from pellucid.ladder.networks import Network
from pellucid.models import ModelEntry, ModelOptions
from pellucid.models.catalogue import OWN
from pellucid.prediction import Asked as AskedExample
from pellucid.prediction import Prediction, Predictor
from pellucid.preprocessing import (
    PREPROCESSINGS,
    Augmentation,
    Prepared,
    PreparedInMemory,
    Preprocessing,
    choose_augmentation,
    prepare_inputs,
)
from pellucid.preprocessing.kinds import Asked
from pellucid.preprocessing.kinds.base import check_wishes
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.training.batches import TensorBatches
from pellucid.training.habits import HABITS, Family, Pace
from pellucid.training.kinds.base import InputHabits, Opening

LETTERS = 26
HOLDS_WORDS = "The dataset holds words."


class WordInput(Input):
    """Sequences of whole numbers."""

    kind: Literal["word"] = "word"
    noun: ClassVar[str] = "word"
    many: ClassVar[str] = "words"
    plural: ClassVar[str] = "words"
    length: int

    def size_words(self) -> str:
        return f" of {self.length} letters"

    def sentence(self, total: str) -> str:
        return f"{total} of {self.length} letters."


class Words(Inputs):
    """[N, T] letters as numbers."""

    def __init__(self, letters: NDArray[np.int64]) -> None:
        self.letters = letters

    def __len__(self) -> int:
        return len(self.letters)

    def name(self, index: int) -> str:
        return f"word {index}"

    def subset(self, indices: Indices) -> Words:
        return Words(self.letters[np.asarray(indices)])


class WordPreprocessing(Preprocessing):
    """Letters as they are."""

    kind: Literal["word"] = "word"
    length: int

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def form(self) -> Form:
        return Form(shape=self.input_shape, dtype="int64", vocabulary=26)

    @property
    def prepared_shape(self) -> tuple[int, ...]:
        return self.input_shape

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8)

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        return torch.from_numpy(prepared.astype(np.int64)).to(device)


class InData:
    def header(self, given: Input) -> dict[str, Any]:
        return {"length": WordInput.of(given).length}

    def check_magnitudes(self, inputs: Inputs) -> None: ...

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        return [Finding(kind="equal-words", message="some are equal")] if equal else []

    def telling(self, inputs: Inputs, target: Target, targets: Any, train: NDArray[np.int64]) -> list[Finding]:
        return []

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        return InputSummary(kinds={"letters": len(dataset)})

    def example(self, dataset: Dataset, index: int) -> ExampleInspection:
        said = dataset.target.say(dataset.targets[index])
        return RowInspection(dataset.example_name(index), index, "train", said, {})

    def stranger(self, path: str) -> None: ...

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> None: ...

    def cells(self, dataset: Dataset, index: int) -> None: ...


class InPreprocessing:
    def fit(
        self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str
    ) -> tuple[Preprocessing, tuple[Decision, ...]]:
        asked.refuse("imgsz", "resize", "colour", about="pictures", dataset=HOLDS_WORDS)
        check_wishes(wishes, "word", model=model, dataset=HOLDS_WORDS, suited="letters")
        return WordPreprocessing(length=WordInput.of(dataset.input).length), ()

    def open(self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64], **how: Any) -> Prepared:
        return PreparedInMemory(Words.of(dataset.inputs).letters[indices].astype(np.uint8))


def _no_augmentation(
    dataset: Dataset, preset: str | None, overrides: Mapping[str, Any], size: tuple[int, int] | None
) -> tuple[Augmentation, Decision]:
    if overrides or preset not in (None, "none"):
        raise RecipeError("Words are not augmented.", fix="Leave it out.")
    return Augmentation(), Decision(name="augment", value="none", reason="words are not augmented")


class _InTraining(InputHabits):
    favourite = "letters"
    because = "the one network for words"
    custom = Wishes(kinds=("word",))
    no_weights = HOLDS_WORDS

    def pace(self, family: Family) -> Pace:
        return Pace(HABITS["mlp"])

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        return choose_augmentation(dataset, recipe.augmentation.augment, given)


def _batches(opening: Opening) -> TensorBatches:
    examples = opening.examples
    prepared = prepare_inputs(opening.dataset, opening.record.preprocessing, opening.dataset.splits[opening.split])
    inputs = opening.record.preprocessing.to_tensor(prepared, torch.device("cpu"))
    return TensorBatches(
        inputs,
        examples.targets,
        examples.ids,
        opening.device,
        examples.weights,
        seed=opening.record.recipe.machine.seed,
    )


def read_word(word: Any, length: int) -> NDArray[np.uint8]:
    """Return [1, T] letters of a word that was handed over.

    Raises:
        DataError: it is none of this length.
    """
    word = str(word)  # a command hands over what is typed as a path
    if len(word) != length or not all("a" <= letter <= "z" for letter in word):
        raise DataError(f"'{word}' is no word of {length} letters.")
    return np.array([[ord(letter) - 97 for letter in word]], np.uint8)


class _InPrediction:
    """Answers words that are typed."""

    reads = "words"
    hand_over = "Hand over a word, or a list of words."

    def predict(self, given: Any, record: RunRecord, judge: Any) -> Iterator[Prediction]:
        length = WordPreprocessing.of(record.preprocessing).length
        for word in [given] if isinstance(given, str | Path) else given:
            try:
                yield judge(read_word(word, length))[0].model_copy(update={"name": str(word)})
            except DataError as problem:
                yield Prediction(name=str(word), decision="error", error=str(problem))

    def first(self, given: Any, record: RunRecord) -> NDArray[np.uint8]:
        word = given if isinstance(given, str | Path) else given[0]
        return read_word(word, WordPreprocessing.of(record.preprocessing).length)


class _InAsking:
    def of_dataset(self, preprocessing: Preprocessing, dataset: Dataset, index: int) -> AskedExample:
        prepared = prepare_inputs(dataset, preprocessing, np.array([index]))
        return AskedExample(dataset.example_name(index), index, prepared)

    def of_new(self, predictor: Predictor, source: Any) -> AskedExample:
        return AskedExample(str(source), None, _InPrediction().first(source, predictor.record))

    def picture(self, dataset: Dataset, index: int) -> None: ...


def _one_hot(part: NDArray[Any]) -> NDArray[Any]:
    return np.eye(LETTERS, dtype=np.float32)[part.astype(np.int64)].reshape(len(part), -1)


class _AsRows:
    """Simple methods are given one column a letter and place."""

    def suited(self, dataset: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        return preprocessing

    def size(self, shape: tuple[int, ...], fits: Any) -> Size:
        return Size(LETTERS * shape[0], _one_hot)


class _InLadder:
    has_columns: ClassVar[bool] = True

    def features(self, dataset: Dataset, indices: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        return {"its letters": _one_hot(Words.of(dataset.inputs).letters[np.asarray(indices)])}

    def climb_own(self, dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
        return []


class _OnPages:
    def steps(self, preprocessing: Preprocessing) -> list[str]:
        return ["Each letter is a number from 0 to 25."]

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        return False

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Any, str]]:
        return []


class _InTraces:
    def begin(self, preprocessing: Preprocessing, asked: AskedExample, inputs: Tensor) -> None: ...

    def picture(self, asked: AskedExample) -> None: ...


class LetterNet(nn.Module):
    """Each letter becomes four numbers; a hidden layer reads them all."""

    def __init__(self, length: int, outputs: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(LETTERS, 4)
        self.hidden = nn.Linear(4 * length, 16)
        self.head = nn.Linear(16, outputs)

    def forward(self, letters: Tensor) -> Tensor:
        hidden = torch.relu(self.hidden(self.embed(letters).flatten(1)))
        outputs: Tensor = self.head(hidden)
        return outputs


def _build(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return LetterNet(form.shape[0], outputs)


ROWS: dict[str, Any] = {
    "look at the data": InData(),
    "kept raw dataset": Refused("Words are never unpacked."),
    "way to look at its quality": Refused("Letters are all alike."),
    "augmentation": _no_augmentation,
    "preprocessing": InPreprocessing(),
    "check of shapes": lambda name, wishes, form: None,
    "way to learn from it": _InTraining(),
    "source of batches": _batches,
    "view of a teacher": Refused("Words are not augmented: a teacher answers each of them once."),
    "widths to search": ("8", "16"),
    "way of answering what is handed over": _InPrediction(),
    "way to ask about one example": _InAsking(),
    "ground to draw answers over": Refused("Answers are drawn over columns of numbers, and words have none."),
    "formula": Refused("A formula is written in names of columns, and words have none."),
    "way to make rows of it for simple methods": _AsRows(),
    "baseline": of_tables,
    "way for classical methods to look at it": _InLadder(),
    "networks of a ladder": lambda named, recipe: (
        [Network("from scratch", "from scratch", "letters", {"model": "letters", "pretrained": False})],
        [],
    ),
    "beginning of a trace": _InTraces(),
    "explanation of answers to it": Refused("An explanation follows numbers by degrees, and letters have none."),
    "pictures to look at": Refused("Words are no pictures."),
    "pages": _OnPages(),
    "exhibits of what is read": Refused("Words have no vectors."),
    "a listing in the terminal": lambda inspection: ["words of letters"],
}
"""Of every table, by its subject."""


def register_words() -> None:
    """Register the kind, its preprocessing, its rows and a model for it."""
    INPUTS.register(WordInput)
    PREPROCESSINGS.register(WordPreprocessing)
    register_rows(INPUTS, "word", ROWS)
    OWN["letters"] = ModelEntry(
        name="letters", description="A network for words.", wishes=Wishes(kinds=("word",)), build=_build
    )


def learnable_words(count: int = 120) -> Dataset:
    """Return words of four letters, of a class that their second letter tells."""
    letters = np.random.default_rng(0).integers(0, LETTERS, (count, 4))
    return with_words(letters, ClassTarget(classes=("early", "late")), (letters[:, 1] > 12).astype(np.int64))


def with_words(letters: NDArray[np.int64], target: Target, targets: NDArray[Any]) -> Dataset:
    """Return words, [N, T] letters, with a target each."""
    content = [row.tobytes() for row in letters]
    raw = RawDataset(
        name="words",
        source="arrays",
        input=WordInput(length=letters.shape[1]),
        target=target,
        inputs=Words(letters),
        targets=targets,
        content=content,
        equality=content,
    )
    return finish(raw, choice=SplitChoice())
