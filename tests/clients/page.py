"""The generators of clients in docs/clients.md: their commands, and the files that go with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.service import ROOT

PAGE = (ROOT / "docs" / "clients.md").read_text("utf-8")
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_INSTALL = re.compile(r"(?:npm|pip) install ")


@dataclass(frozen=True)
class Generator:
    """A section of the page."""

    name: str
    packages: tuple[str, ...]
    """What is to be installed, without versions."""
    commands: tuple[str, ...]
    """What generates the client from `openapi.json`, in the folder of the project that will use it."""
    files: Mapping[str, str]
    """The code in the section by path: settings of the generator, and an example for the sample."""

    @property
    def is_python(self) -> bool:
        return any(file.endswith(".py") for file in self.files)

    def write_files(self, folder: Path, *, with_examples: bool) -> None:
        """Writes the code of the page into the folder of a project."""
        for name, text in self.files.items():
            if Path(name).stem == "example" and not with_examples:
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")


def _read() -> dict[str, Generator]:
    sections = re.split(r"^## (.+)\n", PAGE, flags=re.MULTILINE)[1:]
    read = (_generator(name, text) for name, text in zip(sections[::2], sections[1::2], strict=True))
    return {generator.name: generator for generator in read if generator.commands}


def _generator(name: str, text: str) -> Generator:
    blocks = _BLOCK.findall(text)
    lines = [
        line.removeprefix("$ ")
        for language, _, block in blocks
        if language == "console"
        for line in block.replace("\\\n", "").splitlines()
    ]
    installed = [word for line in lines if _INSTALL.match(line) for word in line.split()[2:]]
    return Generator(
        name,
        tuple(re.sub(r"(?<=.)@.*|\[.*", "", word) for word in installed if not word.startswith("-")),
        tuple(line for line in lines if not _INSTALL.match(line)),
        {title: block for _, title, block in blocks if title},
    )


GENERATORS = _read()
