"""From the bytes of a web page to its article: pure functions, no Django, no network.

Owns decoding, reading and cleaning of pages of Chinese government sites. Does not fetch (crawling does) and
does not judge content (the library's gate sanitises, checks and admits).
"""

from .errors import PageRefused, PageTooComplex, PageTooLarge, PageUnreadable
from .page import extract_page, read_page
from .results import Attachment, ExtractedPage, Image, PageReading

__all__ = [
    "Attachment",
    "ExtractedPage",
    "Image",
    "PageReading",
    "PageRefused",
    "PageTooComplex",
    "PageTooLarge",
    "PageUnreadable",
    "extract_page",
    "read_page",
]
