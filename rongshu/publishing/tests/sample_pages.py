"""Sample pages of every kind for tests, the gallery and the bench. 示范省 and all in it are fictitious."""

# ruff: noqa: E501 - rows of sample data read better in one line

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from rongshu.publishing.pages import models as m

AT = datetime(2024, 5, 17, 1, 30, tzinfo=UTC)
ASSETS = m.AssetNames(
    stylesheet="/-/static/site.css", early_script="/-/static/early.js", script="/-/static/site.js"
)

TITLES = (
    "示范省人民政府印发关于推进政务服务提质增效若干措施的通知",
    "示范省召开全省防汛抗旱工作电视电话会议",
    "省政务服务中心推出“一件事一次办”新增事项二十项",
    "关于公布2024年度省级重点建设项目名单的公告",
    "示范市新建城区公园绿地三百公顷，居民出门见绿",
    "全省夏粮收购工作平稳有序，农户售粮便利度持续提高",
    "省教育厅部署义务教育阶段学校暑期安全工作",
    "示范省就业服务专项行动走进乡镇和社区",
    "省卫生健康委发布夏季健康提示，提醒公众预防中暑",
    "关于规范涉企行政检查的实施意见公开征求意见",
    "省交通运输厅：农村公路养护责任全面落实到村",
    "示范省档案馆向社会开放第三批历史档案目录",
)

PICTURES = tuple(
    m.Image(f"/pictures/{number}.jpg", alt, 960, 540)
    for number, alt in enumerate(
        ("青山之间的河谷与梯田", "晨光中的城市天际线", "平原上的麦田与道路", "湖面与远山"), 1
    )
)
EMBLEM = m.Image("/-/static/emblem.svg", "示范省榕树徽标", 68, 68)

NAVIGATION = (
    m.Link("首页", "/"),
    m.Link("要闻", "/news/"),
    m.Link("政务公开", "/open/"),
    m.Link("政策", "/policy/"),
    m.Link("政务服务", "/services/"),
    m.Link("互动交流", "/interaction/"),
    m.Link("数据", "/data/"),
)

MARKS = m.FooterMarks(
    sponsor="示范省人民政府办公厅",
    operator="示范省政务信息中心",
    contact="0000-00000000（工作日 9:00–17:00）",
    address="示范省示范市榕树路1号",
    icp_number="示ICP备00000001号-1",
    icp_url="https://beian.example/icp",
    police_number="示公网安备 00000000000001号",
    police_url="https://beian.example/police",
    party_gov_mark_url="https://mark.example/sitename?id=0000000001",
    error_report_url="https://jiucuo.example/?site=0000000001",
)


def site_frame(theme: str = "vermilion", assets: m.AssetNames = ASSETS) -> m.SiteFrame:
    """Return the frame of the fictitious portal (or of a department or a city, by its theme)."""
    names = {
        "vermilion": ("示范省人民政府", "The People's Government of Shifan Province", "www.shifan.example"),
        "azure": ("示范省生态环境厅", "Department of Ecology and Environment", "sthjt.shifan.example"),
        "pine": ("示范市人民政府", "The People's Government of Shifan City", "www.shifanshi.example"),
    }
    name, name_en, domain = names[theme]
    is_portal = theme == "vermilion"
    return m.SiteFrame(
        slug="portal",
        name=name,
        name_en=name_en,
        base_url=f"https://{domain}",
        tags=m.SiteTags(name=name, domain=domain, identification_code="0000000001"),
        navigation=NAVIGATION,
        marks=MARKS,
        theme=m.ThemeTokens(theme),
        assets=assets,
        emblem=EMBLEM,
        hot_words=tuple(
            m.Link(word, f"/-/search?q={word}") for word in ("社保卡", "公积金提取", "新生儿落户")
        ),
        parent=None if is_portal else m.Link("示范省人民政府", "https://www.shifan.example/"),
        links=(m.Link("中国政府网", "/-/leave?u=0", is_leaving=True),) if is_portal else (),
        languages=(m.Link("English", "/en/", note="en"),) if is_portal else (),
    )


def column_frame(name: str = "要闻动态", slug: str = "news") -> m.ColumnFrame:
    """Return a column two levels below the front page, with its tree."""
    url = f"/{slug}/latest/"
    children = (
        m.TreeNode("会议活动", f"{url}meetings/"),
        m.TreeNode("部门动态", f"{url}departments/"),
    )
    return m.ColumnFrame(
        tags=m.ColumnTags(name, f"发布示范省{name}", f"{name},示范省", "工作动态"),
        url=url,
        breadcrumb=(m.Link("首页", "/"), m.Link("要闻", f"/{slug}/"), m.Link(name, url)),
        tree_title="要闻",
        tree=(
            m.TreeNode(name, url, is_current=True, is_open=True, children=children),
            m.TreeNode("通知公告", f"/{slug}/notices/"),
            m.TreeNode("市县动态", f"/{slug}/cities/"),
            m.TreeNode("国务院要闻", f"/{slug}/state-council/"),
            m.TreeNode("图片新闻", f"/{slug}/pictures/"),
        ),
        navigation_url=f"/{slug}/",
        atom_url=f"{url}atom.xml",
        rss_url=f"{url}rss.xml",
    )


_FROM_ANOTHER_NODE = 1


def entry(number: int = 0, *, pinned: bool = False, image: bool = False, long: bool = False) -> m.Entry:
    """Return the `number`-th sample entry; every later one is a day and a bit older."""
    title = TITLES[number % len(TITLES)]
    return m.Entry(
        title=title * 3 if long else title,
        url=f"/a/2024/05/sample{number:02}.html",
        published_at=AT - timedelta(hours=29 * number),
        summary="近日，示范省有关部门介绍了这项工作的背景、主要内容和下一步安排，并就群众关心的问题作了说明。",
        image=PICTURES[number % len(PICTURES)] if image else None,
        source="示范省人民政府办公厅",
        is_pinned=pinned,
        origin="示例市教育局" if number % len(TITLES) == _FROM_ANOTHER_NODE else "",
    )


def entries(count: int, start: int = 0, *, image: bool = False) -> tuple[m.Entry, ...]:
    """Return `count` sample entries."""
    return tuple(entry(number, image=image) for number in range(start, start + count))


VALIDITIES = (m.Validity.VALID, m.Validity.AMENDED, m.Validity.ABOLISHED, None, m.Validity.NOT_YET)


def documents(count: int) -> tuple[m.Entry, ...]:
    """Return policy documents with numbers, dates and all kinds of validity."""
    return tuple(
        replace(
            entry(number),
            document_number=f"示府发〔2024〕{number + 3}号" if number % 4 else "",
            written_on=date(2024, 5, 12) - timedelta(days=9 * number) if number % 5 else None,
            issuer="示范省人民政府",
            validity=VALIDITIES[number % len(VALIDITIES)],
        )
        for number in range(count)
    )


DEPARTMENTS = (
    "省发展改革委", "省教育厅", "省科技厅", "省工业和信息化厅", "省公安厅", "省民政厅", "省司法厅", "省财政厅",
    "省人力资源社会保障厅", "省自然资源厅", "省生态环境厅", "省住房城乡建设厅", "省交通运输厅", "省水利厅",
)  # fmt: skip
LEADERS = (
    ("甲示范", "省长"), ("乙示范", "常务副省长"), ("丙示范", "副省长"), ("丁示范", "副省长"),
    ("戊示范", "副省长"), ("己示范", "秘书长"),
)  # fmt: skip


def links(names: tuple[str, ...], folder: str) -> tuple[m.Link, ...]:
    """Return links to numbered pages of a folder."""
    return tuple(m.Link(name, f"/{folder}/{number}.html") for number, name in enumerate(names, 1))


def people() -> tuple[m.PersonCard, ...]:
    """Return the leaders' cards."""
    return tuple(m.PersonCard(name, post, f"/leaders/{n}.html") for n, (name, post) in enumerate(LEADERS, 1))


def home_blocks() -> tuple[m.Block, ...]:
    """Return one block of every kind, as a portal would arrange them."""
    policies = documents(6)
    services = (
        m.LinkGroup(
            "个人办事",
            links(
                (
                    "生育收养",
                    "户籍办理",
                    "教育科研",
                    "就业创业",
                    "社会保障",
                    "住房保障",
                    "医疗卫生",
                    "交通出行",
                ),
                "s",
            ),
        ),
        m.LinkGroup(
            "法人办事", links(("设立变更", "准营准办", "纳税缴费", "项目投资", "招标采购", "注销清算"), "c")
        ),
    )
    return (
        m.HeadlineBlock(key="headline", title="头条", entry=entry(0), others=entries(3, 1)),
        m.CarouselBlock(
            key="pictures",
            title="图片新闻",
            width="half",
            slides=tuple(m.Slide(TITLES[n + 4], f"/a/{n}.html", image) for n, image in enumerate(PICTURES)),
        ),
        m.ColumnTabsBlock(
            key="news",
            title="要闻",
            width="half",
            tabs=(
                m.EntryGroup("要闻动态", entries(9), "/news/latest/"),
                m.EntryGroup("通知公告", entries(9, 3), "/news/notices/"),
                m.EntryGroup("市县动态", entries(9, 6), "/news/cities/"),
            ),
        ),
        m.EntriesBlock(
            key="entries",
            title="主要入口",
            entries=(
                m.PortalEntry("see", "我要看", "/news/", "要闻、公告、专题"),
                m.PortalEntry("find", "我要查", "/open/", "文件、目录、年报"),
                m.PortalEntry("do", "我要办", "/services/", "个人、法人事项"),
                m.PortalEntry("ask", "我要问", "/interaction/", "咨询、建议、投诉"),
            ),
        ),
        m.PolicyPairsBlock(
            key="policy",
            title="政策与解读",
            width="two-thirds",
            more_url="/policy/",
            pairs=(
                m.PolicyPair(policies[1], entries(2, 2)),
                m.PolicyPair(policies[2], entries(1, 5)),
                m.PolicyPair(policies[0]),
                m.PolicyPair(policies[4], entries(1, 8)),
            ),
        ),
        m.ColumnListBlock(
            key="open",
            title="政府信息公开",
            width="third",
            more_url="/open/",
            entries=entries(6, 2),
            renewed_on=date(2024, 3, 1),
        ),
        m.ServicesBlock(
            key="services", title="政务服务", width="half", more_url="/services/", groups=services
        ),
        m.ColumnListBlock(
            key="people",
            title="民生关注",
            width="half",
            more_url="/people/",
            entries=(entry(4, image=True), *entries(6, 5)),
            has_lead=True,
        ),
        m.TopicsBlock(
            key="topics",
            title="专题专栏",
            more_url="/topics/",
            topics=(
                m.TopicCard("优化营商环境", "/t/1.html", PICTURES[1]),
                m.TopicCard("乡村全面振兴", "/t/2.html", PICTURES[2]),
                m.TopicCard("绿水青山示范行动", "/t/3.html", PICTURES[0]),
                m.TopicCard("防汛抗旱", "/t/4.html", None, "预警、避险与救助信息"),
            ),
        ),
        m.LeadersBlock(
            key="leaders", title="省政府领导", width="half", more_url="/leaders/", people=people()
        ),
        m.InstitutionsBlock(
            key="institutions",
            title="政府机构",
            width="half",
            groups=(m.LinkGroup("", links(DEPARTMENTS[:9], "i")),),
        ),
        m.ColumnListBlock(key="empty", title="没有内容的栏目", entries=()),
        m.SitesBlock(
            key="sites",
            title="网站导航",
            groups=(
                m.LinkGroup("省直部门网站", links(DEPARTMENTS, "d")),
                m.LinkGroup(
                    "市政府网站", links(("示范市", "榕城市", "青川市", "松原县级市", "海门口市"), "g")
                ),
            ),
        ),
        m.LinksBlock(
            key="links",
            title="相关链接",
            links=(
                m.Link("国家政务服务平台", "/-/leave?u=1", is_leaving=True),
                m.Link("全国人民代表大会", "/-/leave?u=2", is_leaving=True),
            ),
        ),
    )


def home(site: m.SiteFrame) -> m.HomePage:
    """Return the portal's front page."""
    return m.HomePage(site, home_blocks(), "示范省人民政府门户网站", "示范省,政务公开,政务服务")


BODY = (
    "<p>各市、县人民政府，省政府各部门、各直属机构：</p>"
    "<p>为进一步优化政务服务、提升行政效能，结合我省实际，现提出如下措施，请认真贯彻执行。</p>"
    "<h1>一、总体要求</h1>"
    + "<p>坚持以人民为中心，聚焦企业和群众办事的难点堵点，统一标准、优化流程、减少材料、压缩时限，"
    "推动更多事项网上办、就近办、一次办，让数据多跑路、群众少跑腿。到2025年底，省市县三级政务服务事项"
    "标准统一、线上线下融合，办事时间平均压缩三成以上。</p>"
    * 3
    + '<h2>二、重点任务</h2><p>（一）统一事项标准。办事依据、条件、材料、时限见<a href="/a/2024/04/list.html">'
    "事项清单</a>。</p><table><caption>表1 任务分工</caption><tr><th>任务</th><th>牵头单位</th><th>完成时限</th>"
    "<th>成果形式</th></tr><tr><td>统一事项清单</td><td>省政务服务管理局</td><td>2024年9月底</td><td>清单公布</td></tr>"
    "<tr><td>电子证照互认</td><td>省公安厅、省大数据局</td><td>2024年12月底</td><td>接口上线</td></tr></table>"
    '<p class="align-center"><img src="/pictures/2.jpg" alt="政务服务大厅所在的城区" width="720" height="405"></p>'
    "<p>（二）畅通反馈渠道。企业和群众可以通过热线、网站和窗口评价服务，评价结果公开。</p>"
    '<p class="signature">示范省人民政府</p><p class="signature">2024年5月12日</p>'
)

ATTACHMENTS = (
    m.Attachment("政务服务事项清单（2024年版）.xlsx", "/f/ab/list.xlsx", 348_211),
    m.Attachment("任务分工表.pdf", "/f/cd/tasks.pdf", 1_204_332, "application/pdf"),
)


def article(site: m.SiteFrame, column: m.ColumnFrame, number: int = 0) -> m.ArticlePage:
    """Return an article as most of them are."""
    return m.ArticlePage(
        site=site,
        column=column,
        path=f"/a/2024/05/sample{number:02}.html",
        title=TITLES[number % len(TITLES)],
        published_at=AT - timedelta(hours=number),
        source="示范省人民政府办公厅",
        body_html=BODY,
        author="示范通讯员",
        editor="示范编辑",
        keywords=("政务服务", "提质增效"),
        description="提出统一事项标准、畅通反馈渠道等措施。",
        related=entries(4, 3),
    )


def policy(site: m.SiteFrame, column: m.ColumnFrame) -> m.ArticlePage:
    """Return a policy document that has been abolished, with everything such a page can show."""
    return replace(
        article(site, column),
        path="/a/2024/05/policy01.html",
        subtitle="（2024年5月12日省政府常务会议通过）",
        modified_at=AT + timedelta(days=40),
        document=m.DocumentElements(
            index_number="11000000000000001A/2024-00015",
            theme="综合政务\\其他",
            genre="通知",
            issuer="示范省人民政府",
            written_on=date(2024, 5, 12),
            document_number="示府发〔2024〕3号",
            published_on=date(2024, 5, 17),
            effective_on=date(2024, 6, 1),
            abolished_on=date(2024, 10, 1),
            keywords=("政务服务", "措施"),
            validity=m.Validity.ABOLISHED,
            validity_by=m.Link("示范省人民政府关于公布废止文件目录的决定", "/a/2024/09/abolish.html"),
        ),
        interpretations=entries(2, 5),
        attachments=ATTACHMENTS,
        relations=(m.EntryGroup("依据文件", documents(2)),),
    )


def interpretation(site: m.SiteFrame, column: m.ColumnFrame) -> m.ArticlePage:
    """Return an interpretation that points to its policy."""
    return replace(
        article(site, column, 7), path="/a/2024/05/explain1.html", interprets=documents(2)[1:], related=()
    )


def column_list(site: m.SiteFrame, column: m.ColumnFrame, style: m.ListStyle) -> m.ColumnListPage:
    """Return page one of a column with 1,234 entries."""
    rows = documents(12) if style is m.ListStyle.DOCUMENTS else entries(12, image=style != m.ListStyle.TITLES)
    if style is m.ListStyle.PEOPLE:
        named = zip(entries(6), LEADERS, strict=True)
        rows = tuple(replace(row, title=name, summary=post) for row, (name, post) in named)
    return m.ColumnListPage(
        site=site,
        column=column,
        path=column.url,
        entries=(replace(rows[0], is_pinned=True), *rows[1:]),
        style=style,
        pager=m.Pager(
            total=1234,
            older=f"{column.url}61.html",
            pages=tuple(m.Link(str(n), f"{column.url}{n}.html") for n in (61, 60, 59, 58, 57)),
            years=tuple(
                m.Link(f"{year}年", f"{column.url}{n}.html") for n, year in enumerate(range(2024, 2014, -1))
            ),
        ),
    )


def chunk(site: m.SiteFrame, column: m.ColumnFrame) -> m.ColumnListPage:
    """Return a numbered page in the middle of a column."""
    pager = m.Pager(number=37, newer=f"{column.url}38.html", older=f"{column.url}36.html", newest=column.url)
    return m.ColumnListPage(site, column, f"{column.url}37.html", entries(12), pager)


def leader(site: m.SiteFrame, column: m.ColumnFrame) -> m.LeaderPage:
    """Return a leader without a portrait (nobody fictitious has one)."""
    return m.LeaderPage(
        site=site,
        column=column,
        path="/a/2024/01/leader01.html",
        name="甲示范",
        post="示范省人民政府省长",
        published_at=AT,
        source="示范省人民政府办公厅",
        duties_html="<p>领导省政府全面工作，负责审计工作。分管省审计厅。</p>",
        biography_html="<p>甲示范，虚构人物，用于演示领导页面的版式。</p>",
        description="省长甲示范的分工、简历和活动",
        groups=(m.EntryGroup("重要活动", entries(5), "/leaders/1/"), m.EntryGroup("重要讲话", entries(3, 5))),
        origin=m.Link("示例市人民政府", "https://shili.example/-/federation/v1/pages/1"),
        colleagues=people()[1:],
    )


def institution(site: m.SiteFrame, column: m.ColumnFrame) -> m.InstitutionPage:
    """Return an institution with all its contacts."""
    return m.InstitutionPage(
        site=site,
        column=column,
        path="/a/2024/01/inst0001.html",
        name="示范省生态环境厅",
        published_at=AT,
        source="示范省生态环境厅",
        duties_html="<p>（一）建立健全生态环境基本制度。</p><p>（二）负责重大生态环境问题的统筹协调和监督管理。</p>",
        address="示范省示范市青山路8号",
        office_hours="工作日 9:00–12:00，13:30–17:00",
        phone="0000-00000008",
        postcode="000000",
        head=m.Link("庚示范", "/leaders/7.html"),
        website=m.Link("sthjt.shifan.example", "https://sthjt.shifan.example/"),
        description="示范省生态环境厅的职责、机构和联系方式",
        departments=(
            m.InternalDepartment(
                "办公室", "负责文电、会务、机要、信息、保密、信访和政务公开", "0000-00000081"
            ),
            m.InternalDepartment("水生态环境处", "负责全省地表水生态环境监管", "0000-00000082"),
        ),
        groups=(m.EntryGroup("工作动态", entries(5)),),
        siblings=links(DEPARTMENTS[:8], "i"),
    )


def topic(site: m.SiteFrame, column: m.ColumnFrame) -> m.TopicPage:
    """Return a topic with a banner and four sections."""
    return m.TopicPage(
        site=site,
        column=column,
        path="/a/2024/03/topic001.html",
        title="绿水青山示范行动",
        published_at=AT,
        source="示范省生态环境厅",
        banner=m.Image("/pictures/banner.jpg", "青山之间的河谷", 1920, 420),
        introduction_html="<p>汇集全省生态保护的政策、进展和身边的变化。</p>",
        description="全省生态保护的政策与进展",
        sections=(
            m.EntryGroup("最新进展", (entry(4, image=True), *entries(4)), "/topics/1/"),
            m.EntryGroup("政策文件", documents(5), "/topics/2/"),
            m.EntryGroup("身边的变化", (entry(5, image=True), *entries(4, 6))),
            m.EntryGroup("专家解读", entries(5, 2)),
        ),
    )


def disclosure(
    site: m.SiteFrame, column: m.ColumnFrame, current: m.DisclosureKind | None
) -> m.DisclosurePage:
    """Return the disclosure directory, its overview or one of its sections."""
    kind = m.DisclosureKind
    tree = tuple(
        m.TreeNode(
            name, f"/open/c{n}/", is_current=n == 0 and current is not None, is_open=True, children=children
        )
        for n, (name, children) in enumerate(
            (
                (
                    "履职依据",
                    (m.TreeNode("法规规章", "/open/c0/1/"), m.TreeNode("规范性文件", "/open/c0/2/")),
                ),
                ("机关简介", ()),
                ("规划统计", (m.TreeNode("发展规划", "/open/c2/1/"), m.TreeNode("统计信息", "/open/c2/2/"))),
                ("财政资金", ()),
                ("重大建设项目", ()),
                ("民生保障", (m.TreeNode("教育", "/open/c5/1/"), m.TreeNode("医疗卫生", "/open/c5/2/"))),
            )
        )
    )
    return m.DisclosurePage(
        site=site,
        column=column,
        path="/open/disclosure/",
        unit=site.name,
        sections=(
            m.DisclosureSection(kind.GUIDE, "政府信息公开指南", "/open/guide/"),
            m.DisclosureSection(kind.RULES, "政府信息公开制度", "/open/rules/", entries(4)),
            m.DisclosureSection(kind.CATALOGUE, "法定主动公开内容", "/open/catalogue/", documents(5), tree),
            m.DisclosureSection(kind.REPORTS, "政府信息公开年报", "/open/reports/", entries(3, 4)),
        ),
        current=current,
        body_html=BODY if current is kind.GUIDE else "",
        entries=documents(10) if current in (kind.CATALOGUE, kind.RULES) else (),
        pager=m.Pager(total=10),
    )


def every_page(site: m.SiteFrame) -> dict[str, m.Page]:
    """Return every page kind in its variants, by a name that may be a file name."""
    news = column_frame()
    open_column = replace(column_frame("政府信息公开", "open"), navigation_url="/open/")
    plain = replace(news, tree=(), atom_url="", rss_url="")
    styles = {f"list-{style.value}": column_list(site, news, style) for style in m.ListStyle}
    return {
        "home": home(site),
        **styles,
        "list-chunk": chunk(site, news),
        "list-gathered": m.ColumnListPage(
            site, news, news.url, (), groups=(m.EntryGroup("会议活动", entries(5), "/x/"), m.EntryGroup("部门动态", entries(5, 5)))
        ),
        "list-empty": m.ColumnListPage(site, plain, plain.url, ()),
        "article": article(site, news),
        "article-policy": policy(site, news),
        "article-interpretation": interpretation(site, news),
        "leader": leader(site, news),
        "institution": institution(site, plain),
        "topic": topic(site, news),
        "disclosure": disclosure(site, open_column, None),
        "disclosure-guide": disclosure(site, open_column, m.DisclosureKind.GUIDE),
        "disclosure-catalogue": disclosure(site, open_column, m.DisclosureKind.CATALOGUE),
        "site-map": m.SiteMapPage(
            site,
            tuple(m.TreeNode(link.text, link.url, children=news.tree if n else ()) for n, link in enumerate(NAVIGATION)),
            (m.LinkGroup("省直部门网站", links(DEPARTMENTS, "d")),),
        ),
        "not-found": m.NotFoundPage(site),
        "gone": m.GonePage(site),
        "leaving": m.LeavingPage(site, "https://elsewhere.example/path?a=1&b=2", "elsewhere.example"),
        "offline": m.OfflinePage(
            replace(site, navigation=(), search_url="", parent=m.Link("示范省人民政府", "https://www.shifan.example/")),
            "机房改造和系统迁移",
            date(2024, 5, 1),
            date(2024, 5, 20),
            document="示府办函〔2024〕9号",
        ),
        "closed": m.ClosedPage(
            replace(site, navigation=(), search_url=""),
            date(2024, 5, 1),
            "根据政府网站集约化工作安排，本网站整合至示范省人民政府门户网站。",
            "示府办函〔2024〕7号",
            m.Link("示范省人民政府", "https://www.shifan.example/"),
        ),
        "site-index": m.SiteIndexPage(
            "示范省政府网站集约化平台",
            site.assets,
            (
                m.IndexedSite("示范省人民政府", "portal", "/?site=portal", "portal.localhost:8000", "门户网站", "正常"),
                m.IndexedSite("示范省生态环境厅", "sthjt", "/?site=sthjt", "sthjt.localhost:8000", "部门网站"),
            ),
            is_demonstration=True,
        ),
    }  # fmt: skip
