"""2006: an ASP news system on IIS; query strings, session ids in links, gbk."""

from __future__ import annotations

import hashlib

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits, TruthFile


class Asp2006(Family):
    """`ShowArticle.asp?id=12` with a fresh `sid` in every link, lower-case twins, `DownFile.asp`."""

    name, label, year = "asp2006", "2006 年 ASP 文章系统", 2006
    charset = "gbk"
    stylesheet = "/Skin/DefaultSkin.css"
    decorations = ("/images/article_common.gif", "/images/download.gif")
    per_page = 20
    brackets = "（）"

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(
            index="index.asp",
            html_charset="gb2312",
            ignored_parameters=("sid",),
            ignores_case=True,
            missing_is_ok=True,
        )

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/ShowArticle.asp?id={entry.number}"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/ArticleList.asp?classid={column.number}{f'&page={page + 1}' if page else ''}"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/UploadFiles/{entry.article.published_at:%Y%m/%Y%m%d%H%M%S}{entry.number}{at}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/DownFile.asp?fileid={entry.number * 10 + at}"

    def aged(self, attachment: Attachment) -> Attachment:
        return attachment.as_suffix("doc") if attachment.suffix in {"docx", "xlsx"} else attachment

    def place_attachment(self, entry: Entry, at: int, attachment: Attachment) -> TruthFile:
        placed = super().place_attachment(entry, at, attachment)
        self.files.habits.downloads[placed.url] = placed.name
        return placed

    def shown(self, entry: Entry) -> Shown:
        moment = entry.article.published_at
        date = f"{moment.year}-{moment.month}-{moment.day} {moment.hour}:{moment:%M:%S}"
        return Shown(date, f"{moment:%Y-%m-%d %H:%M}", entry.article.source, self.shown_number(entry))

    def extra_addresses(self, entry: Entry) -> tuple[str, ...]:
        twin = f"/showarticle.asp?ID={entry.number}"
        return (twin,) if entry in self.plan.newest[:8] else ()

    def link(self, here: str, there: str) -> str:
        """Every page carries the session it was made in; static files do not."""
        path, question, query = there.lstrip("/").partition("?")
        if not question:
            return path or "index.asp"
        session = hashlib.sha256(f"{self.plan.seed}{here}".encode()).hexdigest()[:16].upper()
        return f"{path}?{query}&sid={session}"

    def write_extras(self) -> None:
        self.files.write("/counter.asp", b'document.write("1208867");', file="counter.asp")
