"""The paths, links, settings and events in docs/ exist and match the code."""

import re

import pytest
from pydantic import SecretStr

from generated.runtime.settings.server_settings import ServerSettings
from generated.runtime.settings.service_settings import Settings
from tests.support.documented_examples import table
from tests.support.service import ROOT

PAGES = sorted(page.name for page in (ROOT / "docs").glob("*.md"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
SERVER_ONLY = OPERATIONS.index("These are read by `python -m generated` only")
RUNTIME = "".join(file.read_text("utf-8") for file in sorted((ROOT / "generated" / "runtime").rglob("*.py")))


def anchors(page: str) -> set[str]:
    """The headings as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def plain(default: object) -> str:
    """A default as it is written in the environment."""
    shown = default.get_secret_value() if isinstance(default, SecretStr) else default
    return f"{shown:g}" if isinstance(shown, float) else str(shown).lower()


def defaults(page: str) -> dict[str, str]:
    """What the first table of settings in `page` says of each of them."""
    rows = table(page, "setting", "without it", "says")
    return {name: default for names, default, _ in rows for name in re.findall(r"`([A-Z_]+)`", names)}


@pytest.mark.parametrize("name", PAGES)
def test_every_path_that_a_page_names_exists(name: str) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    named = re.findall(r"`((?:tests|generated|generator|migrations)/[\w./-]+)`", page)

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_has_a_target(name: str) -> None:
    for link in re.findall(r"\]\(([^)]*)\)", (ROOT / "docs" / name).read_text("utf-8")):
        page, _, anchor = link.partition("#")
        target = ROOT / "docs" / (page or name)
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


@pytest.mark.parametrize(
    ("settings", "documented"),
    [(Settings, defaults(OPERATIONS[:SERVER_ONLY])), (ServerSettings, defaults(OPERATIONS[SERVER_ONLY:]))],
    ids=["application", "server"],
)
def test_every_setting_is_documented_with_its_default(
    settings: type[Settings] | type[ServerSettings], documented: dict[str, str]
) -> None:
    assert sorted(documented) == sorted(name.upper() for name in settings.model_fields)
    for name, field in settings.model_fields.items():
        if not field.is_required() and field.default is not None:
            assert documented[name.upper()] == plain(field.default), name


def test_every_log_event_is_documented() -> None:
    documented = {event.strip("`") for event, *_ in table(OPERATIONS, "`event`", "written", "its fields")}

    assert documented == {
        "request",
        "message",
        "exception",
        *re.findall(r'security_events\.log\("(\w+)', RUNTIME),
        *re.findall(r'events\.error\("(\w+)", extra', RUNTIME),
    }


def test_every_log_message_is_documented() -> None:
    rows = table(OPERATIONS, "`message`", "level", "means", "what to do")
    documented = [message.strip("`") for message, *_ in rows]

    written = set(re.findall(r'_log\.\w+\((?:level, )?"(\w+:)', RUNTIME))
    assert written
    assert written <= set(documented)


def test_the_readme_links_every_page() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [page for page in PAGES if f"docs/{page}" not in readme and f"`{page}`" not in readme] == []
