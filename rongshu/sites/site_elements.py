"""The elements of a site (metadata.md 7.4) and what each has to be."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from rongshu.foundation.text import is_placeholder, normalise_line
from rongshu.sites.domains import check_chinese_domain, check_domain, is_demonstration_host
from rongshu.sites.errors import SiteMalformed
from rongshu.sites.models import Site

SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
IDENTIFICATION_CODE: Final = re.compile(r"\d{10}|bm\d{8}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
OUTBOUND_HOST: Final = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")

# Every element an operator may set, with its Chinese name. Status, theme and blocks have deeds of their own.
CHANGEABLE: Final[dict[str, str]] = {
    "name": "网站名称",
    "name_en": "英文名称",
    "domain": "网站域名",
    "domain_cn": "中文域名",
    "base_url": "基准网址",
    "identification_code": "网站标识码",
    "type": "网站类型",
    "admin_level": "层级",
    "region": "区划",
    "sponsor": "主办单位",
    "operator": "承办单位",
    "icp_number": "ICP备案编号",
    "police_number": "公安备案编号",
    "party_gov_mark": "党政机关网站标识",
    "approval_document": "开办批准文件",
    "security_test": "上线前安全检测",
    "contact": "联系方式",
    "address": "联系地址",
    "language": "语言",
    "opened_on": "开通日期",
    "has_ipv6": "支持IPv6",
    "is_accessible": "无障碍",
    "emblem": "徽标",
    "parent": "上级站点",
    "single_site_waiver": "一单位一网站例外依据",
    "successor_url": "承接网址",
    "allowed_outbound_hosts": "外链白名单",
}

# 47号: approval, then domain, 党政机关网站标识, ICP, 公安备案, 标识码; security-tested before going online.
NEEDED_ONLINE: Final[dict[str, str]] = {
    name: CHANGEABLE[name]
    for name in (
        "approval_document", "party_gov_mark", "icp_number", "police_number", "identification_code",
        "security_test", "contact",
    )
}  # fmt: skip


def missing_online(site: Site) -> dict[str, str]:
    """Return the elements without which the site may not go online, by name and Chinese name (P1-03)."""
    return {name: label for name, label in NEEDED_ONLINE.items() if not getattr(site, name)}


def cleaned(elements: dict[str, Any]) -> dict[str, Any]:
    """Return the elements with texts normalised; unknown names and empty-value marks are refused."""
    wrong: dict[str, str] = {}
    clean: dict[str, Any] = {}
    for name, value in elements.items():
        if name not in CHANGEABLE:
            wrong[name] = "不是站点元素"
        elif isinstance(value, str) and is_placeholder(value):
            wrong[name] = f"{CHANGEABLE[name]}是程序写入的空值标记，请填写真实内容或留空"
        else:
            clean[name] = normalise_line(value) if isinstance(value, str) else value
    _refuse(wrong)
    return clean


def check(site: Site) -> None:
    """Raise SiteMalformed naming every element that can't be accepted, or DomainNotAllowed."""
    wrong = {**_wrong_codes(site), **_wrong_texts(site), **_wrong_base_url(site)}
    if site.parent_id is not None and site.parent_id == site.id:
        wrong["parent"] = "上级站点不能是它自己"
    for host in site.allowed_outbound_hosts:
        if not isinstance(host, str) or not OUTBOUND_HOST.fullmatch(host):
            wrong["allowed_outbound_hosts"] = f"外链白名单中的“{host}”不是主机名"
    _refuse(wrong)
    check_domain(site)
    check_chinese_domain(site.domain_cn)


def _wrong_codes(site: Site) -> dict[str, str]:
    wrong = {}
    if not SLUG.fullmatch(site.slug):
        wrong["slug"] = "站点代号须为 2–40 个小写字母、数字或连字符，首尾不能是连字符"
    if site.identification_code and not IDENTIFICATION_CODE.fullmatch(site.identification_code):
        wrong["identification_code"] = "网站标识码须为 10 位数字，或 bm 加 8 位数字"
    if site.type not in Site.Type.values:
        wrong["type"] = f"网站类型须为 {'、'.join(Site.Type.values)} 之一"
    if site.admin_level not in Site.AdminLevel.values:
        wrong["admin_level"] = f"层级须为 {'、'.join(Site.AdminLevel.values)} 之一"
    if not LANGUAGE.fullmatch(site.language):
        wrong["language"] = "语言须为 BCP 47 代码，例如 zh-Hans"
    return wrong


def _wrong_texts(site: Site) -> dict[str, str]:
    wrong = {} if site.name else {"name": "网站名称必须填写"}
    for name, label in CHANGEABLE.items():
        field = Site._meta.get_field(name)
        limit, value = getattr(field, "max_length", None), getattr(site, field.name, None)
        if limit and isinstance(value, str) and len(value) > limit:
            wrong[name] = f"{label}不得超过 {limit} 个字"
    return wrong


def _wrong_base_url(site: Site) -> dict[str, str]:
    try:
        parts = urlsplit(site.base_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return {"base_url": "基准网址不是网址"}
    if parts.scheme not in {"http", "https"} or not host or parts.path or parts.query or parts.username:
        return {"base_url": "基准网址须为 http(s)://主机[:端口]，不带路径"}
    is_demonstration = settings.DEMONSTRATION and is_demonstration_host(host)
    if host != site.domain and not is_demonstration:
        return {"base_url": "基准网址的主机须与网站域名一致"}
    return {}


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise SiteMalformed("；".join(wrong.values()) + "。", fields=wrong)
