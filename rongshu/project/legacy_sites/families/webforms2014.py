"""2014: ASP.NET web forms of the SiteServer kind; view state, postback pagers, a byte order mark."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from urllib.parse import quote

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits, TruthFile


class WebForms2014(Family):
    """`content.aspx?cid=12&aid=345`; UTF-8 with a mark but declared gb2312; Chinese file names."""

    name, label, year = "webforms2014", "2014 年 ASP.NET 动态页", 2014
    charset = "utf-8-sig"
    stylesheet = "/css/css.css"
    per_page = 15
    picture_suffix = "png"
    repeats = True
    number_in_body = False

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(index="default.aspx", ignores_case=True)

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/content.aspx?cid={column.number}&aid={entry.number}"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/channel.aspx?cid={column.number}{f'&page={page + 1}' if page else ''}"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/upload/images/{entry.article.published_at:%Y/%m}/{entry.number}_{at}.png"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        file = f"{entry.number}-{attachment.name}.{attachment.suffix}"
        return f"/upload/files/{entry.article.published_at:%Y/%m}/{file}"

    def place_attachment(self, entry: Entry, at: int, attachment: Attachment) -> TruthFile:
        placed = super().place_attachment(entry, at, attachment)
        return replace(placed, url=quote(placed.url))

    def attachments_in_body(self, entry: Entry) -> bool:
        return False

    def shown(self, entry: Entry) -> Shown:
        moment = entry.article.published_at
        date = f"{moment:%Y}年{moment:%m}月{moment:%d}日 {moment:%H:%M}"
        return Shown(date, f"{moment:%Y-%m-%d %H:%M}", entry.article.source, self.shown_number(entry))

    def view_state(self, address: str) -> str:
        """The hidden junk a web form carried about: the longer the page, the more of it."""
        return base64.b64encode(hashlib.shake_128(address.encode()).digest(900)).decode()
