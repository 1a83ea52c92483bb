"""Changes to archives: members, names, links, devices, sizes that lie."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile

from fuzz_blindly import change_bytes, change_npy


def change_zip(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a zip archive (also .npz) with changed members or names, or other bytes."""
    if chance.random() < 0.35:
        return change_bytes(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    place = chance.randrange(len(members))
    kind = chance.choice(("inner", "inner", "name", "double", "drop", "bomb", "link", "method"))
    output, said = io.BytesIO(), kind
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (info, content) in enumerate(members):
            made = zipfile.ZipInfo(info.filename, info.date_time)
            made.compress_type, made.external_attr = info.compress_type, info.external_attr
            if number == place:
                if kind == "inner":
                    inner = change_npy if info.filename.endswith(".npy") else change_bytes
                    content, told = inner(content, chance)
                    said = f"{info.filename}: {told}"
                elif kind == "name":
                    made.filename = chance.choice(ODD_NAMES)
                    said = f"name {made.filename[:30]!r}"
                elif kind == "drop":
                    continue
                elif kind == "bomb":
                    content, made.compress_type = (
                        content + bytes(chance.choice((1 << 20, 60 << 20))),
                        zipfile.ZIP_DEFLATED,
                    )
                elif kind == "link":
                    made.external_attr, content = 0o120777 << 16, b"../../guard/secret.txt"
                elif kind == "method":
                    made.compress_type = chance.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
                elif kind == "double":
                    archive.writestr(made, content)
            archive.writestr(made, content)
    return output.getvalue(), said


ODD_NAMES = (
    "../../guard/new.txt",
    "/tmp/guard-new.txt",
    "..",
    ".",
    "a/../../../x.png",
    "a\\..\\x.png",
    "C:/x.png",
    "a" * 300 + ".png",
    "é\u202e.png",
    "a\x1b[31m.png",
    "a\nb.png",
    "con.png",
    "x.png/",
    "/".join("d" * 50) + "/x.png",
    ".hidden/x.png",
    "__MACOSX/x.png",
    "x.npy",
    " .png",
    "files",
    "contents.json",
    "[bold]x[/].png",
)


def change_tar(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a tar archive, gzipped or not, with changed members, links and devices in it, or other bytes."""
    gzipped = data[:2] == b"\x1f\x8b"
    plain = gzip.decompress(data) if gzipped else data
    if chance.random() < 0.2:
        return change_bytes(data, chance)
    if chance.random() < 0.3:
        changed, said = change_bytes(plain, chance)
        return gzip.compress(changed, 1) if gzipped else changed, said
    output = io.BytesIO()
    said = "nothing"
    with (
        tarfile.open(fileobj=io.BytesIO(plain)) as source,
        tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as made,
    ):
        members = source.getmembers()
        place = chance.randrange(len(members))
        for number, member in enumerate(members):
            file = source.extractfile(member)
            content = file.read() if file is not None else b""
            if number == place:
                kind = chance.choice(
                    ("link", "hard", "name", "device", "pipe", "size", "pax", "sparse", "inner", "mode")
                )
                said = f"{member.name}: {kind}"
                if kind in ("link", "hard"):
                    member.type = tarfile.SYMTYPE if kind == "link" else tarfile.LNKTYPE
                    member.linkname = chance.choice(
                        ("../../guard/secret.txt", "/etc/passwd", member.name, "..", "", "a" * 5000)
                    )
                    content, member.size = b"", 0
                elif kind == "name":
                    member.name = chance.choice(ODD_NAMES)
                elif kind in ("device", "pipe"):
                    member.type = tarfile.CHRTYPE if kind == "device" else tarfile.FIFOTYPE
                    member.devmajor, member.devminor, content, member.size = 1, 5, b"", 0
                elif kind == "size":
                    member.size = chance.choice((0, 1, 1 << 33, 1 << 62))
                elif kind == "pax":
                    member.pax_headers = {
                        chance.choice(
                            ("size", "path", "mtime", "uid", "GNU.sparse.major", "GNU.sparse.map")
                        ): chance.choice(("-1", "x", "1e400", "9" * 400, "1,2,x", "\ud7ff"))
                    }
                elif kind == "sparse":
                    member.pax_headers = {
                        "GNU.sparse.major": "1",
                        "GNU.sparse.minor": "0",
                        "GNU.sparse.name": "x.png",
                        "GNU.sparse.realsize": chance.choice(("999999999999", "x", "-1")),
                    }
                elif kind == "inner":
                    content, _ = change_bytes(content, chance)
                    member.size = len(content)
                else:
                    member.mode = chance.choice((0, 0o7777))
            try:
                made.addfile(member, io.BytesIO(content.ljust(min(member.size, 1 << 20), b"\0")))
            except (
                OSError,
                ValueError,
                UnicodeError,
            ):  # a size that there are no bytes for: what is there so far is cut off
                break
    changed = output.getvalue()
    return gzip.compress(changed, 1) if gzipped else changed, said
