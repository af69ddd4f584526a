"""Register a file that a registrar or search engine wants at a site's root, and take it away again."""

from __future__ import annotations

import re
from typing import Final

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.events import announce
from rongshu.sites.errors import VerificationFileMalformed
from rongshu.sites.events import VerificationFilesChanged
from rongshu.sites.models import Site, VerificationFile
from rongshu.sites.permissions import may_manage_site

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(txt|html|xml|json)")
# What publishing writes at the root itself.
_TAKEN: Final = frozenset(
    {"index.html", "sitemap.html", "sitemap.xml", "robots.txt", "404.html", "410.html", "favicon.ico"}
)
_LARGEST: Final = 64 * 1024


def register_verification_file(*, actor: Actor, site: Site, name: str, content: str) -> VerificationFile:
    """Register `name` (txt, html, xml or json, at most 64 kB); again with other content changes it.

    A page with a script is refused: the file is served as it is.
    """
    _check(name, content)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_manage_site(viewer_for(actor), site))
        file = VerificationFile.objects.filter(site=site, name=name).first()
        if file is not None and file.content == content:
            return file
        file = file or VerificationFile(site=site, name=name)
        file.content = content
        file.save()
        record(actor, "verification-file.registered", site, after=digest(content), file=name)
        announce(VerificationFilesChanged(site_id=site.id), actor_id=actor.id)
    return file


def remove_verification_file(*, actor: Actor, site: Site, name: str) -> None:
    """Take a registered file away; one that is not there is no matter."""
    with transaction.atomic():
        require(may_manage_site(viewer_for(actor), site))
        if VerificationFile.objects.filter(site=site, name=name).delete()[0]:
            record(actor, "verification-file.removed", site, file=name)
            announce(VerificationFilesChanged(site_id=site.id), actor_id=actor.id)


def _check(name: str, content: str) -> None:
    wrong = {}
    if not _NAME.fullmatch(name) or name in _TAKEN:
        wrong["name"] = "文件名须为字母数字加 .txt、.html、.xml 或 .json，且不与系统文件重名"
    if not content or len(content.encode()) > _LARGEST:
        wrong["content"] = "内容须为 1 字节至 64 KB"
    if "<script" in content.lower() or "javascript:" in content.lower():
        wrong["content"] = "内容不得含有脚本"
    if wrong:
        raise VerificationFileMalformed("；".join(wrong.values()) + "。", fields=wrong)
