"""What the page says of itself in <meta>: the tags of 国办发〔2017〕47号, og:, dc. and vendors' habits."""

from lxml.html import HtmlElement

from .lines import squeeze

_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("articletitle", "og:title", "dc.title", "dcterms.title"),
    "published_at": (
        "pubdate",
        "publishdate",
        "firstpublishedtime",
        "article:published_time",
        "og:release_date",
        "dc.date",
        "dc.date.issued",
        "dcterms.issued",
        "publishtime",
        "datepublished",
    ),
    "source": ("contentsource", "og:source", "dc.source", "source", "mediaid"),
    "author": ("author", "article:author", "dc.creator"),
    "column": ("columnname", "lanmu"),
    "site_name": ("sitename", "og:site_name"),
    "page_category": ("pagecategory",),
    "document_number": ("documentnumber", "filenum", "wenhao"),
}
_PLACEHOLDERS = frozenset({"无", "null", "undefined", "none", "-", "--", "/"})


def read_meta(tree: HtmlElement) -> dict[str, str]:
    """Non-empty values by our field name; the first spelling in the order above wins."""
    given: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (
            (element.get("name") or element.get("property") or element.get("itemprop") or "").strip().lower()
        )
        value = squeeze(element.get("content") or "")
        if name and value and value.lower() not in _PLACEHOLDERS and not value.startswith(("{{", "${", "<%")):
            given.setdefault(name, value)
    found = {}
    for field, names in _FIELDS.items():
        declared = next((given[name] for name in names if name in given), None)
        if declared is not None:
            found[field] = declared
    if "articletitle" in given:
        found["declares_article"] = "yes"
    return found
