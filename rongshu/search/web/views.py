"""The page of results, suggestions, clicks and feeds, on every site's own host."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeAlias

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from rongshu.foundation.change_marks import one_look
from rongshu.foundation.errors import InvalidInput, NotFound, Refusal, RongshuError
from rongshu.library.queries.origins import other_origins_exist
from rongshu.publishing.web.framing import (
    Framed,
    FramedSite,
    answer_in_frame,
    answer_with,
    framed_site,
    label_on,
    render_atom,
    render_rss,
)
from rongshu.search.actions.keep_counts import keep_due_counts
from rongshu.search.counting import COUNTS
from rongshu.search.engines.port import Sort
from rongshu.search.queries.answering import direct_answers
from rongshu.search.queries.hot_words import hot_words
from rongshu.search.queries.searching import Reader, Results, search
from rongshu.search.queries.suggesting import suggest
from rongshu.search.web.asking import LONGEST, NOTHING_ASKED, TOO_LONG, Asked, asked, one_line
from rongshu.search.web.feeds import FEED_ENTRIES, feed_of
from rongshu.search.web.library import library_page, policies, refused_library
from rongshu.search.web.presenting import refused_page, searched_page
from rongshu.search.web.scopes import scope_of

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates" / "framed"
SHOWN_FACETS: Final = ("site", "level", "organization", "type", "theme", "year", "validity")
_WITH_ORIGIN: Final = (*SHOWN_FACETS, "origin")
_DOCUMENT: Final = re.compile(r"[a-z][a-z-]{0,30}:[0-9a-f-]{32,36}(@\d)?")
_P = ParamSpec("_P")
_SiteView: TypeAlias = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def on_site(view: Callable[Concatenate[HttpRequest, FramedSite, _P], HttpResponse]) -> _SiteView[_P]:
    """Give a view the site of its request; a host without one is told in one line."""

    @wraps(view)
    def with_site(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        try:
            framed = framed_site(request)
        except NotFound as error:
            return _plain(error)
        return view(request, framed, *args, **kwargs)

    return with_site


@require_safe
@on_site
def show_results(request: HttpRequest, framed: FramedSite) -> HttpResponse:
    """The page of results; without a question, the form with hot words and how to ask."""
    wanted = asked(request.GET)
    scope = scope_of(framed.site, wanted)
    if wanted.is_too_long:
        return _page(refused_page(framed, wanted, scope, TOO_LONG, LONGEST), "results.html", 400)
    try:
        results = None if wanted.is_empty else _results(framed, wanted, scope)
    except Refusal as error:
        page = refused_page(framed, wanted, scope, error.message, LONGEST)
        return _page(page, "results.html", error.status)
    words = () if results else hot_words(framed.site.pk)
    return _page(searched_page(framed, wanted, scope, results, hot_words=words), "results.html")


def _results(framed: FramedSite, wanted: Asked, scope: str) -> Results:
    reader = reader_of(framed)
    with one_look():
        facets = _WITH_ORIGIN if other_origins_exist() else SHOWN_FACETS
        results = search(reader, wanted.query(scope=scope, facets=facets))
        if wanted.page > 1:
            return results
        COUNTS.searched(framed.site.pk, wanted.text, total=results.total)
        keep_due_counts()
        return dataclasses.replace(results, direct_answers=direct_answers(reader, wanted.text, results))


def reader_of(framed: FramedSite) -> Reader:
    """Who searches on this site."""
    return Reader(site=framed.site.pk, region=framed.site.region.code)


@csrf_exempt  # nothing of anybody's changes: it adds one to a counter without a person
@require_POST
@on_site
def count_click(request: HttpRequest, framed: FramedSite) -> HttpResponse:
    """Count that a result was opened."""
    document = request.POST.get("hit", "")
    if _DOCUMENT.fullmatch(document):
        COUNTS.opened(framed.site.pk, one_line(request.POST.get("q", "")[: LONGEST + 1]), document)
        keep_due_counts()
    return HttpResponse(status=204)


@require_safe
@on_site
def show_suggestions(request: HttpRequest, framed: FramedSite) -> HttpResponse:
    """Suggestions for what is being typed."""
    text = one_line(request.GET.get("q", "")[:LONGEST])
    found = suggest(framed.site.pk, text) if text else ()
    response = JsonResponse(
        {"suggestions": [dataclasses.asdict(one) for one in found]}, json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_safe
@on_site
def show_feed(request: HttpRequest, framed: FramedSite, kind: str) -> HttpResponse:
    """What was found, the newest first, as Atom or RSS."""
    wanted = asked(request.GET)
    if wanted.is_too_long or wanted.is_empty:
        return _plain(InvalidInput(TOO_LONG if wanted.is_too_long else NOTHING_ASKED), framed)
    newest = wanted.changed(sort=Sort.NEWEST)
    query = newest.query(scope=scope_of(framed.site, wanted), facets=(), limit=FEED_ENTRIES)
    try:
        feed = feed_of(framed, newest, search(reader_of(framed), query))
    except Refusal as error:
        return _plain(error, framed)
    content = render_atom(feed) if kind == "atom" else render_rss(feed)
    return answer_with(content, f"application/{kind}+xml; charset=utf-8")


@require_safe
@on_site
def show_library(request: HttpRequest, framed: FramedSite) -> HttpResponse:
    """政策文件库: policy documents by theme, genre, validity, year, number and level (P11-06)."""
    wanted = asked(request.GET)
    if wanted.is_too_long:
        return _page(refused_library(framed, wanted, TOO_LONG), "library.html", 400)
    try:
        page = library_page(framed, wanted, policies(reader_of(framed), wanted))
    except Refusal as error:
        return _page(refused_library(framed, wanted, error.message), "library.html", error.status)
    return _page(page, "library.html")


def _page(page: Framed, template: str, status: int = 200) -> HttpResponse:
    return answer_in_frame(page, TEMPLATES, template, kind="search", status=status)


def _plain(error: RongshuError, framed: FramedSite | None = None) -> HttpResponse:
    said = label_on(framed, error.message) if framed else error.message
    return HttpResponse(said, status=error.status, content_type="text/plain; charset=utf-8")
