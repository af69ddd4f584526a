"""Records for the inspection's pages that show one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream
from rongshu.inspection.actions.dictionaries import define_dictionary, import_words
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.actions.rescanning import start_rescan
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code

_BODY = (
    "<p>中华人民共合国成立以来，全省教育事业取得长足进步。各地要认真进行进行排查，，建立台账。</p>"
    "<p>联系人张某，身份证号110101199003077758，手机13812345678。定于2024年5月1日（星期四）召开会议。</p>"
)


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a dictionary with a version, a re-scan, and a draft with findings."""
    EventStream.objects.get_or_create(pk=1)
    seed_standard()
    owner = create_organization(
        actor=Clock(),
        name="示范市教育局",
        credit_code=demonstration_credit_code("990003", 5),
        level="city",
        region=register_region(actor=Clock(), code="990003", name="示范新市"),
    )
    record = IncomingRecord(
        type_code="article", owner=owner, title="关于加强校舍安全管理的通知", body_html=_BODY,
        content_source="示范市教育局", description="部署校舍安全排查。", theme_code="11", form="text",
    )  # fmt: skip
    version = create_draft(actor=person, record=record).working_version
    assert version is not None
    inspect_version(version_id=version.pk)
    dictionary = define_dictionary(actor=person, code="local-terms", name="本地地名词库", kind="terms")
    import_words(
        actor=person, dictionary_id=dictionary.pk, content="词语,建议\n示范旧县,示范新区\n".encode(),
        file_name="a.csv", source="示范市地名办公室文件", dated_on=datetime.date(2026, 6, 1),
    )  # fmt: skip
    rescan, _ = start_rescan(actor=person, reason="地名词库更新")
    return {
        "inspection-findings": {"version_id": version.pk},
        "inspection-dictionary": {"dictionary_id": dictionary.pk},
        "inspection-import": {"dictionary_id": dictionary.pk},
        "inspection-rescan": {"rescan_id": rescan.pk},
    }
