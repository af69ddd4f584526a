"""What a person may be allowed to do, and the roles an installation begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CAPABILITIES: Final[dict[str, str]] = {
    "resource.write": "起草和修改信息资源",
    "resource.approve": "审核信息资源使其生效",
    "resource.withdraw": "撤稿与恢复",
    "resource.purge": "申请彻底清除版本",
    "resource.purge-confirm": "确认彻底清除版本",
    "placement.write": "把资源放入栏目",
    "placement.approve": "审核栏目中的发布",
    "site.manage": "管理站点及其开通、下线",
    "column.manage": "管理栏目、区块和主题",
    "organization.manage": "管理机构",
    "person.manage": "管理人员与授权",
    "intake.run": "运行采集",
    "audit.read": "查看审计记录",
    "platform.operate": "运维平台",
}

# Only who holds these himself may give them to another.
ADMINISTRATIVE: Final = frozenset(
    {"person.manage", "organization.manage", "audit.read", "platform.operate", "resource.purge"}
)


@dataclass(frozen=True)
class BuiltInRole:
    """A role every installation has; its capabilities follow this table at each upgrade."""

    code: str
    name: str
    capabilities: tuple[str, ...]


BUILT_IN_ROLES: Final = (
    # The operator sets the platform up, so he holds everything; larger installations
    # grant narrower roles and leave this one unused (P3-04).
    BuiltInRole("operator", "平台运维", tuple(CAPABILITIES)),
    BuiltInRole("editor", "编辑", ("resource.write", "placement.write")),
    BuiltInRole(
        "reviewer",
        "审核",
        ("resource.approve", "resource.withdraw", "placement.approve", "resource.purge-confirm"),
    ),
    BuiltInRole(
        "publisher",
        "采编发布",
        (
            "resource.write", "resource.approve", "resource.withdraw", "placement.write",
            "placement.approve", "intake.run",
        ),
    ),
    BuiltInRole(
        "site-administrator",
        "站点管理员",
        ("site.manage", "column.manage", "placement.write", "placement.approve", "intake.run"),
    ),
    BuiltInRole(
        "organization-administrator",
        "机构管理员",
        (
            "organization.manage", "person.manage", "site.manage", "column.manage", "resource.write",
            "resource.withdraw", "resource.purge", "placement.write", "intake.run",
        ),
    ),
    BuiltInRole("auditor", "审计员", ("audit.read",)),
)  # fmt: skip
