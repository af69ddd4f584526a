"""2016: div and css, the page tags of 国办发〔2017〕47号, a disclosure table, split articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rongshu.project.legacy_sites.articles import Attachment, Block, block_text
from rongshu.project.legacy_sites.families.base import Family, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits

PART_LENGTH = 1500  # characters after which an article goes on on the next page


class Disclosure2016(Family):
    """`content_1234.html` and `content_1234_1.html`; every seventh page lies about its charset."""

    name, label, year = "disclosure2016", "2016 年信息公开平台", 2016
    stylesheet = "/static/css/common.css"
    per_page = 12
    picture_suffix = "png"
    number_in_body = False

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits()

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/{column.folder}/content_{entry.number}{f'_{part}' if part else ''}.html"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/{column.folder}/index{f'_{page + 1}' if page else ''}.html"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/uploadfile/{entry.article.published_at:%Y/%m%d}/{entry.number}{at}.png"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/uploadfile/{entry.article.published_at:%Y/%m%d}/{entry.number}{at}.{attachment.suffix}"

    def shown(self, entry: Entry) -> Shown:
        moment = f"{entry.article.published_at:%Y-%m-%d %H:%M}"
        return Shown(moment, moment, entry.article.source, self.shown_number(entry))

    def parts(self, entry: Entry) -> list[Sequence[Block]]:
        parts: list[list[Block]] = [[]]
        length = 0
        for block in entry.article.blocks:
            if parts[-1] and length > PART_LENGTH:
                parts.append([])
                length = 0
            parts[-1].append(block)
            length += len(block_text(block))
        return [*parts]

    def page_charset(self, entry: Entry | None) -> str:
        """Every seventh article is gbk although its tag says utf-8."""
        return "gbk" if entry and entry.number % 7 == 0 else self.charset

    def render(self, template: str, address: str, entry: Entry | None = None, **context: Any) -> None:
        if entry and entry.number % 7 == 3:  # and every seventh other one has a header that lies
            self.files.habits.charsets[address] = "gb2312"
        super().render(template, address, entry, **context)

    @staticmethod
    def index_number(entry: Entry) -> str:
        return f"000000000/{entry.article.published_at:%Y}-{entry.number:05}"
