"""2020: a responsive portal with every tag, share bars, video, framed attachments and careless addresses."""

from __future__ import annotations

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Files, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits, TruthArticle

_MP4 = bytes.fromhex("000000186674797069736f6d0000020069736f6d69736f32") + bytes(64)


class Portal2020(Family):
    """`//host/…` and backslash addresses, `/go/1234` redirects, attachments in an iframe."""

    name, label, year = "portal2020", "2020 年响应式门户", 2020
    stylesheet = "/static/main.css"
    decorations = ("/static/qr.gif",)
    per_page = 15

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(html_charset="utf-8", index="index.shtml")

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/{column.folder}/{entry.article.published_at:%Y/%m/%d}/{entry.number}.shtml"

    def list_address(self, column: Column, page: int = 0) -> str:
        return f"/{column.folder}/{f'index_{page + 1}.shtml' if page else ''}"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/uploads/image/{entry.article.published_at:%Y%m%d}/{entry.number}_{at}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/uploads/file/{entry.article.published_at:%Y%m%d}/{entry.number}_{at}.{attachment.suffix}"

    def attachments_in_body(self, entry: Entry) -> bool:
        return False

    def attachment_frame(self, entry: Entry) -> str:
        return f"/attachment/{entry.number}.html"

    def shown(self, entry: Entry) -> Shown:
        moment = entry.article.published_at
        minute = f"{moment:%Y-%m-%d %H:%M}"
        return Shown(f"{moment:%Y-%m-%d %H:%M:%S}", minute, entry.article.source, self.shown_number(entry))

    def extra_addresses(self, entry: Entry) -> tuple[str, ...]:
        return (f"/go/{entry.number}",) if entry in self.plan.newest[:8] else ()

    def truth(self, entry: Entry, addresses: list[str], files: Files, shown: Shown) -> TruthArticle:
        if files.attachments:
            frame = self.attachment_frame(entry)
            self.render("attachments.html", frame, attachments=files.attachments)
        for short in self.extra_addresses(entry):
            self.files.habits.redirects[short] = addresses[0]
        return super().truth(entry, addresses, files, shown)

    def link(self, here: str, there: str) -> str:
        """Pages without a scheme, pictures and files with the backslashes of someone's Windows."""
        if there.startswith("/uploads/"):
            return there.replace("/", "\\") if "1" in there[-8:] else there
        return f"//{self.plan.host}{there}" if len(here) % 2 else there

    def write_extras(self) -> None:
        self.files.write("/uploads/video/promo.mp4", _MP4)
        self.files.write("/robots.txt", b"User-agent: *\nDisallow: /search/\nDisallow: /admin/\n")

    @staticmethod
    def has_video(entry: Entry) -> bool:
        return entry.number % 5 == 0
