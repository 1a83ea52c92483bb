"""The table of commands, loaded one at a time so that help is quick; and the one place where errors become messages."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from pellucid.cli.failures import describe_failure
from pellucid.cli.outlets import guarded_outlets
from pellucid.cli.output import say
from pellucid.cli.stopping import EXIT_TERMINATED, Asked, stopped_like_ctrl_c
from pellucid.cli.working import GENERAL, shows_work
from pellucid.doing import doing
from pellucid.errors import PellucidError, RecipeError, did_you_mean
from pellucid.typed_numbers import check_number
from pellucid.version import VERSION

COMMANDS: dict[str, str] = {
    "train": "Train a network on a folder of pictures, a table or a named dataset.",
    "evaluate": "Measure a run; opens the sealed test split, and writes down that it did.",
    "watch": "Follow a training from another terminal: curves, last epoch, time left.",
    "predict": "Answer new pictures or rows: label, probability, 'unsure', 'unknown'.",
    "sample": "Let a language model go on with a text.",
    "inspect": "Look at a dataset, or at one picture as its numbers.",
    "audit": "Say what is wrong with a dataset: leaks, repeats, contradictions; decisions as a file.",
    "explain": "Show where the model looked, and whether that means anything.",
    "health": "Say whether a training was sound: gradients, dead units, how fast weights moved.",
    "kernel": "Slide a kernel over a picture, or pool it, step by step with the arithmetic.",
    "summary": "List a model's layers: shapes, parameters, cost, receptive fields; and draw it.",
    "trace": "Show every value of a forward pass, and the arithmetic behind any of them.",
    "features": "Show what a run has learned: filters, feature maps, patches, an embedding, shifts.",
    "landscape": "Draw the loss around a trained network, or around two on one scale.",
    "descent": "Watch gradient descent on problems small enough to be drawn, and a plane that is bent.",
    "compare": "Say whether the difference between two runs is real.",
    "tune": "Search for a better recipe, and say whether it was worth it.",
    "reproduce": "Train a run again from its record: are weights and numbers the same?",
    "report": "Write a run's page anew, and say where it lies.",
    "runs": "List the runs there are.",
    "cache": "Show what is kept of pictures that were decoded before, or clear it.",
    "weights": "Pretrained weights to start from: list, add, remove, verify, bundle.",
    "fetch": "Download a dataset or weights by name: the only command that uses the network.",
    "models": "List the models, with their parameters and what they take as input.",
}

HIDDEN = {"generate": "sample"}
"""Commands that go by the name that other tools have for them, too; they are not listed."""

# Imports make objects by the hundred thousand, hardly one of them garbage: looking at them all every 700 new ones takes
# a fifth of the time that importing torch and timm takes.
_COLLECT_AFTER = 10_000
# For how many turns of a loop a thread of torch waits busily for others before it sleeps. libgomp's own 300,000 keep
# the cores from those that work: two loops of ten convolutions side by side on two cores took 7.0 s for what takes 3.2
# s with 10,000. With 1,000 a network of many small layers is slower alone.
_SPIN_COUNT = "10000"

_MOST_NAMED = 3
"""Commands that are named where a flag belongs to others than the one that was typed."""

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130

# typer brings click within itself from version 0.29 on; either way this is the base of the mistakes in the words typed.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


class LazyCommands(TyperGroup):
    """A group that knows its commands by name, and imports the one that was typed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a stand-in with the command's one sentence: enough for the overview of `--help`."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that was typed, and no other.

        Raises:
            RecipeError: there is no such command.
        """
        name = args[0]
        name = HIDDEN.get(name, name)
        if name not in COMMANDS:
            raise RecipeError(
                f"Unknown command '{name}'.{did_you_mean(name, COMMANDS)}", expected=f"One of: {', '.join(COMMANDS)}."
            )
        command = _load(name)
        for one in (command, *getattr(command, "commands", {}).values()):
            one.callback = _with_checked_numbers(one.callback)
        return name, command, args[1:]


def _load(name: str) -> Any:
    """Import one of `COMMANDS` and return it as typer's."""
    command: Any = typer.main.get_command(import_module(f"pellucid.cli.{name}").app)
    command.name = name
    return command


def _commands_with(flag: str) -> list[str]:
    """Return the commands that have a flag; those with commands of their own by both names, "weights add"."""
    found = []
    for name in COMMANDS:
        command = _load(name)
        inner = getattr(command, "commands", {})
        for words, one in {name: command, **{f"{name} {key}": value for key, value in inner.items()}}.items():
            if any(flag in parameter.opts for parameter in one.params):
                found.append(words)
    return found


app = typer.Typer(
    cls=LazyCommands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"pellucid {VERSION}")
        raise typer.Exit


@app.callback(epilog="Begin with: pellucid train digits")
def root(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Image classifiers, and the neural networks behind them, that you can see through."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one message and exit code 2, never in a traceback.

    A closed output, or a reader who has left (`| head -1`), changes nothing but that no more is said: the work is done
    to its end, and the exit code is its own.

    Args:
        arguments: the words after `pellucid`; None for those of the process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_process()
    with guarded_outlets():
        try:
            with shows_work(), stopped_like_ctrl_c() as asked:
                _run(words, asked)
        finally:
            _say_damage()


def _run(words: list[str], asked: Asked) -> None:
    try:
        code = app(words or ["--help"], prog_name="pellucid", standalone_mode=False)
        sys.stdout.flush()  # a full disk may show only now
    except PellucidError as problem:
        _fail(str(problem))
    except USAGE_ERROR as problem:
        _fail(_usage_message(problem))
    except (KeyboardInterrupt, typer.Abort) as stop:
        if isinstance(stop.__context__, EOFError):  # click takes it for Ctrl-D, and nobody was asked anything
            _fail("A file that was read is empty or cut off.")
        code = EXIT_INTERRUPTED
    except (OSError, ImportError, MemoryError, RuntimeError) as problem:
        words_of_it = describe_failure(problem)
        if not words_of_it:
            raise
        _fail(words_of_it)
    if code == EXIT_INTERRUPTED:
        code = EXIT_TERMINATED if asked.to_end else code
        say("Stopped.", err=True)
    if code:
        sys.exit(code)


def _say_damage() -> None:
    """Say once what of the cache was damaged and made anew: whatever command met it."""
    store = sys.modules.get("pellucid.store")  # a command that never loaded it met nothing
    line = store.tell_damage() if store is not None else ""
    if line:
        say(line, err=True)


def _prepare_process() -> None:
    """Set what must be set before libraries are loaded; what the user's environment says already stays."""
    import_module("pellucid.machine")  # reads the clocks: what others do while we load is known without waiting
    gc.set_threshold(_COLLECT_AFTER)
    # Nothing phones home: timm finds its own way to the network absent, and is imported sooner for it.
    sys.modules.setdefault("huggingface_hub", None)  # type: ignore[arg-type]  # Python's own way to make one absent
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)


def _with_checked_numbers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that is only run on numbers one can work with, whatever the bounds of its flags."""

    @wraps(command)
    def checked(*given: Any, **typed: Any) -> Any:
        for name, value in typed.items():
            for one in value if isinstance(value, list) else [value]:
                check_number(one, f"--{name.replace('_', '-')}")
        with doing(GENERAL):
            return command(*given, **typed)

    return checked


def _usage_message(problem: Any) -> str:
    """Say what is wrong with the words typed, in the voice of every other error."""
    flag, near = getattr(problem, "option_name", None), getattr(problem, "possibilities", None)
    command = problem.ctx.command_path if problem.ctx else "pellucid"
    if type(problem).__name__ == "NoSuchOption":
        elsewhere = [f"'pellucid {one}'" for one in _commands_with(str(flag))]
        if elsewhere:
            have = ", ".join(elsewhere[:_MOST_NAMED]) + (" and others" if len(elsewhere) > _MOST_NAMED else "")
            verb = "has" if len(elsewhere) == 1 else "have"
            return f"'{command}' has no flag '{flag}'; {have} {verb} it. '{command} --help' shows what there is."
        text = f"Unknown flag '{flag}'." + (f" Did you mean '{near[0]}'?" if near else "")
    else:
        text = problem.format_message().replace("Value error, ", "").rstrip(".")
        text += "" if text.endswith("?") else "."
    return f"{text} '{command} --help' shows what there is."


def _fail(message: str) -> NoReturn:
    say(f"Error: {message}", err=True)
    sys.exit(EXIT_USER_ERROR)
