"""Who takes part in the drill: one province, its cities, their sites, and the old sites they take over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.project.legacy_sites import FAMILIES

MOST_NODES: Final = 17
MOST_SITES: Final = 40
PROVINCE: Final = "示范省"
_PROVINCE_CODE: Final = "990000"

_CITIES: Final = (
    "示范市", "样例市", "青禾市", "白鹭市", "云溪市", "长堤市", "柳湾市", "石桥市",
    "东岭市", "南浦市", "北塘市", "银杏市", "临河市", "松岗市", "沙洲市", "竹山市",
)  # fmt: skip

_DEPARTMENTS: Final = (
    "教育厅", "科学技术厅", "工业和信息化厅", "公安厅", "民政厅", "司法厅", "财政厅",
    "人力资源和社会保障厅", "自然资源厅", "生态环境厅", "住房和城乡建设厅", "交通运输厅", "水利厅",
    "农业农村厅", "商务厅", "文化和旅游厅", "卫生健康委员会", "退役军人事务厅", "应急管理厅", "审计厅",
    "国有资产监督管理委员会", "林业局", "市场监督管理局", "广播电视局", "体育局", "统计局",
    "医疗保障局", "机关事务管理局", "信访局", "粮食和物资储备局", "地方金融管理局", "乡村振兴局",
    "能源局", "药品监督管理局", "知识产权局", "数据资源管理局", "人民防空办公室", "外事办公室",
    "档案局", "供销合作社联合社",
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """An organisation that runs one site, and the old site that goes into it."""

    slug: str
    name: str
    site_name: str
    serial: int
    region_code: str
    standard: str
    family: str = ""

    @property
    def credit_code(self) -> str:
        """Its 统一社会信用代码, of the demonstration range."""
        return demonstration_credit_code(self.region_code, self.serial)


@dataclass(frozen=True)
class Node:
    """One installation: the province's or a city's."""

    name: str
    region_name: str
    region_code: str
    units: Sequence[Unit] = field(default_factory=tuple)

    @property
    def is_hub(self) -> bool:
        """Whether it is the province's."""
        return self.region_code == _PROVINCE_CODE

    @property
    def portal(self) -> Unit:
        """The government's own site."""
        return self.units[0]


@dataclass(frozen=True)
class Drill:
    """How large the drill is: nodes with the province, old sites of the province, records in the cities."""

    nodes: int = MOST_NODES
    sites: int = MOST_SITES
    resources: int = 300_000
    articles: int = 60
    """Articles of one old site."""

    def __post_init__(self) -> None:
        if not 2 <= self.nodes <= MOST_NODES:
            raise ValueError(f"节点数须为 2 到 {MOST_NODES}（一个省、其余为市）。")
        if not 0 <= self.sites <= MOST_SITES:
            raise ValueError(f"旧网站数须为 0 到 {MOST_SITES}。")
        if self.resources < 0:
            raise ValueError("资源数不能为负。")

    @cached_property
    def province(self) -> Node:
        """The hub: the government's portal and one site for each department that moves."""
        office, site = f"{PROVINCE}人民政府办公厅", f"{PROVINCE}人民政府"
        portal = Unit("portal", office, site, 1, _PROVINCE_CODE, "portal")
        departments = [
            Unit(
                f"department-{number}",
                f"{PROVINCE}{name}",
                f"{PROVINCE}{name}",
                number + 1,
                _PROVINCE_CODE,
                "department",
                _family(number),
            )
            for number, name in enumerate(_DEPARTMENTS[: self.sites], start=1)
        ]
        return Node("province", PROVINCE, _PROVINCE_CODE, (portal, *departments))

    @cached_property
    def cities(self) -> tuple[Node, ...]:
        """The cities, each with its portal, which takes over one old site."""
        return tuple(_city(number, name) for number, name in enumerate(_CITIES[: self.nodes - 1], start=1))

    @property
    def everyone(self) -> tuple[Node, ...]:
        """The province first."""
        return (self.province, *self.cities)

    def share_of(self, city: Node) -> int:
        """How many of the records lie in a city."""
        place, rest = self.cities.index(city), self.resources % len(self.cities)
        return self.resources // len(self.cities) + (place < rest)

    @property
    def moving(self) -> tuple[Unit, ...]:
        """Everybody whose old site moves: the province's departments and every city."""
        return tuple(unit for node in self.everyone for unit in node.units if unit.family)

    @property
    def halves(self) -> tuple[Sequence[Unit], Sequence[Unit]]:
        """The province's moving units in the two batches in which they move."""
        moving = self.province.units[1:]
        middle = (len(moving) + 1) // 2
        return moving[:middle], moving[middle:]


def _city(number: int, name: str) -> Node:
    code = f"99{number:02d}00"
    portal = Unit(
        f"city-{number}", f"{name}人民政府办公室", f"{name}人民政府", 1, code, "city-portal", _family(number)
    )
    return Node(f"city-{number}", name, code, (portal,))


def _family(number: int) -> str:
    families = sorted(FAMILIES)
    return families[number % len(families)]
