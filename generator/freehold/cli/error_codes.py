"""Problem codes, with a page for each: its meaning, the reason, a wrong example and a correct one."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from freehold.ground.problems import UsageError

CODE = re.compile(r"(FH)?\d{1,4}", re.IGNORECASE)
"""Matches what a user may type as a code, complete or not."""
_ABBREVIATED_EXAMPLE = re.compile(r"^(/|[A-Z][A-Za-z]*:)", re.MULTILINE)
_ABBREVIATION_NOTE = (
    "\nThe examples are abbreviated: a path belongs under `paths:`, a schema name under `schemas:`.\n"
)
_PAGES = files("freehold") / "cli" / "error_pages"


@cache
def titles() -> dict[str, str]:
    """Return the title of each code, ordered by code."""
    pages = ((file.name.removesuffix(".md"), file) for file in _files())
    return {code: file.read_text("utf-8").partition("\n")[0].removeprefix("# ") for code, file in pages}


def error_page(code: str) -> str:
    """Return the page of a code, as Markdown. Raises UsageError for an unknown code."""
    titles_by_code = titles()
    if code not in titles_by_code:
        nearest = "".join(f"\n  {other}  {titles_by_code[other]}" for other in _nearest_codes(code))
        fix = f" The nearest codes are:{nearest}" if nearest else " `freehold explain codes` lists all codes."
        raise UsageError(f"There is no code {code}.{fix}")
    title, _, rest = (_PAGES / f"{code}.md").read_text("utf-8").partition("\n")
    note = _ABBREVIATION_NOTE if _ABBREVIATED_EXAMPLE.search(rest) else ""
    return f"{code}: {title.removeprefix('# ')}\n{rest}{note}"


def _nearest_codes(code: str) -> list[str]:
    """Return the three codes with the nearest numbers: related codes have similar numbers."""
    number = re.fullmatch(r"(?:FH)?(\d{1,3})", code)
    if number is None:
        return []
    wanted = int(number[1].ljust(3, "0"))
    return sorted(sorted(titles(), key=lambda known_code: abs(int(known_code[2:]) - wanted))[:3])


def _files() -> Iterator[Traversable]:
    yield from sorted(_PAGES.iterdir(), key=lambda file: file.name)
