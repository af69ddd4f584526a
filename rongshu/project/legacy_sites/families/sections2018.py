"""2018: pages pasted together from an official account; nested sections, lazy pictures, lists in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Row, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits


class Sections2018(Family):
    """`<section>` soup in a hidden container, `data-src` images, first list page inline, the rest as JSON."""

    name, label, year = "sections2018", "2018 年公众号样式页", 2018
    stylesheet = "/static/app.css"
    decorations = ("/mmbiz/qrcode.gif",)
    per_page = 10

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(html_charset="utf-8")

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/p/{entry.article.published_at:%y%m%d}{entry.number:06x}.html"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/data/{column.number}_{page + 1}.json" if page else f"/list/{column.number}.html"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/mmbiz/{entry.number:08x}{at}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/files/{entry.number:08x}{at}.{attachment.suffix}"

    def shown(self, entry: Entry) -> Shown:
        moment = f"{entry.article.published_at:%Y-%m-%d %H:%M}"
        return Shown(moment, moment, entry.article.source, self.shown_number(entry))

    def write_lists(self, column: Column) -> None:
        pages = column.pages(self.per_page)
        rows = [[self.row(entry, column) for entry in entries] for entries in pages]
        first = self._as_json(rows[0], len(pages))
        context: dict[str, Any] = {
            "column": column,
            "rows": rows[0],
            "island": first,
            "page_count": len(pages),
        }
        self.render("list.html", self.list_address(column), **context)
        for at in range(1, len(pages)):
            self.files.write(self.list_address(column, at), self._as_json(rows[at], len(pages)).encode())

    @staticmethod
    def _as_json(rows: Sequence[Row], page_count: int) -> str:
        items = [{"title": row.entry.article.title, "url": row.address, "date": row.date} for row in rows]
        text = json.dumps({"pages": page_count, "list": items}, ensure_ascii=False)
        return text.replace("</", "<\\/")

    def write_extras(self) -> None:
        addresses = [self.article_address(entry, entry.column) for entry in self.plan.entries]
        self.render("sitemap.xml", "/sitemap.xml", addresses=addresses)
        robots = f"User-agent: *\nDisallow: /admin/\nSitemap: http://{self.plan.host}/sitemap.xml\n"
        self.files.write("/robots.txt", robots.encode())
