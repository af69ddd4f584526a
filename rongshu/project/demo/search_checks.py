"""What the demo proves of the search: what was taken over is found, and what is recalled is gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from rongshu.accounts.models import Person
from rongshu.foundation.worker import drain
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.models import Resource
from rongshu.project.demo.asking import Finding, ask
from rongshu.search import analysis

_TRIED = 5
# Short titles have their initials in common with others.
_LONG_ENOUGH = 8
_REASON = "自检：撤稿后检索不到"


def check_search(operator: Person, pages: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each way in; `pages` are addresses of what was taken over."""
    addresses = [urlsplit(url).path.removeprefix("/a/").removesuffix(".html") for url in pages]
    found = {one.address: one for one in _resources(addresses)}
    taken = [(url, found[address]) for url, address in zip(pages, addresses, strict=True) if address in found]
    numbered = [(url, one) for url, one in taken if _number(one)]
    lettered = [(url, one) for url, one in taken if len(_initials(one)) >= _LONG_ENOUGH]
    yield _finding("按标题", taken, lambda one: f"/-/search?scope=all&q={quote(_title(one))}")
    yield _finding("按文号", numbered, lambda one: f"/-/search?scope=all&q={quote(_number(one))}")
    yield _finding("按拼音首字母", lettered, lambda one: f"/-/search/suggest?q={_initials(one)}")
    if taken:
        yield _recalled(operator, *taken[0])


def _finding(how: str, taken: Iterable[tuple[str, Resource]], question: Callable[[Resource], str]) -> Finding:
    tried = list(taken)[:_TRIED]
    missed = [url for url, one in tried if not _leads_there(url, question(one))]
    return Finding(
        f"检索 {how}",
        bool(tried) and not missed,
        f"试 {len(tried)} 篇，未找到 {len(missed)} {missed[:2] or ''}",
    )


def _recalled(operator: Person, url: str, resource: Resource) -> Finding:
    question = f"/-/search?scope=all&q={quote(_title(resource))}"
    withdraw_resource(actor=operator, resource=resource, reason=_REASON)
    is_gone = not _leads_there(url, question)
    resource.refresh_from_db()
    reinstate_resource(actor=operator, resource=resource, reason=_REASON)
    drain()
    is_back = _leads_there(url, question)
    return Finding("检索 撤稿即消失", is_gone and is_back, "撤稿后立即检索不到，恢复后重新找到")


def _leads_there(url: str, question: str) -> bool:
    """Whether the site's own search answers with a link to the page."""
    parts = urlsplit(url)
    answer = ask(f"{parts.scheme}://{parts.netloc}{question}")
    return answer.status == 200 and parts.path in answer.body.decode()


def _resources(addresses: Iterable[str]) -> list[Resource]:
    rows = Resource.objects.filter(address__in=addresses, effective_version__isnull=False)
    return list(rows.select_related("effective_version").order_by("pk"))


def _title(resource: Resource) -> str:
    return resource.effective_version.title if resource.effective_version else ""


def _number(resource: Resource) -> str:
    return str(resource.effective_version.elements.get("DocNo") or "") if resource.effective_version else ""


def _initials(resource: Resource) -> str:
    return next(iter(analysis.initials(_title(resource))), "")
