"""Varied, plainly fictitious records in any number, for measuring: each is the same whenever it is asked
for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.models import Organization

_FIRST_DAY = datetime(2008, 1, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_PLACES = (
    "示范市", "青禾县", "白鹭县", "云溪区", "长堤镇", "柳湾乡", "石桥街道", "东岭新区", "南浦区",
    "北塘县", "银杏镇", "临河市",
)  # fmt: skip
_SUBJECTS = (
    "农村公路养护", "老旧小区改造", "义务教育招生", "基层卫生服务", "河道综合治理", "企业开办登记",
    "高标准农田", "城市更新", "职业技能培训", "养老服务设施", "数字政务", "社会救助", "食品安全抽检",
    "防汛抗旱", "森林防火", "科技成果转化", "文化遗产保护", "节水灌溉", "公共停车场", "就业创业补贴",
    "乡村旅游", "饮用水水源地", "大气污染防治", "招标投标", "知识产权", "住房公积金",
)  # fmt: skip
_DEEDS = (
    "推进", "加强", "规范", "调整", "公布", "部署", "开展", "完善", "落实", "启动", "验收", "评估",
    "优化", "公示", "通报", "征求",
)  # fmt: skip
_OBJECTS = (
    "工作方案", "专项检查", "年度计划", "资金安排", "目标任务", "实施细则", "建设标准", "管理办法",
    "考核结果", "项目清单", "办理流程", "责任分工", "补助标准", "申报指南", "服务窗口", "信息平台",
    "应急预案", "排查台账", "整改措施", "数据报送", "现场会议", "联席机制",
)  # fmt: skip
_TAILS = (
    "并于月底前报送进展", "由主管部门会同财政部门组织实施", "有关情况每季度通报一次", "确保按期完成",
    "接受社会监督", "重点向偏远乡镇倾斜", "同步建立问题清单", "做到底数清楚", "不得增加群众负担",
    "经集体研究后执行", "逐级压实责任", "对弄虚作假的依规处理", "相关材料网上可查", "首批任务已经完成",
    "试点经验将适时推广", "窗口实行一次告知",
)  # fmt: skip
_GENRES = (
    "通知", "公告", "通报", "意见", "批复", "方案",
)  # fmt: skip


def load_records(
    owners: list[Organization], *, start: int, stop: int, size: int = 2000
) -> Iterator[IncomingRecord]:
    """Yield the records `start` to `stop` − 1: articles of about `size` bytes of HTML, spread over the
    owners."""
    for place in range(start, stop):
        yield load_record(owners[place % len(owners)], place, size)


def load_record(owner: Organization, place: int, size: int) -> IncomingRecord:
    """Return record number `place`."""
    chance = random.Random(place)  # noqa: S311 - texts, not secrets
    where, subject = chance.choice(_PLACES), chance.choice(_SUBJECTS)
    deed, thing, genre = chance.choice(_DEEDS), chance.choice(_OBJECTS), chance.choice(_GENRES)
    title = f"{where}{deed}{subject}{thing}的{genre}（{place}）"
    return IncomingRecord(
        type_code="article",
        owner=owner,
        title=title,
        body_html=_body(chance, size),
        content_source=owner.name,
        given_published_at=_FIRST_DAY + timedelta(minutes=place * 9 % 9_000_000),
        source_app="demonstration",
        external_key=f"load-{place}",
    )


def _body(chance: random.Random, size: int) -> str:
    paragraphs, length, at = [], 0, 0
    words = "".join(chance.choices(_CHARACTERS, k=size // 3 + 100))
    while length < size:
        sentences = []
        for _ in range(chance.randint(1, 3)):
            number = chance.getrandbits(48)
            after = at + 24 + number % 50
            sentences.append(_sentence(number, words[at:after]))
            at = after
        paragraph = "".join(sentences)
        paragraphs.append(f"<p>{paragraph}</p>")
        length += 3 * len(paragraph) + 7
    return "".join(paragraphs)


def _sentence(number: int, words: str) -> str:
    """Set phrases as officialese has them, and between them words that no other text has in this order."""
    subject, tail = _SUBJECTS[(number >> 8) % len(_SUBJECTS)], _TAILS[(number >> 16) % len(_TAILS)]
    return f"{subject}{words}{(number >> 24) % 9998 + 2}项，{tail}。"


# The characters of the first level of GB/T 2312 in its order: about those of everyday writing.
_CHARACTERS = bytes(
    byte for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA) for byte in (row, cell)
).decode("gb2312")
