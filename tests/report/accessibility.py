"""What every page must have for those who do not see it, or use no pointer; found without a browser."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page as a screen reader would, and collects what stands in the way."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.named_by: list[str] = []
        self.language = ""
        self.title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.named_by += given.get("aria-labelledby", "").split()
        self.language = given.get("lang", "") if tag == "html" else self.language
        classes = given.get("class", "").split()
        is_named = bool(given.get("aria-label") or given.get("aria-labelledby"))
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        elif tag == "img" and not given.get("alt", "").strip():
            self.faults.append("a picture without words")
        elif tag == "svg" and not (given.get("aria-hidden") or (given.get("role") == "img" and is_named)):
            self.faults.append("a drawing without role and name")
        elif tag == "table" and not any("aria-label" in around for _, around in self.open):
            self.faults.append("a table without a name")
        elif tag == "th" and not given.get("scope"):
            self.faults.append("a header of a table that does not say what it heads")
        if "scroll" in classes and not (given.get("tabindex") == "0" and given.get("role") == "group" and is_named):
            self.faults.append("a region that scrolls, yet not by keyboard, or has no name")
        if (tag == "pre" or "names" in classes) and given.get("tabindex") != "0":
            self.faults.append(f"a <{tag}> that scrolls, yet not by keyboard")
        if int(given.get("tabindex", "0")) > 0:
            self.faults.append("an order of its own")
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if [tag for tag, _ in self.open] == ["html", "head", "title"]:
            self.title += data


def faults_of(page: str) -> list[str]:
    """Return what is wrong with a page, in words; none when nothing is."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    found = reader.faults
    found += [] if reader.language else ["no language"]
    found += [] if reader.title.strip() else ["no title"]
    if reader.headings.count(1) != 1:
        found.append(f"{reader.headings.count(1)} headings of the first level")
    for before, after in zip([0, *reader.headings], reader.headings, strict=False):
        if after > before + 1:
            found.append(f"h{after} after h{before}")
    ids = Counter(reader.ids)
    found += [f"the id '{name}' twice" for name, count in ids.items() if count > 1]
    found += [f"a name by '{name}', which is nowhere" for name in reader.named_by if name not in ids]
    return found
