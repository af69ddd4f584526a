"""2003: FrontPage tables in gb2312, a frameset as home page, days without time."""

from __future__ import annotations

from datetime import timedelta

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Row, Shown, relative
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits


class FrontPage2003(Family):
    """Nested tables and <font>, unclosed paragraphs, no meta tags; source shown on every other page."""

    name, label, year = "frontpage2003", "2003 年 FrontPage 表格页", 2003
    charset = "gbk"
    decorations = ("/images/dot.gif", "/images/counter.gif")
    per_page = 12
    picture_suffix = "gif"
    brackets = "[]"

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(index="index.htm")

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/{column.folder}/{entry.article.published_at:%Y%m}/{entry.number}.htm"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/{column.folder}/list{f'_{page}' if page else ''}.htm"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/images/{entry.article.published_at:%Y%m}/pic{entry.number}{at}.gif"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/file/{entry.number}{'abcdef'[at]}.{attachment.suffix}"

    def aged(self, attachment: Attachment) -> Attachment:
        return attachment.as_suffix("doc") if attachment.suffix != "txt" else attachment

    def shows_alt(self, entry: Entry) -> bool:
        return entry.number % 2 == 0

    def shown(self, entry: Entry) -> Shown:
        day = entry.article.published_at
        source = entry.article.source if entry.number % 2 else None
        date = f"{day.year}-{day.month}-{day.day}"
        return Shown(date, f"{day:%Y-%m-%d}", source, self.shown_number(entry))

    def row(self, entry: Entry, column: Column | None = None) -> Row:
        row, day = super().row(entry, column), entry.article.published_at
        return Row(row.entry, row.address, f"{day.month}/{day.day}")

    @property
    def last_update(self) -> str:
        """The day in every footer: when the site was last touched, not when the article appeared."""
        day = self.plan.newest[0].article.published_at + timedelta(days=1)
        return f"{day.year}-{day.month}-{day.day}"

    def link(self, here: str, there: str) -> str:
        return relative(here, "/index.htm" if there == "/" else there)

    def write_home(self) -> None:
        self.render("frameset.html", "/index.htm")
        self.render("top.html", "/top.htm")
        self.render("left.html", "/left.htm")
        headline = [self.row(entry) for entry in self.plan.newest[:8]]
        self.render("main.html", "/main.htm", headline=headline, blocks=self.home_blocks())
