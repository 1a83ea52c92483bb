"""Open pages in a browser, in light and dark, wide, zoomed and on a phone, and report what a reader would stumble over.

Contrast by the formula of WCAG 2.2, words that are cut off or lie on each other, regions that scroll but not by
keyboard, controls that Tab does not reach or whose focus cannot be seen. Needs playwright and a Chromium:
`pip install playwright`.

    python scripts/audit_pages.py runs/*/report.html [--shots FOLDER] [--browser PATH]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

WIDTHS = {"wide": 1280, "zoomed": 640, "phone": 390}
"""Pixels; 640 is what 1,280 are at a zoom of 200 %."""
MEASURE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) { return null; }
  const all = [...document.querySelectorAll("a[href], button, summary, input, select, [tabindex='0']")];
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = one.getBoundingClientRect();
  return [all.indexOf(one), seen, one.tagName + "." + one.className, box.bottom > 0 && box.top < innerHeight];
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, summary, input, select, [tabindex='0']")]
  .filter((one) => one.checkVisibility()).length"""


def audit(browser: Any, path: Path, shots: Path | None) -> dict[tuple[str, str], Counter[str]]:
    """Return the faults of a page as (kind, what), each with how often it was found in which view."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for scheme in ("light", "dark"):
        for name, width in WIDTHS.items():
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
            )
            problems: list[str] = []
            page.on("pageerror", lambda error, said=problems: said.append(str(error)))
            page.on("console", lambda one, said=problems: said.append(one.text) if one.type == "error" else None)
            page.goto(path.resolve().as_uri())
            if shots:
                page.screenshot(path=shots / f"{path.stem}-{scheme}-{name}.png", full_page=True)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height + 10, 30_000)})
            for kind, what in page.evaluate(MEASURE):
                found[kind, what][f"{scheme} {name}"] += 1
            for problem in problems:
                found["script", problem][f"{scheme} {name}"] += 1
            if name == "wide":
                page.set_viewport_size({"width": width, "height": 900})
                for what in walk(page):
                    found["keyboard", what][scheme] += 1
            page.close()
    return found


def walk(page: Any) -> list[str]:
    """Go through a page by Tab, and return what is not reached, out of order, or reached unseen."""
    page.evaluate("scrollTo(0, 0)")
    reachable, places, faults = page.evaluate(REACHABLE), [], []
    for _ in range(reachable + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        place, seen, what, in_view = focused
        places.append(place)
        if not seen:
            faults.append(f"no outline: {what}")
        if not in_view:
            faults.append(f"out of view when focused: {what}")
    if places != sorted(places):
        faults.append("out of order")
    if len(set(places)) != reachable:
        faults.append(f"{len(set(places))} of {reachable} reached")
    return faults


def main() -> None:
    """Audit the pages named, print their faults, and leave with 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--shots", type=Path, help="folder for pictures of the pages")
    parser.add_argument("--browser", default=shutil.which("chromium"), help="path of a Chromium")
    words = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("The audit opens pages in a browser, and playwright is not installed.\nFix: pip install playwright")
    if words.shots:
        words.shots.mkdir(parents=True, exist_ok=True)
    kinds: Counter[str] = Counter()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=words.browser, args=["--no-sandbox"])
        for path in words.pages:
            found = audit(browser, path, words.shots)
            print(f"{path}: {len(found)} faults")
            for (kind, what), views in sorted(found.items()):
                print(f"  {kind}: {what} ({', '.join(f'{view} {times}' for view, times in views.items())})")
                kinds[kind] += 1
        browser.close()
    print("In all:", ", ".join(f"{times} {kind}" for kind, times in kinds.most_common()) or "nothing found")
    sys.exit(bool(kinds))


if __name__ == "__main__":
    main()
