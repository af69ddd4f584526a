"""What may be wrong with organisations and regions."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound


class UnknownOrganization(NotFound):
    """No such organisation."""

    code = "organization-not-found"
    sentence = "没有这个机构，请核对名称或统一社会信用代码。"


class UnknownRegion(NotFound):
    """No such administrative division."""

    code = "region-not-found"
    sentence = "没有这个行政区划，请核对区划代码。"


class CreditCodeTaken(Conflict):
    """Another organisation has this credit code."""

    code = "credit-code-taken"
    sentence = "该统一社会信用代码已登记给其他机构，请核对。"


class OrganizationNotActive(Conflict):
    """The organisation was merged, split or abolished."""

    code = "organization-not-active"
    sentence = "该机构已合并、拆分或撤销，不能再进行此操作。"


class OrganizationCircle(Conflict):
    """An organisation can't stand below itself."""

    code = "organization-circle"
    sentence = "不能把机构移到它自己或它的下级之下。"


class OrganizationHasSubordinates(Conflict):
    """Subordinate organisations still stand below it."""

    code = "organization-has-subordinates"
    sentence = "该机构仍有下级机构，请先把下级机构划转到其他机构。"


class OrganizationMalformed(InvalidInput):
    """An element of the organisation is missing or wrong."""

    code = "organization-malformed"
    sentence = "机构信息有误，请按提示修改。"


class RegionMalformed(InvalidInput):
    """An element of the region is missing or wrong."""

    code = "region-malformed"
    sentence = "行政区划信息有误，请按提示修改。"
