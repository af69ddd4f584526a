"""The pages of the federation, as tabs above each of them."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from rongshu.accounts.viewers import Viewer
from rongshu.console.tabs import Tab
from rongshu.federation.models import Offer, Quarantined, Report
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.errands import waiting_errands
from rongshu.federation.queries.traffic import quarantined_for

_OF_MANAGERS: Final = (
    ("federation-partners", "联通节点"),
    ("federation-messages", "消息记录"),
    ("federation-quarantine", "隔离记录"),
)
_OF_ALL: Final = (("federation-reports", "报送"), ("federation-offers", "下发"))
_AT_LAST: Final = (
    ("federation-uses", "资源使用"),
    ("federation-uses-elsewhere", "他处使用"),
    ("federation-statistics", "月度统计"),
)


def tabs_for(viewer: Viewer, current: str) -> list[Tab]:
    """Return the pages that are for this viewer."""
    is_manager = may_manage_federation(viewer)
    shown = (*_OF_MANAGERS, *_OF_ALL, *_AT_LAST) if is_manager else _OF_ALL
    return [Tab(label, reverse(name), name == current, _count(viewer, name)) for name, label in shown]


def _count(viewer: Viewer, name: str) -> int:
    if name == "federation-quarantine":
        return quarantined_for(viewer).filter(state=Quarantined.State.WAITING).count()
    if name == "federation-reports":
        return waiting_errands(viewer, Report).count()
    return waiting_errands(viewer, Offer).count() if name == "federation-offers" else 0
