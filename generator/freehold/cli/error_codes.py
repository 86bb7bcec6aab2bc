"""The long story of each code: what it means, why it is refused, what is wrong and what is fine."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from freehold.ground.problems import UsageError

CODE = re.compile(r"(FH)?\d{1,4}", re.IGNORECASE)
"""What is meant to be a code."""
_CUT = re.compile(r"^(/|[A-Z][A-Za-z]*:)", re.MULTILINE)
_BELOW = (
    "\nIn these examples a path stands for what is below `paths:`, a name for what is below `schemas:`.\n"
)
_STORIES = files("freehold") / "cli" / "error_pages"


@cache
def titles() -> dict[str, str]:
    """What each code is about, in a few words, in the order of the codes."""
    found = ((file.name.removesuffix(".md"), file) for file in _files())
    return {code: file.read_text("utf-8").partition("\n")[0].removeprefix("# ") for code, file in found}


def story(code: str) -> str:
    """The story of a code, as Markdown. Raises UsageError for one that there is not."""
    known = titles()
    if code not in known:
        near = "".join(f"\n  {other}  {known[other]}" for other in _near(code))
        fix = f" Those next to it:{near}" if near else " `freehold explain codes` lists them all."
        raise UsageError(f"There is no code {code}.{fix}")
    title, _, rest = (_STORIES / f"{code}.md").read_text("utf-8").partition("\n")
    return f"{code}: {title.removeprefix('# ')}\n{rest}{_BELOW if _CUT.search(rest) else ''}"


def _near(code: str) -> list[str]:
    """The codes with the nearest numbers: what is alike has a number that is near."""
    number = re.fullmatch(r"(?:FH)?(\d{1,3})", code)
    if number is None:
        return []
    wanted = int(number[1].ljust(3, "0"))
    return sorted(sorted(titles(), key=lambda known: abs(int(known[2:]) - wanted))[:3])


def _files() -> Iterator[Traversable]:
    yield from sorted(_STORIES.iterdir(), key=lambda file: file.name)
