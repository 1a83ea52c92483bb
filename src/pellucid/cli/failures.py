"""What the system refuses, in words: a full disk, a closed folder, a name too long, no memory left."""

from __future__ import annotations

import errno

from pellucid.data import is_out_of_memory

OUT_OF_MEMORY = (
    "Memory ran out. Use a smaller --imgsz, --batch or --model, end what else is running, or raise the limit that this "
    "process runs under."
)
_NO_ROOM = "The disk may be full, or a limit on what may lie there is reached."
_CLOSED = "The place may not be written or read by this user."
_ADVICE = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED,
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ELOOP: "The link leads in a circle: mend or remove it.",
    errno.EISDIR: "There is a folder where a file should be.",
    errno.ENOTDIR: "There is a file where a folder should be.",
    errno.EEXIST: "Something of that name is there already.",
    errno.ENOENT: "It is missing, or was moved away meanwhile.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "End what else is running: the system has no more open files to give.",
}
_ANYTHING = "The disk may be full, or the place may not be written or read."
_NOT_LOADED = ("failed to map segment", "cannot allocate memory", "cannot apply additional memory protection")


def describe_failure(problem: BaseException) -> str:
    """Return what the system refused and what helps, in words; "" where it is a fault of ours."""
    if isinstance(problem, OSError):
        if problem.errno in (errno.ENOMEM, errno.EAGAIN):
            return OUT_OF_MEMORY
        if problem.filename is None and problem.errno is None:
            return ""
        where = f"'{problem.filename}': " if problem.filename else ""
        return f"{where}{problem.strerror}. {_ADVICE.get(problem.errno or 0, _ANYTHING)}"
    if isinstance(problem, ImportError):  # a library's own code did not fit
        return OUT_OF_MEMORY if any(words in str(problem).lower() for words in _NOT_LOADED) else ""
    if isinstance(problem, MemoryError | RuntimeError):
        return OUT_OF_MEMORY if is_out_of_memory(problem) else ""
    return ""
