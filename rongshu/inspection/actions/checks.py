"""What the newsroom asks before a piece is submitted, and again before it goes out."""

from __future__ import annotations

from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.errors import FindingsBlock, PicturesUnread
from rongshu.inspection.queries.findings import standing_findings
from rongshu.library.models import ResourceVersion


def check_before_submission(version: ResourceVersion) -> None:
    """Inspect; raise `FindingsBlock` while general findings are not answered.

    Severe ones may go into review: only a second person can release them.
    """
    inspection = inspect_version(version_id=version.pk, version=version)
    _, open_ones = standing_findings(version, inspection)
    if open_ones:
        raise FindingsBlock(
            f"还有 {len(open_ones)} 处一般问题没有修改或答复，请处理后再提交。",
            fields={row.part: f"{row.rule_name}：{row.text}" for row in open_ones[:20]},
        )


def check_before_publication(version: ResourceVersion) -> None:
    """Inspect with the dictionaries of today; raise `FindingsBlock` while anything is open (P7-05).

    Raise `PicturesUnread` while the words in its pictures are not known.
    """
    inspection = inspect_version(version_id=version.pk, version=version)
    if inspection.waits_for_pictures:
        raise PicturesUnread
    severe, general = standing_findings(version, inspection)
    if severe or general:
        raise FindingsBlock(
            f"不能发布：{len(severe)} 处严重问题没有放行，{len(general)} 处一般问题没有答复。",
            fields={row.part: f"{row.rule_name}：{row.text}" for row in (*severe, *general)[:20]},
        )
