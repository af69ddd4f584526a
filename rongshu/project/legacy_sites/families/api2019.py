"""2019: empty list pages that fill themselves from an interface; rows carry ids, not addresses."""

from __future__ import annotations

import json

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits


class Api2019(Family):
    """`/api/articles?col=5&page=2` answers JSON; the script writes `/content/{id}.html`."""

    name, label, year = "api2019", "2019 年接口列表", 2019
    stylesheet = "/static/app.css"
    look = "sections2018"
    names_neighbours = False
    per_page = 10

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(html_charset="utf-8")

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/content/{entry.number}.html"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/api/articles?col={column.number}&page={page}" if page else f"/col/{column.number}.html"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/files/{entry.number}_{at}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/files/{entry.number}_{at}.{attachment.suffix}"

    def shown(self, entry: Entry) -> Shown:
        moment = f"{entry.article.published_at:%Y-%m-%d %H:%M}"
        return Shown(moment, moment, entry.article.source, self.shown_number(entry))

    def write_lists(self, column: Column) -> None:
        self.render("list.html", self.list_address(column), column=column)
        pages = column.pages(self.per_page)
        for at in range(len(pages) + 1):  # the script stops at an empty answer
            rows = [self.row(entry, column) for entry in pages[at]] if at < len(pages) else []
            items = [
                {"id": row.entry.number, "title": row.entry.article.title, "day": row.date} for row in rows
            ]
            answer = {"code": 0, "data": {"total": len(column.entries), "rows": items}}
            content = json.dumps(answer, ensure_ascii=False).encode()
            file = f"api/articles.{column.number}.{at + 1}.json"
            self.files.write(self.list_address(column, at + 1), content, file=file, page=False)
