"""The paths of a project, configured by `[tool.freehold]` in pyproject.toml."""

import os
import re
import tomllib
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path, PurePath, PurePosixPath

from freehold.ground.problems import UsageError

CONTRACT_COPY, SERVED_DOCUMENT = PurePosixPath("contract.json"), PurePosixPath("openapi.json")
"""In `generated/`: the effective contract, which Freehold reads again, and the document that is served."""

_DEFAULTS = {
    "contract": "openapi/api.yaml",
    "generated": "generated",
    "overrides": "overrides",
    "migrations": "migrations",
}
_LISTS = ("allow", "functions")
_PACKAGE_SETTINGS = ("generated", "overrides")  # imported by name in generated code
_WRITTEN_DIRECTORIES = ("generated", "migrations")
_PACKAGE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")

_FUNCTION = re.compile(r"[a-z_][a-z0-9_]{0,62}|(?!.*(--|/\*))[-+*/<>=~!@#%^&|`?]{1,63}")
_WARNING_CODE = re.compile(r"FH9(?!99)\d\d")


@dataclass(frozen=True)
class Project:
    """A project: its contract, the generated code, the overrides and the migrations."""

    root: Path
    contract: Path
    generated: Path
    overrides: Path
    migrations: Path
    allowed_warnings: tuple[str, ...] = ()
    """The codes of warnings that are silenced."""
    functions: tuple[str, ...] = ()
    """What statements may use of PostgreSQL besides what is allowed in every project."""

    @property
    def state_folder(self) -> Path:
        """The folder of local state, which is not committed."""
        return self.root / ".freehold"


def current_project() -> Project:
    """Return the project of the current folder. Raises UsageError if there is none."""
    return find_project(Path.cwd())


def find_project(start: Path) -> Project:
    """Return the project that contains `start`. Raises UsageError if there is none, or it is invalid."""
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
    unknown = sorted(settings.keys() - _DEFAULTS.keys() - set(_LISTS))
    if unknown:
        known = ", ".join((*_DEFAULTS, *_LISTS))
        raise UsageError(
            f"{file}: unknown settings in [tool.freehold]: {', '.join(unknown)}. Available settings: {known}."
        )
    for name in filter(settings.__contains__, _DEFAULTS):
        _validate_path(root, name, settings[name], file)
    allowed_warnings = _allowed_warnings(file, settings.get("allow", []))
    functions = _functions(file, settings.get("functions", []))
    paths = {name: root / str(settings.get(name, default)) for name, default in _DEFAULTS.items()}
    if not paths["contract"].is_file():
        raise UsageError(
            f"{file}: [tool.freehold] names the contract {paths['contract']}, which does not exist."
        )
    return Project(root, **paths, allowed_warnings=allowed_warnings, functions=functions)


def _allowed_warnings(file: Path, declared: object) -> tuple[str, ...]:
    """Validate the codes in `allow`."""
    codes = declared if isinstance(declared, list) else [declared]
    for code in codes:
        if not _WARNING_CODE.fullmatch(str(code)) or not isinstance(declared, list):
            raise UsageError(
                f'{file}: allow = ["FH901"] lists codes of warnings, which start with FH9, not {code!r}.'
            )
    return tuple(map(str, codes))


def _functions(file: Path, declared: object) -> tuple[str, ...]:
    """Validate the names in `functions`."""
    names = declared if isinstance(declared, list) else [declared]
    for name in names:
        if not _FUNCTION.fullmatch(str(name)) or not isinstance(declared, list):
            raise UsageError(
                f'{file}: functions = ["similarity"] lists functions, operators and types of PostgreSQL '
                f"by their names in small letters, not {name!r}."
            )
    return tuple(map(str, names))


def _validate_path(root: Path, name: str, value: object, file: Path) -> None:
    """Require a path inside the project and, for a package, an importable name. Raises UsageError."""
    setting = f"{file}: [tool.freehold] {name} = {value!r:.100}"
    if not isinstance(value, str) or not value.isprintable() or os.path.normpath(value) == ".":
        raise UsageError(f"{setting} is not a file or folder name. Use a path such as {_DEFAULTS[name]!r}.")
    real = (root / value).resolve()
    leads_out = PurePath(value).is_absolute() or ".." in PurePath(value).parts
    if leads_out or (name in _WRITTEN_DIRECTORIES and not real.is_relative_to(root.resolve())):
        raise UsageError(f"{setting} is outside the project. Use a path inside it.")
    package = PurePath(value).name
    if name in _PACKAGE_SETTINGS and (not _PACKAGE.fullmatch(package) or iskeyword(package)):
        raise UsageError(f"{setting} is not a name that Python can import. Use letters, digits and _.")
