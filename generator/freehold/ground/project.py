"""Where the parts of a project are: `[tool.freehold]` in pyproject.toml says so."""

import os
import re
import tomllib
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path, PurePath

from freehold.ground.problems import UsageError

_DEFAULTS = {
    "contract": "openapi/api.yaml",
    "generated": "generated",
    "overrides": "overrides",
    "migrations": "migrations",
}
_PACKAGE_SETTINGS = ("generated", "overrides")  # code imports them by their names
_WRITTEN_DIRECTORIES = ("generated", "migrations")
_PACKAGE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")

_WARNING_CODE = re.compile(r"FH9(?!99)\d\d")


@dataclass(frozen=True)
class Project:
    """A folder with a contract, what is generated from it, and what people wrote."""

    root: Path
    contract: Path
    generated: Path
    overrides: Path
    migrations: Path
    allowed_warnings: tuple[str, ...] = ()
    """The codes of the warnings that the team has read, and does not want to see again."""

    @property
    def state_folder(self) -> Path:
        """What belongs to this machine and is never committed."""
        return self.root / ".freehold"


def current_project() -> Project:
    """The project of the current folder. Raises UsageError when there is none."""
    return find_project(Path.cwd())


def find_project(start: Path) -> Project:
    """The project that `start` is in. Raises UsageError when there is none, or its settings are wrong."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            settings = _read_settings(file)
            if settings is not None:
                return _build_project(folder, file, settings)
    raise UsageError(
        f"No project here: neither {start} nor a folder above has a pyproject.toml with [tool.freehold]."
    )


def _read_settings(file: Path) -> dict[str, object] | None:
    try:
        tool = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    if not isinstance(tool, dict):
        raise UsageError(f"{file}: tool must be a table: [tool.freehold].")
    found = tool.get("freehold")
    if found is not None and not isinstance(found, dict):
        raise UsageError(f"{file}: tool.freehold must be a table: [tool.freehold].")
    return found


def _build_project(root: Path, file: Path, settings: dict[str, object]) -> Project:
    unknown = sorted(settings.keys() - _DEFAULTS.keys() - {"allow"})
    if unknown:
        known = ", ".join((*_DEFAULTS, "allow"))
        raise UsageError(f"{file}: [tool.freehold] does not know {', '.join(unknown)}. It knows {known}.")
    for name in filter(settings.__contains__, _DEFAULTS):
        _validate_path(root, name, settings[name], file)
    paths = {name: root / str(settings.get(name, default)) for name, default in _DEFAULTS.items()}
    if not paths["contract"].is_file():
        raise UsageError(
            f"{file}: [tool.freehold] names the contract {paths['contract']}, which is not there."
        )
    return Project(root, **paths, allowed_warnings=_allowed_warnings(file, settings.get("allow", [])))


def _allowed_warnings(file: Path, said: object) -> tuple[str, ...]:
    """The codes that `allow` lists."""
    codes = said if isinstance(said, list) else [said]
    for code in codes:
        if not _WARNING_CODE.fullmatch(str(code)) or not isinstance(said, list):
            raise UsageError(
                f'{file}: allow = ["FH901"] lists the codes of warnings, which begin with FH9, not {code!r}.'
            )
    return tuple(map(str, codes))


def _validate_path(root: Path, name: str, value: object, file: Path) -> None:
    """A setting is a path inside the project, and of a package a name that Python can import."""
    told = f"{file}: [tool.freehold] {name} = {value!r:.100}"
    if not isinstance(value, str) or not value.isprintable() or os.path.normpath(value) == ".":
        raise UsageError(f"{told} is no name of a file or folder. Write one such as {_DEFAULTS[name]!r}.")
    real = (root / value).resolve()
    leads_out = PurePath(value).is_absolute() or ".." in PurePath(value).parts
    if leads_out or (name in _WRITTEN_DIRECTORIES and not real.is_relative_to(root.resolve())):
        raise UsageError(f"{told} leads out of the project. Write a path inside it.")
    package = PurePath(value).name
    if name in _PACKAGE_SETTINGS and (not _PACKAGE.fullmatch(package) or iskeyword(package)):
        raise UsageError(f"{told} is no name that Python can import. Use letters, digits and _.")
