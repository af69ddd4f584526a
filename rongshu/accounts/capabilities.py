"""What a person may be allowed to do, and the roles an installation begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CAPABILITIES: Final[dict[str, str]] = {
    "resource.read": "查看范围内的草稿、审校情况、检查结果和数量",
    "resource.write": "起草和修改信息资源",
    "resource.approve": "审核信息资源使其生效",
    "resource.withdraw": "撤稿与恢复",
    "resource.purge": "申请彻底清除版本",
    "resource.purge-confirm": "确认彻底清除版本",
    "review.first": "初审",
    "review.second": "复审",
    "review.final": "终审",
    "proof.read": "校对（三校）",
    "piece.publish": "签发已通过审校的稿件",
    "finding.release": "放行严重检查结果",
    "placement.write": "把资源放入栏目",
    "placement.approve": "审核栏目中的发布",
    "intake.run": "运行采集",
    "federation.manage": "管理资源联通：节点、授权、报送与下发",
    "flow.manage": "管理审校流程",
    "dictionary.manage": "管理内容检查词库",
    "search.manage": "管理检索的词汇、热词、推荐和接口密钥",
    "site.manage": "管理站点及其开通、下线",
    "column.manage": "管理栏目、区块和主题",
    "organization.manage": "管理机构",
    "person.manage": "管理人员与授权",
    "session.manage": "解锁账号、结束会话、重置第二验证因素",
    "statistics.read": "查看统计与考核",
    "audit.read": "查看审计记录",
    "platform.operate": "运维平台",
}

# Who works on content in a scope sees what is in it.
CONTENT: Final = frozenset(
    {
        "resource.read", "resource.write", "resource.approve", "resource.withdraw", "resource.purge",
        "resource.purge-confirm", "review.first", "review.second", "review.final", "proof.read",
        "piece.publish", "finding.release", "placement.write", "placement.approve", "intake.run",
    }
)  # fmt: skip

# Only who holds these himself may give them to another.
ADMINISTRATIVE: Final = frozenset(
    {
        "person.manage", "session.manage", "organization.manage", "audit.read", "platform.operate",
        "resource.purge",
    }
)  # fmt: skip

# 三员分立 (GB/T 22239-2019 8.1.5): no person holds two of these roles, and none of them works on content.
# The operator who sets the platform up holds the powers of all three, so he may hold none of them.
SEPARATED_ROLES: Final = ("platform-administrator", "security-administrator", "audit-administrator")
EXCLUSIVE_ROLES: Final = ("operator", *SEPARATED_ROLES)
# What makes each of the three what he is: no own role joins two, nor do two roles of one person.
SEPARATED_POWERS: Final = frozenset({"platform.operate", "person.manage", "audit.read"})


def expanded(capabilities: Iterable[str]) -> frozenset[str]:
    """Return the capabilities with what they imply."""
    held = frozenset(capabilities)
    return held | {"resource.read"} if held & CONTENT else held


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
    BuiltInRole(
        "platform-administrator",
        "系统管理员",
        (
            "platform.operate", "organization.manage", "site.manage", "column.manage", "search.manage",
            "federation.manage",
        ),
    ),
    BuiltInRole(
        "security-administrator",
        "安全管理员",
        ("person.manage", "session.manage", "dictionary.manage", "flow.manage"),
    ),
    BuiltInRole("audit-administrator", "审计管理员", ("audit.read",)),
    BuiltInRole(
        "organization-administrator",
        "机构管理员",
        (
            "organization.manage", "person.manage", "session.manage", "site.manage", "column.manage",
            "flow.manage", "dictionary.manage", "search.manage", "statistics.read", "resource.write",
            "resource.withdraw", "resource.purge", "placement.write", "intake.run",
        ),
    ),
    BuiltInRole(
        "site-administrator",
        "站点管理员",
        (
            "site.manage", "column.manage", "placement.write", "placement.approve", "intake.run",
            "flow.manage", "search.manage", "statistics.read",
        ),
    ),
    BuiltInRole("editor", "编辑", ("resource.write", "placement.write")),
    BuiltInRole("first-reviewer", "初审", ("review.first",)),
    BuiltInRole("second-reviewer", "复审", ("review.second", "finding.release")),
    BuiltInRole(
        "final-reviewer",
        "终审",
        (
            "review.final", "finding.release", "resource.approve", "resource.withdraw",
            "placement.approve", "resource.purge-confirm",
        ),
    ),
    BuiltInRole("proof-reader", "校对", ("proof.read",)),
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
            "placement.approve", "piece.publish", "intake.run",
        ),
    ),
    BuiltInRole("supervisor", "监管", ("resource.read", "statistics.read")),
    BuiltInRole("auditor", "只读审计员", ("audit.read", "resource.read", "statistics.read")),
)  # fmt: skip
