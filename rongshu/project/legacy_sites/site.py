"""A legacy site on disk: its web root, what a migration should find in it, how its server behaved."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rongshu.project.legacy_sites.articles import ColumnPath

WEB_ROOT, TRUTH, SITE = "www", "truth.jsonl", "site.json"


@dataclass(frozen=True)
class TruthFile:
    """An attachment or image as the page shows it: `name` is the link's text or the image's alt."""

    name: str
    url: str
    sha256: str


@dataclass(frozen=True)
class TruthArticle:
    """What the pages of one article show; addresses are paths with query on the site's own host.

    `published_at` is "YYYY-MM-DD HH:MM", or "YYYY-MM-DD" where no page shows a time. `source` and
    `document_number` are None where the page shows none. `other_urls` are repetitions in another column,
    redirects and further parts of a split article. `charset` is what the bytes of `url` really are.
    """

    key: str
    url: str
    other_urls: tuple[str, ...]
    title: str
    published_at: str
    source: str | None
    document_number: str | None
    column_path: ColumnPath
    column_paths: tuple[ColumnPath, ...]
    body_text: str
    attachments: tuple[TruthFile, ...]
    images: tuple[TruthFile, ...]
    charset: str

    def as_json(self) -> dict[str, Any]:
        """The record of truth.jsonl; images carry `alt` where attachments carry `name`."""
        record = asdict(self)
        record["images"] = [{"url": i.url, "sha256": i.sha256, "alt": i.name} for i in self.images]
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> TruthArticle:
        return cls(
            **{
                **record,
                "other_urls": tuple(record["other_urls"]),
                "column_path": tuple(record["column_path"]),
                "column_paths": tuple(tuple(path) for path in record["column_paths"]),
                "attachments": tuple(TruthFile(**item) for item in record["attachments"]),
                "images": tuple(TruthFile(i["alt"], i["url"], i["sha256"]) for i in record["images"]),
            }
        )


@dataclass
class ServerHabits:
    """How the old server answered: which file for which address, which headers, which mistakes."""

    index: str = "index.html"
    html_charset: str | None = None
    addresses: dict[str, str] = field(default_factory=dict)  # request URI → file below the web root
    charsets: dict[str, str] = field(default_factory=dict)  # request URI → charset the header claims
    downloads: dict[str, str] = field(default_factory=dict)  # request URI → file name offered
    redirects: dict[str, str] = field(default_factory=dict)
    ignored_parameters: tuple[str, ...] = ()
    ignores_case: bool = False
    posted_fields: tuple[str, ...] = ()  # of a form: they choose the page, as "/path#field=value"
    missing_is_ok: bool = False  # answers 200 with an apology for what it does not have


@dataclass(frozen=True)
class LegacySite:
    """A built site: `root` is the web root, `truth` what a migration should find."""

    family: str
    site_name: str
    host: str
    folder: Path
    truth: tuple[TruthArticle, ...]
    habits: ServerHabits

    @property
    def root(self) -> Path:
        return self.folder / WEB_ROOT

    @property
    def truth_path(self) -> Path:
        return self.folder / TRUTH

    def save(self) -> None:
        lines = (json.dumps(article.as_json(), ensure_ascii=False) for article in self.truth)
        self.truth_path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        about = {"family": self.family, "site_name": self.site_name, "host": self.host}
        text = json.dumps({**about, "habits": asdict(self.habits)}, ensure_ascii=False, indent=1)
        (self.folder / SITE).write_text(text, encoding="utf-8")


def load_legacy_site(folder: Path) -> LegacySite:
    """Read a site that `build_legacy_site` wrote."""
    about = json.loads((folder / SITE).read_text(encoding="utf-8"))
    habits = ServerHabits(**about.pop("habits"))
    habits.ignored_parameters = tuple(habits.ignored_parameters)
    habits.posted_fields = tuple(habits.posted_fields)
    lines = (folder / TRUTH).read_text(encoding="utf-8").splitlines()
    truth = tuple(TruthArticle.from_json(json.loads(line)) for line in lines)
    return LegacySite(folder=folder, truth=truth, habits=habits, **about)


class SiteFiles:
    """Writes the web root and notes what the server has to know."""

    def __init__(self, root: Path, habits: ServerHabits) -> None:
        self.root = root
        self.habits = habits

    def write(self, address: str, content: bytes, *, file: str | None = None, page: bool = True) -> str:
        """Put `content` at `address` (path with query); return its sha256. Only a page is named `.html`."""
        name = file or _saved_name(address, self.habits.index, ".html" if page else "")
        if file or "?" in address:
            self.habits.addresses[address] = name
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return sha256(content).hexdigest()


def _saved_name(address: str, index: str, suffix: str) -> str:
    """The name wget gives a saved page: `ShowArticle.asp?id=12` → `ShowArticle.asp@id=12.html`."""
    path, _, query = address.lstrip("/").partition("?")
    if not query:
        return f"{path}{index}" if not path or path.endswith("/") else path
    return f"{path}@{query.replace('/', '%2F')}{suffix}"
