"""What an organisation's and a region's codes have to be."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings

from rongshu.organizations.errors import OrganizationMalformed, RegionMalformed

_CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
_REGION_CODE: Final = re.compile(r"\d{6}(\d{3})?(\d{3})?")
_DEMONSTRATION: Final = "99"


def check_credit_code(code: str) -> str:
    """Return the credit code in its normal form, or raise OrganizationMalformed."""
    code = code.strip().upper()
    if not _CREDIT_CODE.fullmatch(code):
        raise OrganizationMalformed(
            "统一社会信用代码须为 18 位数字或大写字母。", fields={"credit_code": "格式不正确"}
        )
    return code


def check_region_code(code: str) -> bool:
    """Return whether the code is a demonstration one; raise RegionMalformed when it can't be used."""
    if not _REGION_CODE.fullmatch(code):
        raise RegionMalformed("区划代码须为 6、9 或 12 位数字。", fields={"code": "格式不正确"})
    is_demonstration = code.startswith(_DEMONSTRATION)
    if is_demonstration and not settings.DEMONSTRATION:
        raise RegionMalformed("99 开头的演示区划只能在演示环境中使用。", fields={"code": "演示区划"})
    return is_demonstration
