"""How the content systems of Chinese government sites name the element that holds an article's body."""

import re
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

# Certain: names no other element bears (TRS, UCAP, 博达 vsb, webplus, 大汉 zoom); likely: wrappers too.
_CERTAIN: Final = frozenset(
    [
        "trs_editor",
        "trs_ueditor",
        "trs_preappend",
        "ucap-content",
        "ucapcontent",
        "zoom",
        "zoomcon",
        "zoomtext",
        "vsb_content",
        "vsb_content_2",
        "vsb_content_4",
        "vsb_content_100",
        "vsb_content_500",
        "vsb_content_501",
        "vsb_newscontent",
        "v_news_content",
        "wp_articlecontent",
        "wp_entry",
        "article_content",
        "article-content",
        "articlecontent",
        "custom_unionstyle",
        "pages_content",
        "js_content",
        "rich_media_content",
        "dochtmlcon",
        "content_body",
        "contentbody",
        "article-body",
        "article_body",
        "articlebody",
        "artibody",
        "zhengwen",
        "zwcontent",
        "zw_content",
        "zwnr",
        "main-txt",
        "j-fontcontent",
        "fontzoom",
        "rm_txt_con",
        "artdet",
        "news_content",
        "newscontent",
        "newstext",
        "bt_content",
        "bt-content",
        "gsj_htmlcon",
        "conttxt",
        "con_text",
        "contenttext",
        "xl_content",
        "xl-content",
        "xlrllt",
        "wenzhang-content",
        "article-con",
        "article_con",
        "articlecon",
        "articlecontentbody",
        "infocontent",
        "info_content",
        "info-content",
        "detailcon",
        "detail_content",
        "detail-content",
        "detailcontent",
        "post_body",
        "post-body",
        "entry-content",
        "post-content",
        "content-text",
        "text_content",
        "txt_content",
        "articletext",
        "article-text",
        "arttext",
        "art-content",
        "art_content",
        "mp-editor",
        "ivs_content",
        "content_views",
        "article_content2",
        "pic-content",
        "news_txt",
        "news-content",
        "news_con",
        "newscon",
        "content_nr",
        "wznr",
        "wz_nr",
        "nrtext",
        "textbody",
        "mainbody",
        "docbody",
        "article-main-content",
        "print_content",
        "printcontent",
        "myprintcontent",
        "contentarea",
        "content-area",
        "article-detail",
        "content_text",
        "detail-text",
        "view-content",
        "viewcontent",
        "jpage_content",
        "sanwa_content",
        "govcontent",
        "gknr",
        "xxgk_content",
        "xxgk-content",
    ]
)
_LIKELY: Final = frozenset(
    [
        "content",
        "con",
        "text",
        "view",
        "zw",
        "article",
        "doc",
        "detail",
        "main-content",
        "maincontent",
        "content_main",
        "news",
        "nr",
        "neirong",
        "wzcon",
        "contents",
        "content_box",
        "contentbox",
        "news_detail",
        "newsdetail",
        "articledetail",
        "article_detail",
        "article-main",
        "article_main",
        "txt",
        "cont",
        "lct_cont",
        "lcon",
        "content_detail",
        "showcontent",
        "show_content",
        "textcontent",
        "printarea",
    ]
)
_VENDOR_NUMBERED = re.compile(r"^(?:vsb_content_\w{1,10}|zoom\d|trs_editor\w{0,8}|article_?content\d)$")
_UNDERSCORES = re.compile(r"_{2,}")


def certainty(element: HtmlElement) -> int:
    """2 when the element's id or class is one of a body container, 1 when it may be one, 0 otherwise."""
    if element.tag == "ucapcontent":
        return 2
    if not element.attrib:
        return 0
    if element.get("itemprop") == "articleBody" or element.get("role") == "contentText":
        return 2
    return max(_certainty_of(element.get("id")), _certainty_of(element.get("class")))


@lru_cache(maxsize=8192)
def _certainty_of(names: str | None) -> int:
    best = 0
    for name in (names or "").lower().split():
        plain = _UNDERSCORES.sub("_", name)
        if plain in _CERTAIN or _VENDOR_NUMBERED.match(plain):
            return 2
        best = max(best, int(plain in _LIKELY))
    return best
