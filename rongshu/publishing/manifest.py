"""A site's manifest: one SQLite file that lists every published file and what each page read.

It also holds the work inside the site (`todo`), the boundaries of list chunks and the targets of
outgoing links, so that one commit moves all of them together. Only the holder of the site's lease
writes it. The root is a digest over 256 buckets of (path, digest): a change costs one bucket, not all.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from rongshu.foundation.work import EDIT
from rongshu.publishing.disk import refusals_told
from rongshu.publishing.keys import PageKey, ReadKey, kind_of, reads_file
from rongshu.publishing.products import CarriedFile, Failed, Staged

BUCKETS: Final = 256
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS page (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, path TEXT UNIQUE, digest BLOB NOT NULL,
    size INTEGER NOT NULL, kind TEXT NOT NULL, framed INTEGER NOT NULL, bucket INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS page_by_bucket ON page (bucket, path);
CREATE TABLE IF NOT EXISTS dependency (
    key TEXT NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (key, page)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dependency_by_page ON dependency (page);
CREATE TABLE IF NOT EXISTS todo (
    key TEXT PRIMARY KEY, priority INTEGER NOT NULL, serial INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
    available_at REAL NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS todo_by_priority ON todo (taken, priority, serial);
CREATE TABLE IF NOT EXISTS intent (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunk (
    column_id TEXT NOT NULL, number INTEGER NOT NULL, first_at TEXT NOT NULL, first_id TEXT NOT NULL,
    members BLOB NOT NULL, PRIMARY KEY (column_id, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbound (digest TEXT PRIMARY KEY, url TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frame (key TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bucket (
    number INTEGER PRIMARY KEY, digest BLOB,
    pages INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_SCHEMA_VERSION: Final = 2
_ADD_TODO: Final = """
INSERT INTO todo (key, priority, serial) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET priority = min(priority, excluded.priority), serial = excluded.serial,
    taken = 0, attempts = 0, available_at = 0, error = ''
"""
_UPSERT_PAGE: Final = """
INSERT INTO page (id, key, path, digest, size, kind, framed, bucket) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET path = excluded.path, digest = excluded.digest, size = excluded.size,
    kind = excluded.kind, framed = excluded.framed, bucket = excluded.bucket
"""
# Marks of articles that are gone lie beside the pages.
_ARTICLES_UNDER: Final = """
SELECT path, key FROM page WHERE path >= ? AND path < ? AND path GLOB '*.html' AND kind = 'article'
ORDER BY path LIMIT ?
"""
_AT_ONCE: Final = 500  # values in one statement
_LONGEST_WAIT: Final = 600.0


class Todo(NamedTuple):
    """A page to make. `serial` tells whether it was asked for again meanwhile."""

    key: PageKey
    priority: int
    serial: int


class KnownPage(NamedTuple):
    """What the manifest says of a page."""

    id: int
    path: str | None
    digest: bytes


UNKNOWN: Final = KnownPage(0, None, b"")


class Chunk(NamedTuple):
    """A list chunk: where it begins, and a digest of the placements in it."""

    number: int
    first_at: str
    first_id: str
    members: bytes


class Manifest:
    """An open manifest. Every method that changes it runs inside `with manifest.change():`."""

    def __init__(self, file: Path, *, is_writer: bool = True) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._db = sqlite3.connect(file, isolation_level=None, timeout=20)
        with refusals_told():
            self._db.executescript("PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;")
            if is_writer:
                self._db.executescript("PRAGMA journal_mode=WAL;")
                self._use_schema()

    def _use_schema(self) -> None:
        """Make the tables; a manifest of another schema is emptied, and its site made anew in full."""
        [(version,)] = self._db.execute("PRAGMA user_version").fetchall()
        if version == _SCHEMA_VERSION:
            return
        for (table,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            self._db.execute(f'DROP TABLE "{table}"')
        self._db.executescript(f"{_SCHEMA}; PRAGMA user_version={_SCHEMA_VERSION};")

    def close(self) -> None:
        """Close the file; nothing is lost that was committed."""
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One atomic change of the manifest."""
        with refusals_told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # a full disk may have rolled back already
                    self._db.execute("ROLLBACK")

    # The work inside the site

    def ask_for(self, keys: Iterable[tuple[PageKey, int]]) -> int:
        """Put pages with their priorities into the work; return how many were named."""
        serial = self._next_serial()
        cursor = self._db.executemany(_ADD_TODO, ((key, priority, serial) for key, priority in keys))
        return cursor.rowcount

    def readers_of(self, reads: Sequence[ReadKey]) -> list[PageKey]:
        """Return the pages that read any of these."""
        found: dict[PageKey, None] = {}
        for read in reads:
            rows = self._db.execute(
                "SELECT p.key FROM dependency d JOIN page p ON p.id = d.page WHERE d.key = ?", (read,)
            )
            found.update((key, None) for (key,) in rows)
        return list(found)

    def framed_pages(self) -> list[PageKey]:
        """Return every page that shows the site's frame."""
        return [key for (key,) in self._db.execute("SELECT key FROM page WHERE framed = 1")]

    def all_pages(self) -> Iterator[PageKey]:
        """Return the keys of all pages but copied files."""
        for (key,) in self._db.execute("SELECT key FROM page WHERE kind <> 'file'"):
            yield key

    def most_urgent(self) -> int | None:
        """Return the priority of the most urgent page that may be made now."""
        row = self._db.execute(
            "SELECT min(priority) FROM todo WHERE taken = 0 AND available_at <= ?", (time.time(),)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def take(self, limit: int) -> list[Todo]:
        """Take the most urgent pages; recalls (below 10) are never mixed with anything slower."""
        rows = [
            Todo(*row)
            for row in self._db.execute(
                "SELECT key, priority, serial FROM todo WHERE taken = 0 AND available_at <= ?"
                " ORDER BY priority, serial LIMIT ?",
                (time.time(), limit),
            )
        ]
        if rows and rows[0].priority < 10:
            rows = [row for row in rows if row.priority < 10]
        self._db.executemany("UPDATE todo SET taken = 1 WHERE key = ?", ((row.key,) for row in rows))
        return rows

    def take_steps(self, kind: str, priority: int, limit: int) -> list[Todo]:
        """Take further steps of planning of one kind and priority, so that they are carried out together."""
        rows = self._db.execute(
            "SELECT key, priority, serial FROM todo WHERE taken = 0 AND priority = ? AND key GLOB ? LIMIT ?",
            (priority, f"{kind}:*", limit),
        ).fetchall()
        self._db.executemany("UPDATE todo SET taken = 1 WHERE key = ?", ((row[0],) for row in rows))
        return [Todo(*row) for row in rows]

    def done(self, steps: Sequence[Todo]) -> None:
        """Strike out steps that were carried out, unless they were asked for again meanwhile."""
        self._db.executemany(
            "DELETE FROM todo WHERE key = ? AND serial = ?", ((step.key, step.serial) for step in steps)
        )

    def give_back(self) -> None:
        """Make everything that was taken available again: whoever took it is gone."""
        self._db.execute("UPDATE todo SET taken = 0 WHERE taken = 1")

    def still_wanted(self, results: Sequence[Staged]) -> list[Staged]:
        """Return the results that nothing newer has overtaken: a page asked for again is made again."""
        serials = dict(self._select("SELECT key, serial FROM todo WHERE key", [one.key for one in results]))
        return [result for result in results if serials.get(result.key) == result.serial]

    def priority_of(self, key: PageKey) -> int:
        """Return how urgently a page is asked for; as an edit is when it is not."""
        row = self._db.execute("SELECT priority FROM todo WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else EDIT

    def postpone(self, failures: Sequence[Failed]) -> None:
        """Keep failed pages, visible, for a later attempt."""
        for failure in failures:
            self._db.execute(
                "UPDATE todo SET taken = 0, attempts = attempts + 1, error = ?,"
                " available_at = ? + min(?, (1 << min(attempts, 10))) WHERE key = ? AND serial = ?",
                (failure.error[:2000], time.time(), _LONGEST_WAIT, failure.key, failure.serial),
            )

    def count_todo(self) -> int:
        """Return how many pages are still to be made, waiting ones included."""
        return int(self._db.execute("SELECT count(*) FROM todo").fetchone()[0])

    def next_attempt(self) -> datetime | None:
        """Return when the first of the failed pages may be tried again; None when others wait, too."""
        row = self._db.execute("SELECT min(available_at) FROM todo").fetchone()
        return datetime.fromtimestamp(row[0], tz=UTC) if row[0] else None

    def failing(self) -> list[tuple[PageKey, str]]:
        """Return the pages whose last attempt failed, with the error."""
        return list(self._db.execute("SELECT key, error FROM todo WHERE error <> ''"))

    def _next_serial(self) -> int:
        serial = int(self.fact("serial") or 0) + 1
        self.set_fact("serial", str(serial))
        return serial

    # Pages

    def known(self, key: PageKey) -> KnownPage | None:
        """Return what is known of a page."""
        row = self._db.execute("SELECT id, path, digest FROM page WHERE key = ?", (key,)).fetchone()
        return KnownPage(*row) if row else None

    def known_of(self, keys: Iterable[PageKey]) -> dict[PageKey, KnownPage]:
        """Return what is known of several pages."""
        rows = self._select("SELECT key, id, path, digest FROM page WHERE key", list(keys))
        return {key: KnownPage(*row) for key, *row in rows}

    def holders_of(self, paths: Iterable[str]) -> dict[str, PageKey]:
        """Return which pages lie at these paths."""
        return dict(self._select("SELECT path, key FROM page WHERE path", list(paths)))

    def _select(self, statement: str, wanted: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            yield from self._db.execute(f"{statement} IN ({','.join('?' * len(some))})", some).fetchall()

    def page_at(self, path: str) -> tuple[PageKey, bytes, int] | None:
        """Return (key, digest, size) of the page at a path."""
        row = self._db.execute("SELECT key, digest, size FROM page WHERE path = ?", (path,)).fetchone()
        return row or None

    def pages_after(self, path: str, limit: int) -> list[tuple[str, bytes, int, PageKey]]:
        """Return up to `limit` pages in the order of their paths: (path, digest, size, key)."""
        return self._db.execute(
            "SELECT path, digest, size, key FROM page WHERE path > ? ORDER BY path LIMIT ?", (path, limit)
        ).fetchall()

    def articles_under(self, prefix: str) -> list[tuple[str, PageKey]]:
        """Return (path, key) of the article pages below a path, in the order of their paths."""
        return self._db.execute(_ARTICLES_UNDER, (prefix, f"{prefix}\x7f", -1)).fetchall()

    def count_articles_under(self, prefix: str, limit: int) -> int:
        """Count the article pages below a path, up to `limit`."""
        return len(self._db.execute(_ARTICLES_UNDER, (prefix, f"{prefix}\x7f", limit)).fetchall())

    def map_paths(self) -> list[str]:
        """Return where the parts of the site map lie."""
        rows = self._db.execute(
            "SELECT path FROM page WHERE path > '/sitemap-' AND path < '/sitemap.' AND kind = 'map'"
            " ORDER BY path"
        )
        return [path for (path,) in rows]

    def record(self, results: Sequence[Staged]) -> list[str]:
        """Write down pages that lie in their places; return the carried files nobody carries any more."""
        known = self.known_of(result.key for result in results)
        before = {path for one in known.values() for path in self._files_of(one.id)}
        soiled = {_bucket_of(one.path) for one in known.values() if one.path}
        lying = [result for result in results if result.path]
        soiled.update(_bucket_of(result.path) for result in lying)
        self._db.executemany("DELETE FROM dependency WHERE page = ?", [(one.id,) for one in known.values()])
        gone = [known[result.key].id for result in results if not result.path and result.key in known]
        self._db.executemany("DELETE FROM page WHERE id = ?", [(one,) for one in gone])
        self._put(lying, known)
        self._db.executemany(
            "DELETE FROM todo WHERE key = ? AND serial = ?", [(one.key, one.serial) for one in results]
        )
        self._soil(soiled)
        return [path for path in sorted(before) if not self._is_read(reads_file(path))]

    def record_file(self, file: CarriedFile, size: int) -> None:
        """Write down a copied file."""
        key, digest = f"file:{file.path}", bytes.fromhex(file.digest.partition(":")[2])
        bucket = _bucket_of(file.path)
        self._db.execute(_UPSERT_PAGE, (None, key, file.path, digest, size, "file", 0, bucket))
        self._soil({bucket})

    def forget_file(self, path: str) -> None:
        """Strike out a copied file."""
        known = self.known(f"file:{path}")
        if known:
            self._drop(known)

    def distrust(self, path: str) -> PageKey | None:
        """Forget the content of the page at a path, so that it is written anew; return its key."""
        row = self._db.execute("SELECT key, bucket FROM page WHERE path = ?", (path,)).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE page SET digest = x'' WHERE path = ?", (path,))
        self._soil({row[1]})
        return str(row[0])

    def distrust_all(self) -> None:
        """Forget the contents of all pages, so that every one is written anew."""
        self._db.execute("UPDATE page SET digest = x'' WHERE kind <> 'file'")
        self.soil_all()

    def soil_all(self) -> None:
        """Have the root counted anew from every page."""
        self._soil(range(BUCKETS))

    def _put(self, lying: Sequence[Staged], known: Mapping[PageKey, KnownPage]) -> None:
        """Write down pages with what they read, carry and lead to."""
        coming = {result.path: result.key for result in lying}
        # Two pages that exchange their addresses: the later owner takes it, the earlier is written anew.
        ousted = [(path,) for path, key in self.holders_of(coming).items() if key != coming[path]]
        self._db.executemany("UPDATE page SET path = NULL WHERE path = ?", ousted)
        numbers = itertools.count(self._next_page())
        pages = [(known[one.key].id if one.key in known else next(numbers), one) for one in lying]
        rows = [_page_row(None if one.key in known else number, one, coming) for number, one in pages]
        self._db.executemany(_UPSERT_PAGE, rows)
        reads = [(read, number) for number, one in pages for read in _reads_of(one)]
        self._db.executemany("INSERT OR IGNORE INTO dependency VALUES (?, ?)", reads)
        outbound = [target for one in lying for target in one.outbound.items()]
        self._db.executemany("INSERT OR IGNORE INTO outbound VALUES (?, ?)", outbound)

    def _next_page(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM page").fetchone()[0])

    def _drop(self, known: KnownPage) -> None:
        self._db.execute("DELETE FROM dependency WHERE page = ?", (known.id,))
        self._db.execute("DELETE FROM page WHERE id = ?", (known.id,))
        if known.path:
            self._soil({_bucket_of(known.path)})

    def _files_of(self, page: int) -> set[str]:
        rows = self._db.execute("SELECT key FROM dependency WHERE page = ? AND key GLOB 'f:*'", (page,))
        return {key[2:] for (key,) in rows}

    def _is_read(self, read: ReadKey) -> bool:
        return self._db.execute("SELECT 1 FROM dependency WHERE key = ?", (read,)).fetchone() is not None

    # What is about to be written or removed

    def intend(self, paths: Iterable[str]) -> None:
        """Write down which paths are about to change, so that a crash leaves nothing unknown."""
        self._db.executemany("INSERT OR IGNORE INTO intent VALUES (?)", ((path,) for path in paths))

    def intentions(self) -> list[str]:
        """Return the paths that were about to change when the last publisher ended."""
        return [path for (path,) in self._db.execute("SELECT path FROM intent ORDER BY path")]

    def fulfil(self) -> None:
        """Strike out all intentions: the files are as the manifest says."""
        self._db.execute("DELETE FROM intent")

    # Chunks of lists

    def chunks(self, column: str, start: int = 0, limit: int = -1) -> list[Chunk]:
        """Return a column's chunks from number `start` upward, at most `limit` of them."""
        rows = self._db.execute(
            "SELECT number, first_at, first_id, members FROM chunk WHERE column_id = ? AND number >= ?"
            " ORDER BY number LIMIT ?",
            (column, start, limit),
        )
        return [Chunk(*row) for row in rows]

    def chunk_holding(self, column: str, at: str, identifier: str) -> int:
        """Return the number of the chunk in whose range (published_at, id) falls; 1 when there is none."""
        row = self._db.execute(
            "SELECT max(number) FROM chunk WHERE column_id = ? AND (first_at, first_id) <= (?, ?)",
            (column, at, identifier),
        ).fetchone()
        return int(row[0] or 1)

    def last_chunk(self, column: str) -> int:
        """Return the number of the newest chunk, 0 when the list is empty."""
        row = self._db.execute("SELECT max(number) FROM chunk WHERE column_id = ?", (column,)).fetchone()
        return int(row[0] or 0)

    def replace_chunks(self, column: str, start: int, end: int | None, chunks: Sequence[Chunk]) -> None:
        """Put new chunks in the place of those from `start` up to but without `end`."""
        self._db.execute(
            "DELETE FROM chunk WHERE column_id = ? AND number >= ? AND (? IS NULL OR number < ?)",
            (column, start, end, end),
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?)", [(column, *chunk) for chunk in chunks]
        )

    def is_cut_as(self, key: PageKey, members: bytes) -> bool:
        """Whether a chunk page shows the placements its boundaries were cut for."""
        _, column, number = key.split(":")
        row = self._db.execute(
            "SELECT members FROM chunk WHERE column_id = ? AND number = ?", (column, int(number))
        ).fetchone()
        return row is not None and row[0] == members

    # Frames, outgoing links, facts, the root

    def frames(self) -> dict[str, bytes]:
        """Return the digests of the frames as they were last seen."""
        return dict(self._db.execute("SELECT key, digest FROM frame"))

    def set_frames(self, frames: dict[str, bytes]) -> None:
        """Remember the digests of all frames."""
        self._db.execute("DELETE FROM frame")
        self._db.executemany("INSERT INTO frame VALUES (?, ?)", frames.items())

    def outbound_target(self, digest: str) -> str | None:
        """Return the target of an outgoing link, if a published page still holds it."""
        row = self._db.execute(
            "SELECT url FROM outbound WHERE digest = ? AND EXISTS (SELECT 1 FROM dependency WHERE key = ?)",
            (digest, f"o:{digest}"),
        ).fetchone()
        return str(row[0]) if row else None

    def fact(self, name: str) -> str | None:
        """Return a remembered fact."""
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Remember a fact."""
        self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def totals(self) -> tuple[int, int]:
        """Return how many files there are and how many bytes they have, as of the last `root`."""
        count, size = self._db.execute(
            "SELECT coalesce(sum(pages), 0), coalesce(sum(bytes), 0) FROM bucket"
        ).fetchone()
        return int(count), int(size)

    def root(self) -> str:
        """Return the digest over all (path, digest); counts anew only the buckets that changed."""
        for (number,) in self._db.execute("SELECT number FROM bucket WHERE digest IS NULL").fetchall():
            self._count(number)
        state = hashlib.sha256()
        for number, digest in self._db.execute("SELECT number, digest FROM bucket ORDER BY number"):
            if digest:
                state.update(bytes([number]) + digest)
        return f"sha256:{state.hexdigest()}"

    def _count(self, bucket: int) -> None:
        rows = self._db.execute(
            "SELECT path, digest, size FROM page WHERE bucket = ? AND path IS NOT NULL ORDER BY path",
            (bucket,),
        ).fetchall()
        content = b"".join(path.encode() + b"\0" + digest for path, digest, _ in rows)
        digest = hashlib.sha256(content).digest() if rows else b""
        size = sum(row[2] for row in rows)
        self._db.execute(
            "UPDATE bucket SET digest = ?, pages = ?, bytes = ? WHERE number = ?",
            (digest, len(rows), size, bucket),
        )

    def _soil(self, buckets: Iterable[int]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO bucket (number) VALUES (?)", [(one,) for one in buckets])


def _page_row(number: int | None, staged: Staged, coming: Mapping[str, PageKey]) -> tuple[object, ...]:
    # Of two pages with one address the later has it.
    path = staged.path if coming[staged.path] == staged.key else None
    kind, bucket = kind_of(staged.key), _bucket_of(staged.path)
    return number, staged.key, path, staged.digest, staged.size, kind, staged.framed, bucket


def _reads_of(staged: Staged) -> list[ReadKey]:
    return [*staged.reads, *(reads_file(file.path) for file in staged.files)]


def _bucket_of(path: str) -> int:
    return zlib.crc32(path.encode()) % BUCKETS
