"""The pages of the search with sample content for tests and for looking at; all of it is fictitious."""

# ruff: noqa: E501 - rows of sample data read better in one line

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rongshu.publishing.pages.assets import asset_names
from rongshu.publishing.pages.rendering import Framed, render_in_frame
from rongshu.publishing.tests.sample_pages import site_frame
from rongshu.search.queries.answering import DirectAnswer
from rongshu.search.queries.searching import AttachmentHit, Elsewhere, FacetValue, ResultHit, Results
from rongshu.search.web.asking import Asked
from rongshu.search.web.library import LIBRARY
from rongshu.search.web.pages import Choice, Heard, LibraryPage, SearchedPage, Select, Way
from rongshu.search.web.presenting import chips, found
from rongshu.search.web.views import TEMPLATES

_STYLE, _SCRIPT = "/-/static/search.css", "/-/static/search-page.js"


def hit(number: int, title: str, **changes: object) -> ResultHit:
    """Return a result."""
    made = ResultHit(
        id=f"resource:{number:032x}",
        kind="resource",
        title_html=title,
        url=f"/a/2024/05/{number:08d}.html",
        snippet_html="职工购买、建造、翻建、大修自住住房的，可以申请提取<mark>公积金</mark>账户内的存储余额 …"
        " 提取<mark>公积金</mark>应当提供身份证明和有关合同，受理后三个工作日内作出决定。",
        published_on=date(2024, 5, number),
        site_name="示范市人民政府",
        organization="示范市住房公积金管理中心",
        type="信息文章",
        validity="",
        document_number="",
        source={"type": "article"},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


HITS = (
    hit(
        17, "示范市住房<mark>公积金</mark>提取管理办法", type="政策文件", validity="有效", source={"type": "policy-document", "validity": "valid"},
        document_number="示公积金规〔2024〕3号",
        attachments=(
            AttachmentHit("提取申请表.docx", "/f/aa/提取申请表.docx", "申请提取<mark>公积金</mark>的职工填写本表"),
            AttachmentHit("材料清单.pdf", "/f/bb/材料清单.pdf"),
        ),
        also_on=(Elsewhere("示范省人民政府", "https://www.shifan.example/a/2024/05/1.html"),
                 Elsewhere("示范市政务服务网", "https://fw.shifan.example/a/2024/05/1.html")),
    ),
    hit(12, "租房提取<mark>公积金</mark>怎么办", type="问答"),
    hit(9, "《示范市住房<mark>公积金</mark>提取管理办法》解读：租房提取额度提高了", type="政策解读"),
    hit(3, "关于调整住房<mark>公积金</mark>缴存基数的通知", type="政策文件", validity="已废止", source={"type": "policy-document", "validity": "abolished"},
        document_number="示公积金〔2019〕21号"),
)  # fmt: skip
FACETS = {
    "site": (FacetValue("a", "示范市人民政府", 42, False), FacetValue("b", "示范省人民政府", 17, False)),
    "level": (FacetValue("city", "市级", 45, False), FacetValue("province", "省级", 14, False)),
    "organization": tuple(
        FacetValue(f"o{number}", name, 20 - number, False)
        for number, name in enumerate(
            ("示范市住房公积金管理中心", "示范市财政局", "示范市教育局", "示范市民政局", "示范省司法厅",
             "示范市人力资源和社会保障局", "示范市交通运输局", "示范市水利局")
        )
    ),
    "type": (FacetValue("policy-document", "政策文件", 23, True), FacetValue("article", "信息文章", 20, False)),
    "year": tuple(FacetValue(str(year), f"{year}年", year - 2015, False) for year in range(2024, 2018, -1)),
    "validity": (FacetValue("valid", "有效", 31, False), FacetValue("abolished", "已废止", 3, False)),
}  # fmt: skip
ANSWER = DirectAnswer(
    "institution", "机构", "示范市住房公积金管理中心", "/a/2024/01/00000001.html",
    facts=(("电话", "0000-12329"), ("办公地址", "示范市榕树路8号政务服务中心二楼"),
           ("办公时间", "工作日 9:00–12:00，13:30–17:30"), ("负责人", "某某")),
)  # fmt: skip
RESULTS = Results(
    hits=HITS, total=59, is_total_exact=True, facets=FACETS, next="c2", did_you_mean="住房公积金",
    direct_answers=(ANSWER,),
)  # fmt: skip
_NONE = replace(RESULTS, hits=(), total=0, facets={}, next=None, direct_answers=())
SCOPES = (Choice("site", "本站"), Choice("city", "示范市", True), Choice("all", "示范省"))


def every_page(theme: str = "vermilion") -> dict[str, Framed]:
    """Return each kind of page in its states."""
    site = replace(site_frame(theme, asset_names()), search_url="")
    asked = Asked(text="公积金", scope="city", chosen={"type": ("policy-document",)}, within="提取")
    page = SearchedPage(
        site, _STYLE, _SCRIPT, query="公积金", within="提取", scopes=SCOPES,
        did_you_mean=Way("住房公积金", "/-/search?q=x"), answers=(ANSWER,),
        chips=chips(asked, RESULTS, "/-/search"), found=found(asked, RESULTS, "/-/search"),
        hidden=tuple(asked.changed(within="").pairs()),
    )  # fmt: skip
    words = tuple(
        Choice(one, one, url="/-/search?q=x") for one in ("公积金提取", "居住证", "不动产登记", "社保卡")
    )
    empty = SearchedPage(site, _STYLE, _SCRIPT, scopes=SCOPES, hot_words=words)
    nothing = SearchedPage(
        site, _STYLE, _SCRIPT, query="没有这样的词", scopes=SCOPES, found=found(asked, _NONE, "/-/search"),
        ways=(Way("到全部网站搜索", "/-/search?q=x&scope=all"),), heard=Heard("公积金", "gjj", "/-/search?q=gjj&as=typed"),
    )  # fmt: skip
    refused = SearchedPage(
        site, _STYLE, _SCRIPT, query="长" * 90, scopes=SCOPES, problem="搜索词过长，请不要超过 100 个字。"
    )
    return {
        "search": page,
        "search-empty": empty,
        "search-nothing": nothing,
        "search-problem": refused,
        "policies": _library(site),
    }


def _library(site: object) -> LibraryPage:
    asked = Asked(text="公积金", chosen={"year": ("2024",)})
    policies = replace(RESULTS, hits=tuple(one for one in HITS if one.document_number))
    selects = tuple(
        Select(name, label, tuple(Choice(one.value, f"{one.label}（{one.count}）") for one in FACETS[name]))
        for name, label in (("level", "层级"), ("year", "发布年份"), ("validity", "有效性"))
    )
    return LibraryPage(
        site, _STYLE, _SCRIPT, query="公积金", selects=selects,  # type: ignore[arg-type]
        found=found(asked, replace(policies, facets={}), LIBRARY), chips=chips(asked, policies, LIBRARY),
    )  # fmt: skip


def rendered(page: Framed) -> str:
    """Return the HTML of a page."""
    name = "library.html" if isinstance(page, LibraryPage) else "results.html"
    return render_in_frame(page, TEMPLATES, name, kind="search")
