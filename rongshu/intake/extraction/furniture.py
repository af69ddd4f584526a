"""What stands on article pages and is no part of the article: sharing, printing, neighbours, footers."""

import re
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from .lines import Line

_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:bdshare\w*|bshare\w*|share\w*|\w*[-_]?share|fenxiang|fx|jiathis\w*|social\w*|print|dayin|fontsize|font-size|fontset|pagesource\w*|"
    r"prenext\w*|pre-?next|prev(?:ious)?|next|shang?xia\w*|sxp|related?\w*|relevan\w*|recommend\w*|xgxw|xg-?list|xgwz|xgyd|ewm|"
    r"erweima|qr_?-?code\w*|qr_container|qrcode|sweep|breadcrumb\w*|crumbs?|foot(?:er)?|copyright|nav|menu|sidebar|"
    r"side-?bar|comments?|pinglun|toolbar|tools?|tags?|pager|pagination|page-?num|pagebox|advert\w*|gg|statement|"
    r"hot|rank\w*|login|search|back-list|btn-?box|close|dianzan|like|"
    r"reldocuments|\w*player\w*|video-js|vjs|keep-reading|edit(?:or)?-?s?|zrbj|creative_statement)(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
_OWN_CLASS = re.compile(
    r"trs_editor|ueditor|htmledit|content_editor|editor-content|mp-editor|rich|article-?share-?content|nav-?content",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"^[\s【\[〖（(|｜·>]*(?:(?:打\s*印|关\s*闭|收\s*藏|分\s*享|返\s*回|纠\s*错|我要纠错|推荐|举报|点赞|转发|复制链接|保存|字\s*[号体]|大|中|小|默认|超大|放大|缩小|"
    r"正常|本页|本文|此页|页面|窗口|顶部|列表|首页|上一页|到|至|：|:|文章|按钮|TOP|微信|微博|新浪微博|QQ空间|空间|朋友圈|人人网|"
    r"加入收藏|双击自动滚屏)[\s】\]〗）)|｜·<【\[〖（(]*)+$"
)
_TAIL = re.compile(
    r"^\W{0,3}(?:上\s?一\s?[篇条页则个]|下\s?一\s?[篇条页则个]|前一[篇条]|后一[篇条]|相关(?:链接|文章|新闻|阅读|稿件|附件下载|信息|推荐|报道|资讯|政策解读|文档)|"
    r"关联稿件|推荐(?:阅读|文章|新闻)|延伸阅读|热点(?:新闻|推荐|文章)|热门(?:推荐|文章|评论)|精彩推荐|猜你喜欢|网友评论|发表评论|我来说两句|返回搜狐|"
    r"扫一扫|扫码|用微信扫|分享(?:到|至|让更多)|标签[:：]|本文标签|关键词[:：]|友情链接|网站地图|版权声明|特别声明|免责声明|关注公众号|更多精彩)"
)
_EDITOR = re.compile(
    r"^[（(【\[]?\s{0,3}(?:责任编辑|责编|编辑|网站编辑|本文编辑|审核|校对|初审|复审|终审|一审|二审|三审|录入|信息录入|签发)\s{0,3}[:：].{0,40}$"
)
_FOOTER = re.compile(
    r"版权所有|Copyright|©|ICP备|公网安备|网站标识码|技术支持|主办单位?[:：]|承办单位?[:：]|维护单位?[:：]|建议使用|分辨率|未经.{0,10}授权|"
    r"网站声明|隐私(?:声明|保护)|您是第.{0,12}访问|备案号|浏览器版本|违法和不良信息",
    re.IGNORECASE,
)
_LOCATION = re.compile(
    r"(?:当前(?:所在)?的?位置|您的位置|您(?:现在|当前)(?:所在)?的?位置|所在位置|现在位置|你的位置)\s?[:：]?|^\W{0,2}位置\s?[:：]"
)
_PAGER = re.compile(
    r"^(?:[\[【(（<|]?\s{0,2}(?:\d{1,3}|第\s?\d{1,3}\s?页|共\s?\d{1,3}\s?页|\d{1,3}\s?/\s?\d{1,3}\s?页?|首页|尾页|末页|上一?页|下一?页|前一?页|后一?页|"
    r"<{1,2}|>{1,2}|…|\.{3})\s{0,2}[\]】)）>|]?[\s|·]{0,4}){2,40}$"
)
_COUNTERS = re.compile(r"^\W{0,2}(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s?[:：]?\s?\[?\d{0,9}\]?\s?次?$")
ATTACHMENT_AREA: Final = re.compile(
    r"(?:^|[\s_\-])(?:fj|fujian|attach\w*|accessor\w*|appendix|annex|download\w*|xz|filelist|fj-?[a-z]?)(?:$|[\s_\-])",
    re.IGNORECASE,
)


def is_furniture_class(element: HtmlElement) -> bool:
    """The element's id or class names a tool, a neighbour list or a footer."""
    return bool(element.attrib) and _names_furniture(element.get("class"), element.get("id"))


@lru_cache(maxsize=8192)
def _names_furniture(classes: str | None, identifier: str | None) -> bool:
    names = f"{classes or ''} {identifier or ''}"
    return len(names) > 2 and bool(_CLASS.search(names)) and not _OWN_CLASS.search(names)


def is_furniture_line(text: str) -> bool:
    """The whole line is a tool, a counter, the editor's mark or an empty label."""
    return len(text) <= 120 and _is_short_furniture(text)


# The same short lines stand on every page of a site and are asked about several times on each.
@lru_cache(maxsize=8192)
def _is_short_furniture(text: str) -> bool:
    return bool(
        _BUTTONS.match(text)
        or _EDITOR.match(text)
        or _COUNTERS.match(text)
        or text.strip(" ：:") in ("附件", "附件下载", "相关附件", "正文", "来源")
    )


def is_pager(line: Line) -> bool:
    """Nothing but numbers of pages and the words between them, one of them linked."""
    return line.link_chars > 0 and len(line.text) <= 120 and bool(_PAGER.match(line.text))


def begins_tail(text: str) -> bool:
    """From this line on the page speaks of other things than the article."""
    return len(text) < 200 and bool(_TAIL.match(text))


def is_footer_text(text: str) -> bool:
    """A line of the page's foot."""
    return len(text) < 400 and _names_foot(text)


@lru_cache(maxsize=8192)
def _names_foot(text: str) -> bool:
    return bool(_FOOTER.search(text))


def is_location(text: str) -> bool:
    """A breadcrumb's label (当前位置)."""
    return len(text) < 300 and bool(_LOCATION.search(text))


def strip_location(text: str) -> str:
    """The breadcrumb without its label."""
    return _LOCATION.sub("", text, count=1)


def line_weight(line: Line) -> float:
    """How much a line speaks for a body of running text: its characters outside links, weighted."""
    own = len(line.text) - line.link_chars
    if own < 2 or is_footer_text(line.text) or is_furniture_line(line.text):
        return 0.0
    if line.link_share > 0.6:
        return own * 0.1
    punctuated = any(mark in line.text for mark in "，。；！？、：")
    return float(own) if (punctuated and own >= 10) or own >= 40 else own * 0.35
