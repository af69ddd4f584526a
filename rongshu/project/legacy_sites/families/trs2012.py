"""2012: a content system of the TRS kind; relative links, createPageHTML, bodies pasted from Word."""

from __future__ import annotations

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Shown, relative
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits


class Trs2012(Family):
    """`./201205/t20120503_12345.html`, `TRS_Editor`, `P020120503….doc`, the same document in two channels."""

    name, label, year = "trs2012", "2012 年 TRS 式栏目页", 2012
    stylesheet = "/images/style.css"
    per_page = 15
    repeats = True

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits()

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        day = entry.article.published_at
        return f"/{column.folder}/{day:%Y%m}/t{day:%Y%m%d}_{entry.number}.html"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/{column.folder}/{f'index_{page}.html' if page else ''}"

    def picture_address(self, entry: Entry, at: int) -> str:
        return self._beside(entry, f"W0{entry.article.published_at:%Y%m%d%H%M%S}{entry.number}{at}.jpg")

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        stamp = f"{entry.article.published_at:%Y%m%d%H%M%S}{entry.number}{at}"
        return self._beside(entry, f"P0{stamp}.{attachment.suffix}")

    @staticmethod
    def _beside(entry: Entry, file: str) -> str:
        return f"/{entry.column.folder}/{entry.article.published_at:%Y%m}/{file}"

    def aged(self, attachment: Attachment) -> Attachment:
        return attachment.as_suffix("doc") if attachment.suffix == "docx" else attachment

    def attachments_in_body(self, entry: Entry) -> bool:
        return entry.number % 2 == 0

    def shown(self, entry: Entry) -> Shown:
        day = f"{entry.article.published_at:%Y-%m-%d}"
        return Shown(day, day, entry.article.source, self.shown_number(entry))

    def link(self, here: str, there: str) -> str:
        """Relative, as TRS writes it: `./` for what is below, `../` for what is beside."""
        path = relative(here, there)
        return path if path.startswith(".") else f"./{path}"
