"""2009: a content system of the 大汉 kind; lists are XML records in the page, groups come by a proxy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Row, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits, TruthFile

GROUP = 3  # list pages that travel in one datastore


class Jcms2009(Family):
    """`/art/2009/5/12/art_123_4567.html`, `<datastore>` with CDATA records, the same article per column."""

    name, label, year = "jcms2009", "2009 年大汉式动态列表", 2009
    stylesheet = "/css/page.css"
    decorations = tuple(
        f"/module/jslib/icons/{suffix}.gif" for suffix in ("docx", "xlsx", "csv", "pdf", "txt")
    )
    per_page = 10
    repeats = True

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(html_charset="UTF-8")

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        day = entry.article.published_at
        return f"/art/{day.year}/{day.month}/{day.day}/art_{column.number}_{entry.number}.html"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/col/col{column.number}/index.html"

    def picture_address(self, entry: Entry, at: int) -> str:
        day = entry.article.published_at
        return f"/picture/{at}/{day:%y%m%d%H%M}{entry.number}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        filename = f"{entry.article.published_at:%y%m%d%H%M}{entry.number}{at}.{attachment.suffix}"
        return f"/module/download/downfile.jsp?classid=0&filename={filename}"

    def place_attachment(self, entry: Entry, at: int, attachment: Attachment) -> TruthFile:
        placed = super().place_attachment(entry, at, attachment)
        self.files.habits.downloads[placed.url] = placed.name
        return placed

    def shown(self, entry: Entry) -> Shown:
        """The line shows the day; every other page has the time in its meta tag."""
        moment = entry.article.published_at
        published_at = f"{moment:%Y-%m-%d %H:%M}" if self.has_meta(entry) else f"{moment:%Y-%m-%d}"
        return Shown(f"{moment:%Y-%m-%d}", published_at, entry.article.source, self.shown_number(entry))

    def has_meta(self, entry: Entry) -> bool:
        return entry.number % 2 == 1

    def write_lists(self, column: Column) -> None:
        rows = [self.row(entry, column) for entry in column.entries]
        size = self.per_page * GROUP
        groups = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
        addresses = [self.group_address(column, at) for at in range(len(groups))]
        for at, group in enumerate(groups):
            self.write_group(column, group, addresses, at, len(rows))

    def write_group(
        self, column: Column, rows: Sequence[Row], addresses: Sequence[str], at: int, total: int
    ) -> None:
        following = addresses[at + 1] if at + 1 < len(addresses) else None
        context: dict[str, Any] = {"column": column, "rows": rows, "following": following, "total": total}
        self.render("list.html" if at == 0 else "group.html", addresses[at], **context)

    def group_address(self, column: Column, group: int) -> str:
        if group == 0:
            return self.list_address(column)
        first = group * GROUP * self.per_page + 1
        last = first + GROUP * self.per_page - 1
        page = f"startrecord={first}&endrecord={last}&perpage={self.per_page}"
        return f"/module/web/jpage/dataproxy.jsp?{page}&columnid={column.number}&unitid=34"
