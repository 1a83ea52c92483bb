"""A page that is shown around does not say where on the disk things lie."""

from __future__ import annotations

from pellucid.report.provenance import last_part, shareable


def test_absolute_paths_of_a_command_are_cut_to_their_last_part() -> None:
    command = "pellucid train '/home/ann/my photos' --runs-dir /home/ann/runs --lr 0.1"
    assert shareable(command) == "pellucid train 'my photos' --runs-dir runs --lr 0.1"
    assert shareable("pellucid train photos/ants --epochs 3") == "pellucid train photos/ants --epochs 3"
    assert shareable("it's no command") == "it's no command"


def test_names_and_relative_paths_stay() -> None:
    assert [last_part(source) for source in ("digits", "/data/photos", "a/b", "/")] == ["digits", "photos", "a/b", "/"]
