"""Addresses, links and hosts of ordinary people are taken, and wrong ones are refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from tests.support.service import Database
from tests.values.contracts import Entry
from tests.values.json_text import Json
from tests.values.refusals import sieved_service
from tests.values.round_trip import comes_back
from tests.values.served import Answer, Question, ask

_FORMATS = {"mail": "email", "link": "uri", "part": "uri-reference", "host": "hostname", "v4": "ipv4",
            "v6": "ipv6", "key": "uuid"}  # fmt: skip

EMAILS = [
    "ada@example.org", "grace.hopper@navy.mil", "j.p.vandenbroeckenhouten@example.org", "a.b.c.d.e.f@x.org",
    "ada+newsletter@example.org", "ada+a+b@example.org", "maria-jose.garcia-lopez@uni-heidelberg.de",
    "o'brien@example.ie", "first.middle.last.of.the.long.family@example.com", "x@example.photography",
    "support@my-app-git-feature-branch-team.vercel.app", "info@example.museum", "team@startup.io",
    "hello@example.technology", "a@b.co", "1234567890@example.com", "_service@example.org",
    "ADA@EXAMPLE.ORG", "Ada.Lovelace@Example.Org", "user%example.com@example.org",
    "no-reply@mail.eu-west-1.example.cloud", "katherine.johnson@larc.nasa.gov",
    "someone@subdomain.of.a.subdomain.example.co.uk", "ops@example.dev", "me@example.email",
    "very.long.name.that.goes.on.and.on.and.on.until.it.ends@example.org", "a_b-c.d+e@example.org",
    "billing@xn--bcher-kva.example", "customer/department=shipping@example.com",
    "disposable.style.email.with+symbol@example.com",
]  # fmt: skip

URIS = [
    "http://localhost:54321/", "https://x:30443/", "https://my-app-git-feature-branch-team.vercel.app/",
    "https://my-long-service-name-abc-uc.a.run.app", "https://example.org", "https://example.org:65535/",
    "http://127.0.0.1:8000/docs", "http://[::1]:3000/", "https://[2001:db8::8a2e:370:7334]/path",
    "https://example.org/a/b/c?d=e&f=g+h#i", "https://user@example.org/",
    "https://example.photography/albums/2030",
    "https://docs.google.com/document/d/1aB2_c-D3/edit#heading=h.1",
    "https://en.wikipedia.org/wiki/Rust_(programming_language)", "https://example.org/%C3%A4",
    "mailto:ada@example.org", "tel:+1-816-555-1212", "urn:isbn:0451450523",
    "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380", "ftp://ftp.example.org/file.txt",
    "postgresql://localhost:5432/shop", "redis://cache:6379/0", "s3://bucket-name/key/with/slashes",
    "data:text/plain;base64,aGVsbG8=", "https://example.org/search?q=a%20b&tags=x",
    "com.example.app://callback?code=1", "wss://example.org/socket", "https://a-b-c-d-e-f.com/",
    "https://example.org/path;v=1/~ada/@handle", "https://xn--bcher-kva.example/",
]  # fmt: skip

HOSTS = [
    "a-b-c-d-e-f.com", "my-app-git-feature-branch-team.vercel.app", "my-long-service-name-abc-uc.a.run.app",
    "localhost", "example.org", "example.photography", "EXAMPLE.ORG", "db-1.eu-west-1.rds.amazonaws.com",
    "1.example.org", "4chan.example", "a.b.c.d.e.f.g.example.org", "xn--bcher-kva.example",
    "this-label-has-exactly-sixty-three-letters-and-more-and-more-ab.org",
]  # fmt: skip

OTHERS = [
    ("part", "/relative"), ("part", "../up?x=1#y"), ("part", "#top"), ("part", "//example.org:8443/a"),
    ("part", ""),     ("v4", "192.168.0.1"), ("v4", "255.255.255.255"),
    ("v6", "::1"), ("v6", "2001:DB8::8a2e:370:7334"),
    ("v6", "::ffff:192.0.2.128"), ("key", "2eb8aa08-aa98-11ea-b4aa-73b441d16380"),
    ("key", "2EB8AA08-AA98-11EA-B4AA-73B441D16380"), ("key", "00000000-0000-0000-0000-000000000000"),
]  # fmt: skip

_WRONG_BY_NAME: Mapping[str, Sequence[str]] = {
    "mail": ["ada", "@example.org", "ada@", "a b@example.org", "ada@@example.org", "ada@-x.org",
             ".ada@example.org", "ada..l@example.org", "Ada <ada@example.org>", "ada@example.org\n", ""],
    "link": ["/relative", "example.org", "http://a b/", "https://[::1", "http://x/\\y", "1http://x",
             "https://example.org/ä", "", "http://x/%zz"],
    "host": ["-a.org", "a-.org", "a_b.org", "a..b", "x" * 64 + ".org", "a b", "", "ä.org"],
    "part": ["a b", "\\\\server\\share", "#a#b"],
    "v4": ["256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4/24"],
    "v6": ["12345::", "1::2::3", "::1%eth0", "1:2:3:4:5:6:7"],
    "key": ["2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "{2eb8aa08}"],
}  # fmt: skip
WRONG = [(name, text) for name, texts in _WRONG_BY_NAME.items() for text in texts]

RIGHT = [
    *(("mail", text) for text in EMAILS),
    *(("link", text) for text in URIS),
    *(("host", text) for text in HOSTS),
    *OTHERS,
]
Try = Callable[[str, Json], Answer]


@pytest.fixture(scope="module")
def try_value(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Try]:
    """Sends a value for one of the properties."""
    entries = [
        Entry(name, {"type": "string", "format": said}, inline=True) for name, said in _FORMATS.items()
    ]
    with sieved_service(entries, tmp_path_factory.mktemp("ordinary"), empty_database) as (sieved, service):

        def send(name: str, value: Json) -> Answer:
            problems = sieved.refused.get(name) or sieved.crashed.get(name)
            assert problems is None, problems
            return ask(service, [Question(sieved.contract.paths[name], name, value)])[0]

        yield send


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_what_ordinary_people_have_is_taken(try_value: Try, name: str, value: str) -> None:
    answer = try_value(name, value)

    assert answer.status == 201, answer.text
    assert comes_back(value, answer.found, {"format": _FORMATS[name]}, {})


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_none_is_refused(try_value: Try, name: str, value: str) -> None:
    assert try_value(name, value).status == 422


def test_there_are_enough_of_each_kind() -> None:
    assert min(len(EMAILS), len(URIS)) >= 30
