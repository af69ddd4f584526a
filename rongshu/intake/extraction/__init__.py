"""From the bytes of a web page to its article: pure functions, no Django, no network.

Owns decoding, reading and cleaning of pages of Chinese government sites. Does not fetch (crawling does) and
does not judge content (the library's gate sanitises, checks and admits).
"""

from .data_lists import DataList, links_of_rows
from .drawn import page_of_record
from .errors import PageRefused, PageTooComplex, PageTooLarge, PageUnreadable
from .page import extract_page, read_page
from .pagers import Posting
from .results import Attachment, ExtractedPage, Image, PageReading
from .template_rules import Place, TemplateRules

__all__ = [
    "Attachment",
    "DataList",
    "ExtractedPage",
    "Image",
    "PageReading",
    "PageRefused",
    "PageTooComplex",
    "PageTooLarge",
    "PageUnreadable",
    "Place",
    "Posting",
    "TemplateRules",
    "extract_page",
    "links_of_rows",
    "page_of_record",
    "read_page",
]
