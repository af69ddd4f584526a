"""Domain names of government sites (47号; 国办 域名管理通知 2018): suffix and pattern of each kind."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings

from rongshu.organizations.queries import ids_in_path
from rongshu.sites.errors import DomainNotAllowed
from rongshu.sites.models import Site

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_GOVERNMENT: Final = ".gov.cn"
# www.□□□.gov.cn, and www.gov.cn for the central portal.
_PORTAL: Final = re.compile(rf"www\.(?:{_LABEL}\.)?gov\.cn")
# ○○○.□□□.gov.cn, under the own government's portal domain.
_DEPARTMENT: Final = re.compile(rf"{_LABEL}\.(?:{_LABEL}\.)+gov\.cn")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff0-9a-z-]{1,63}\.政务")
_DEMONSTRATION: Final = re.compile(rf"(?:{_LABEL}\.)*localhost")


def is_demonstration_host(host: str) -> bool:
    """Whether the host never leaves the machine: `localhost` and below it (RFC 6761 § 6.3)."""
    return _DEMONSTRATION.fullmatch(host) is not None


def check_domain(site: Site) -> None:
    """Raise DomainNotAllowed unless the domain fits the kind of site (`.localhost`: demonstrations only)."""
    domain = site.domain
    if is_demonstration_host(domain):
        if not settings.DEMONSTRATION:
            raise _refused(".localhost 域名只能在演示环境中使用，请填写正式域名。")
        return
    if not _HOST.fullmatch(domain) or len(domain) > 253 or not domain.endswith(_GOVERNMENT):
        raise _refused(f"“{domain}”不符合要求：英文域名须以 .gov.cn 结尾。")
    if site.type == Site.Type.PORTAL and not _PORTAL.fullmatch(domain):
        raise _refused(f"“{domain}”不符合要求：门户网站域名须为 www.□□□.gov.cn。")
    if site.type == Site.Type.DEPARTMENT:
        _check_department(site)


def check_chinese_domain(domain: str) -> None:
    """Raise DomainNotAllowed unless a Chinese domain is empty or `△△△.政务`."""
    if domain and not _CHINESE.fullmatch(domain):
        raise DomainNotAllowed(
            f"“{domain}”不符合要求：中文域名须为“单位名称.政务”。", fields={"domain_cn": "须以 .政务 结尾"}
        )


def _check_department(site: Site) -> None:
    if site.admin_level == Site.AdminLevel.NATION:
        return
    if not _DEPARTMENT.fullmatch(site.domain) or site.domain.startswith("www."):
        raise _refused(f"“{site.domain}”不符合要求：部门网站域名须为 ○○○.□□□.gov.cn。")
    portal = _portal_domain_above(site)
    if portal and not site.domain.endswith("." + portal.removeprefix("www.")):
        raise _refused(f"“{site.domain}”不符合要求：部门网站域名须位于本级政府门户域名 {portal} 之下。")


def _portal_domain_above(site: Site) -> str:
    """Return the domain of the nearest portal above the sponsor that this platform knows, or nothing."""
    above = ids_in_path(site.sponsor.path)[:-1]
    portals = Site.objects.filter(type=Site.Type.PORTAL, sponsor_id__in=above, domain__endswith=_GOVERNMENT)
    found = dict(portals.exclude(status=Site.Status.CLOSED).values_list("sponsor_id", "domain"))
    return next((found[one] for one in reversed(above) if one in found), "")


def _refused(sentence: str) -> DomainNotAllowed:
    return DomainNotAllowed(sentence, fields={"domain": sentence})
