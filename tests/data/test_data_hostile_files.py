"""Files that lie about themselves, or are none: refused with a reason, and nothing is unpacked without a bound."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid.data import load_dataset
from pellucid.data.delimited import read_table
from pellucid.data.idx import read_idx
from pellucid.data.npz import read_new_arrays
from pellucid.data.pixel_arrays import PixelKind
from pellucid.errors import DataError
from pellucid.store import unpack_archive

NO_FILE = "no file but a pipe, a socket or a device"
posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")


def idx(*sizes: int, values: bytes = b"", kind: int = 8) -> bytes:
    return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes) + values


@posix
@pytest.mark.parametrize(
    "name",
    ["a.csv", "a.tsv", "a.txt", "a.zip", "a.tar", "a.tar.gz", "a.npz", "a.parquet", "train-images-idx3-ubyte"],
)
def test_a_pipe_a_device_or_a_link_to_one_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    place = tmp_path / "data" if "idx" in name else tmp_path
    place.mkdir(exist_ok=True)
    source = place if "idx" in name else place / name
    if "idx" in name:
        (place / "train-labels-idx1-ubyte").write_bytes(idx(1, values=b"\0"))
    os.mkfifo(place / name)
    with pytest.raises(DataError, match=NO_FILE):
        load_dataset(source)
    for target in ("/dev/zero", "/dev/null"):
        (place / name).unlink()
        (place / name).symlink_to(target)
        with pytest.raises(DataError, match=NO_FILE):
            load_dataset(source)


@posix
@pytest.mark.parametrize("name", ["a.csv", "a.zip", "a.npz", "folder"])
def test_links_in_a_circle_and_impossible_names_are_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(name)
    with pytest.raises(DataError, match="a link that leads nowhere, or in a circle"):
        load_dataset(tmp_path / name)
    for path in (tmp_path / ("x" * 300), tmp_path / "a\0b", "x" * 5000):
        with pytest.raises(DataError, match="There is no file or folder"):
            load_dataset(path)
    with pytest.raises(DataError, match="knows no home folder for '~nosuchuser'"):
        load_dataset("~nosuchuser/x")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (idx(1 << 22, 1 << 21, 1 << 21), "cut off or damaged: 0 bytes.*18,446,744,073,709,551,616"),
        (idx(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF), "cut off or damaged"),
        (idx(1 << 16, 1 << 16, 1 << 16, 1 << 16), "cut off or damaged"),
        (idx(0, 28, 28), "holds nothing"),
        (idx(10, 0, 28), "holds nothing"),
        (idx(0), "holds nothing"),
        (idx(4, values=b"12345"), "cut off or damaged: 5 bytes"),
        (b"\0\0\x08\x04\0\0", "not an idx file"),
        (b"\0\0\x08\xff" + bytes(2000), "not an idx file"),
        (idx(1, values=b"1", kind=13), "idx type 0x0d"),
        (gzip.compress(idx(1 << 22, 1 << 21, 1 << 21), mtime=0), "more than there is memory for"),
        (gzip.compress(idx(4, values=b"12345"), mtime=0), "more than 4 bytes"),
        (gzip.compress(idx(4, values=b"1234"), mtime=0)[:-9], "cannot be read"),
        (b"\x1f\x8b", "cannot be read"),
        (b"\x1f\x8b\x08\xff" + bytes(50), "cannot be read"),
    ],
)
def test_an_idx_file_whose_head_lies_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "x-idx3-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_idx(tmp_path / "x-idx3-ubyte")


def test_a_gzipped_idx_file_is_unpacked_no_further_than_its_head_says(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "x.gz", "wb", 9) as file:
        file.write(idx(10, 28, 28))
        for _ in range(40):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(DataError, match="more than 7,840 bytes"):
        read_idx(tmp_path / "x.gz")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 << 20


def npy(head: str) -> bytes:
    text = head.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


HEADS = [
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776, 1048576), }"),
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }"),
    npy("{'descr': '|u1', 'fortran_order': False, 'shape': 'x', }"),
    npy("{'descr': [], 'fortran_order': False, 'shape': (1,), }"),
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
    npy("{'descr': None, 'fortran_order': False, 'shape': (99999999999999999999999,), }"),
    npy("((((((((((((((((((((((((((((((((((((("),
    npy("{'descr': '<f8', 'fortran_order'"),
    npy("[" * 100),
    b"\x93NUMPY\x09\x00" + bytes(20),
    b"\x93NUMPY",
    b"",
    bytes(100),
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
def test_heads_of_arrays_that_lie_are_refused(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "x.npy").write_bytes(head)
    with pytest.raises(DataError, match=r"x\.npy"):
        read_new_arrays(tmp_path / "x.npy", PixelKind())
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("images.npy", head)
    with pytest.raises(DataError, match=r"x\.npz"):
        read_new_arrays(tmp_path / "x.npz", PixelKind())
    with pytest.raises(DataError, match=r"x\.npz"):
        load_dataset(tmp_path / "x.npz")


def test_entries_of_an_npz_file_that_are_no_arrays_are_passed_over(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", images=np.zeros((2, 4, 4), np.uint8))
    with zipfile.ZipFile(tmp_path / "x.npz", "a") as archive:
        archive.writestr("note.txt", "no array")
        archive.writestr("../out.txt", "no array")
    assert list(read_new_arrays(tmp_path / "x.npz", PixelKind())) == ["images"]


def test_damaged_and_lying_zip_archives_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(1000))
        archive.writestr("b/1.png", bytes(1000))
    whole = buffer.getvalue()
    place = whole.index(b"PK\x01\x02")
    for number, content in enumerate(
        [
            whole[:-30],
            b"",
            b"PK\x05\x06" + bytes(18),  # an archive of nothing
            whole[:30] + bytes([whole[30] ^ 255]) + whole[31:],
            whole[: place + 10] + b"\x63\0" + whole[place + 12 :],  # a way of packing that nobody knows
            whole[:45] + bytes(10) + whole[55:],
            whole[: place + 42] + b"\xff\xff\xff\x7f" + whole[place + 46 :],
        ]
    ):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)
        with pytest.raises(DataError):
            load_dataset(path)


def test_names_in_an_archive_that_no_file_can_have_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("a/good.png", "a/ok.png", "x" * 300 + ".png", "a/" * 600 + "b.png"):
            archive.writestr(name, b"no picture")
    unpacked = unpack_archive(tmp_path / "x.zip")
    assert len(unpacked.refused) == 2
    assert all("its name is too long" in reason for reason in unpacked.refused)


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_note_in_a_tar_archive_that_would_fill_the_memory_is_not_read(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("a.png")
    member.type = kind
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(tar_of((member, bytes(20 << 20))), 1))
    tracemalloc.start()
    with pytest.raises(DataError, match="a name or a note in it has 20,971,520 bytes"):
        unpack_archive(tmp_path / "x.tar.gz")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 12 << 20


def test_damaged_maps_of_sparse_files_in_a_tar_archive_are_refused(tmp_path: Path) -> None:
    first = tarfile.TarInfo("a.png")
    first.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "x"}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        first.size = 512
        archive.addfile(first, io.BytesIO(b"no number\n".ljust(512, b"\0")))
    for number, content in enumerate([buffer.getvalue(), buffer.getvalue()[:700], b"\x1f\x8b" + bytes(10), bytes(511)]):
        (tmp_path / f"{number}.tar").write_bytes(content)
        with pytest.raises(DataError):
            load_dataset(tmp_path / f"{number}.tar")


def parquet(path: Path, columns: list[Any], names: list[str], **metadata: str) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    writer = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.Table.from_arrays([pyarrow.array(column) for column in columns], names=names)
    if metadata:
        table = table.replace_schema_metadata(metadata)
    writer.write_table(table, path)
    return path


def test_parquet_columns_of_one_name_are_said(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", [[1, 2], [3, 4], [5, 6]], ["a", "a", "b"])
    with pytest.raises(DataError, match="names columns twice: a"):
        load_dataset(path)


@pytest.mark.parametrize(
    "note",
    [
        "[" * 100_000,
        "null",
        '{"info": 1}',
        '{"info": {"features": []}}',
        "\x00",
        '{"info":{"features":{"y":{"_type":"ClassLabel","names":7}}}}',
    ],
)
def test_damaged_notes_of_hugging_face_do_not_end_the_reading(tmp_path: Path, note: str) -> None:
    rows = [float(n) + 0.5 for n in range(20)]
    path = parquet(tmp_path / "x.parquet", [rows, rows], ["x", "y"], huggingface=note)
    assert len(load_dataset(path, target="y")) == 20


def test_damaged_pages_of_parquet_are_refused(tmp_path: Path) -> None:
    whole = parquet(tmp_path / "x.parquet", [[str(n) for n in range(500)], list(range(500))], ["x", "y"]).read_bytes()
    for number, content in enumerate(
        [whole[:-8], b"PAR1", b"PAR1" + bytes(200) + b"PAR1", whole[:40] + bytes(400) + whole[440:]]
    ):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"cannot be read|damaged"):
            load_dataset(path)


def test_a_parquet_file_of_more_cells_than_the_memory_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "x.parquet", [[1] * 2_000_000], ["x"])
    assert path.stat().st_size < 100_000
    monkeypatch.setattr("pellucid.data.parquet.free_memory", lambda: 0)
    with pytest.raises(DataError, match="more memory than there is"):
        load_dataset(path)


def test_a_table_larger_than_the_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.data.delimited.free_memory", lambda: 0)
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(DataError, match=r"too large \(1,048,576\.0 MiB; at most 64 MiB are read\)"):
        read_table(tmp_path / "x.csv")


@pytest.mark.parametrize("number", ["1e300", "-1e300", "1.7976931348623157e308", "1e151"])
def test_numbers_too_large_to_compute_with_are_refused_with_their_place(tmp_path: Path, number: str) -> None:
    (tmp_path / "x.csv").write_text("x,target\n" + "".join(f"{n},{n}.5\n" for n in range(40)) + f"{number},1.5\n")
    with pytest.raises(DataError, match=r"The column 'x' holds -?1\.?\d*e\+\d+ \(row 41\), which is too large"):
        load_dataset(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_text("x,target\n" + "".join(f"{n},{n}.5\n" for n in range(40)) + f"7,{number}\n")
    with pytest.raises(DataError, match=r"The target 'target' holds -?1\.?\d*e\+\d+ \(row 41\)"):
        load_dataset(tmp_path / "y.csv")


def test_large_numbers_that_can_be_computed_with_are_read(tmp_path: Path) -> None:
    rows = "".join(f"{n}e140,{n}.5e30\n" for n in range(40))
    (tmp_path / "x.csv").write_text(f"x,target\n{rows}")
    assert len(load_dataset(tmp_path / "x.csv")) == 40
