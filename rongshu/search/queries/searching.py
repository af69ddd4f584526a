"""Searching: from what a reader typed to what a page presents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from rongshu.accounts.viewers import PUBLIC, Viewer
from rongshu.foundation import clock
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.installation import node_id
from rongshu.library.queries.origins import names_of_origins, origins_of
from rongshu.search import analysis
from rongshu.search.engines.choosing import engine
from rongshu.search.engines.clauses import Clause, Everything, OneOf, Range, Term
from rongshu.search.engines.port import EngineAnswer, EngineRequest, Hit, Sort
from rongshu.search.models import Promotion
from rongshu.search.queries.correcting import did_you_mean, misnamed, word_by_word
from rongshu.search.queries.names import NamedSite, ids_named, label_of, labels_of, organization_name
from rongshu.search.queries.reaching import places_now
from rongshu.search.queries.vocabulary import Promoted, promoted_among, promotions_of, vocabulary_of
from rongshu.search.ranking import Finding, Situation, find, hear, matching, understand_heard
from rongshu.search.semantics.leading import lead
from rongshu.search.snippets import Highlighter
from rongshu.search.sources import thing_of
from rongshu.search.understanding import Understood, Vocabulary, understand
from rongshu.search.understanding.understand import HINT_NUMBER

_MOST_ELSEWHERE: Final = 20
_FEW: Final = 2


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who searches, from where. A viewer of the back office searches the staff's index."""

    site: UUID | None = None
    region: str | None = None
    viewer: Viewer = PUBLIC


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What was asked. `scope`: site, city, province or all; `chosen`: values ticked in each facet."""

    text: str
    scope: str = "all"
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_from: date | None = None
    published_until: date | None = None
    within: str = ""  # a further query within the results
    sort: Sort = Sort.RELEVANCE
    after: str | None = None
    limit: int = 10
    facets: tuple[str, ...] = ()
    explain: bool = False
    as_typed: bool = False  # letters as they are, not the Chinese that is heard in them


@dataclass(frozen=True)
class Elsewhere:
    """A site on which the same text stands."""

    site_name: str
    url: str


@dataclass(frozen=True)
class AttachmentHit:
    """An attachment under its document; `snippet_html` is empty where nothing of the query is in it."""

    name: str
    url: str
    snippet_html: str = ""


@dataclass(frozen=True)
class ResultHit:
    """One result. What ends in `_html` is escaped, with <mark> around what was looked for."""

    id: str
    kind: str
    title_html: str
    url: str
    snippet_html: str
    published_on: date | None
    site_name: str
    organization: str
    type: str
    validity: str
    document_number: str
    attachments: tuple[AttachmentHit, ...] = ()
    also_on: tuple[Elsewhere, ...] = ()
    # Whose it is, when another node owns it.
    origin: str = ""
    score: float = 0.0
    why: Mapping[str, Any] | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, how it is called, and how many results have it."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Results:
    """What was found for a query."""

    hits: tuple[ResultHit, ...]
    total: int
    is_total_exact: bool
    facets: Mapping[str, tuple[FacetValue, ...]]
    next: str | None
    understood: Understood | None = None
    direct_answers: tuple[Any, ...] = ()
    did_you_mean: str = ""
    heard: str = ""
    """The Chinese that was searched for in the place of pinyin or initials."""


def search(reader: Reader, query: SearchQuery) -> Results:
    """Search what readers may reach; a hit that is recalled by now is not among the results."""
    with one_look():
        return search_with(reader, query, vocabulary_of(reader.site))


def search_with(
    reader: Reader,
    query: SearchQuery,
    vocabulary: Vocabulary,
    promotions: Sequence[Promotion] | None = None,
) -> Results:
    """Search by another vocabulary, or by other promotions: to see what a change of them would do."""
    with one_look():
        promoting = promotions_of(reader.site) if promotions is None else promotions
        today = clock.today()
        understood = understand(query.text, vocabulary, today)
        if understood.is_empty and query.text.strip():
            return Results((), 0, True, {}, None, understood)
        heard = None if query.as_typed else hear(understood, engine())
        searched = heard.text if heard is not None and heard.is_sure else ""
        if searched:
            understood = understand_heard(understood, searched, vocabulary, today)
        promoted = promoted_among(promoting, (query.text, searched), today)
        situation = _situation(reader, understood, promoted, today)
        found = find(
            engine(),
            understood,
            situation,
            _request(reader, query, vocabulary),
            is_strict=query.sort is not Sort.RELEVANCE,  # by time alone, what has one word of many came first
            lead=lead(),
        )
        results = _results(reader, query, found.answer, understood)
        if query.after is None and _is_number_unknown(understood, found.answer.hits):
            understood = replace(understood, hint=HINT_NUMBER)
        meant = heard.text if heard is not None and not heard.is_sure else ""
        if heard is None and query.after is None:
            meant = _meant(understood, found)
        return replace(results, understood=understood, did_you_mean=meant, heard=searched)


def _is_number_unknown(understood: Understood, hits: Sequence[Hit]) -> bool:
    """Whether a number was asked for that nothing has: what has it would stand first."""
    asked, asked_parts = set(understood.numbers), understood.number_parts
    if not hits or not (asked or asked_parts):
        return False
    numbers = [str(hit.source.get("number", "")) for hit in hits]
    if asked:
        return not any(asked.intersection(analysis.document_numbers(one)) for one in numbers)
    borne = [set(analysis.number_parts(one)) for one in numbers]
    return not any(parts.issuperset(one) for parts in borne for one in asked_parts)


def _meant(understood: Understood, found: Finding) -> str:
    """Did you mean: when next to nothing has every word and no title says it so; of a question, its words.

    A name of ours that is only heard in the query is told however much has its characters.
    """
    if not understood.syllables and (named := misnamed(understood, engine())):
        return named
    if found.exact is None and not understood.syllables:
        return word_by_word(understood, engine()) if understood.is_spoken else ""
    if not understood.syllables and (found.exact or 0) > _FEW:
        return ""
    said = "".join(understood.text.split())
    titles = (analysis.normalise(str(hit.source.get("title", ""))) for hit in found.answer.hits)
    return "" if any(said in title for title in titles) else did_you_mean(understood, engine())


def _situation(reader: Reader, understood: Understood, promoted: Promoted, today: date) -> Situation:
    return Situation(
        today=today,
        site=reader.site.hex if reader.site else "",
        region=reader.region or "",
        named={one: ids_named(one.field, one.text) for one in understood.restrictions},
        pinned=promoted.pinned,
        blocked=promoted.blocked,
    )


def _request(reader: Reader, query: SearchQuery, vocabulary: Vocabulary) -> EngineRequest:
    """What is asked besides the words of the query."""
    filters = list(_filters(reader, query))
    if query.within:
        within = understand(query.within, vocabulary, clock.today())
        filters.append(matching(within, Situation(today=clock.today()), every_word=True))
    return EngineRequest(
        clause=Everything(),
        filters=tuple(filters),
        chosen=tuple(OneOf(field, tuple(values)) for field, values in query.chosen.items() if values),
        facets=query.facets,
        sort=query.sort,
        after=query.after,
        limit=query.limit,
        explain=query.explain,
    )


def _filters(reader: Reader, query: SearchQuery) -> Iterator[Clause]:
    if query.scope == "site" and reader.site is not None:
        yield Term("site", reader.site.hex)
    elif (region := _region_of(reader, query.scope)) is not None:
        yield Term("region", region)
    if query.published_from or query.published_until:
        until = query.published_until
        yield Range("published", _second(query.published_from), _second(until and until + timedelta(days=1)))


def _region_of(reader: Reader, scope: str) -> str | None:
    """The code of the reader's city or province (GB/T 2260: two digits each)."""
    if reader.region is None or scope not in _REGION_DIGITS:
        return None
    digits = _REGION_DIGITS[scope]
    return reader.region[:digits].ljust(6, "0")


_REGION_DIGITS: Final = {"city": 4, "province": 2}


def _second(day: date | None) -> int | None:
    return int(timezone.make_aware(datetime.combine(day, time.min)).timestamp()) if day else None


def _results(reader: Reader, query: SearchQuery, answer: EngineAnswer, understood: Understood) -> Results:
    highlighter = Highlighter(_marked(understood, query.within))
    places = places_now(answer.hits)
    shown = [hit for hit in answer.hits if hit.id in places]
    folded = _folded(shown)
    hits = [
        _hit(reader, first, _all_places(rest, places), highlighter) for first, *rest in _with_first(folded)
    ]
    return Results(
        hits=_with_origins(hits),
        total=answer.total - (len(answer.hits) - len(shown)),
        is_total_exact=answer.is_total_exact,
        facets={name: _facet(name, counted, query) for name, counted in answer.facets.items()},
        next=answer.next,
    )


def _with_origins(hits: Sequence[ResultHit]) -> tuple[ResultHit, ...]:
    """Say of what another node owns whose it is."""
    ids = {hit.id: thing_of(hit.id)[1] for hit in hits if hit.kind == "resource"}
    origins = origins_of(list(ids.values()))
    if not origins:
        return tuple(hits)
    names = {one: found.name for one, id_ in ids.items() if (found := origins.get(id_)) is not None}
    return tuple(replace(hit, origin=names.get(hit.id, "")) for hit in hits)


def _marked(understood: Understood, within: str) -> Iterator[str]:
    """What is marked in titles and snippets: the words that matter, and what else was looked for."""
    for word in understood.words:
        yield from (word.text, *analysis.segment(word.text), *word.variants)
    yield from understood.phrases
    yield from (one.text for one in understood.restrictions if one.field == "title")
    yield from analysis.segment(within)


def _folded(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Put hits with the same text together, in the place of the best."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(str(hit.source.get("fold") or hit.id), []).append(hit)
    return list(groups.values())


_OWN_NODE: Final = "本平台"
_NODE: Final = re.compile("[0-9a-f]{32}")


def _origin_labels(values: Sequence[str]) -> dict[str, str]:
    """What the nodes of the facet are called; anything may stand in an address."""
    nodes = {UUID(value) for value in values if _NODE.fullmatch(value)}
    names = {node.hex: name for node, name in names_of_origins(nodes).items()}
    return {**names, node_id().hex: _OWN_NODE}


def _with_first(groups: list[list[Hit]]) -> Iterator[list[Hit]]:
    yield from ([group[0], *group] for group in groups)


_Places = list[tuple[NamedSite, Mapping[str, str]]]


def _all_places(group: Sequence[Hit], places: Mapping[str, _Places]) -> _Places:
    return [place for hit in group for place in places[hit.id]]


def _hit(reader: Reader, hit: Hit, places: _Places, highlighter: Highlighter) -> ResultHit:
    source = hit.source
    here = reader.site.hex if reader.site else ""
    # Where the reader is, if it is there; else its canonical place.
    ordered = sorted(places, key=lambda one: one[0].id != here)
    site, place = ordered[0]
    title = place.get("title") or str(source["title"])
    published = source.get("published")
    return ResultHit(
        id=hit.id,
        kind=str(source["kind"]),
        title_html=highlighter.mark(title),
        url=_url(here, site, place),
        snippet_html=highlighter.snippet(_text_to_show(source, highlighter)),
        published_on=date.fromisoformat(published[:10]) if published else None,
        site_name=site.name,
        organization=organization_name(str(source.get("organization", ""))),
        type=label_of("type", str(source["type"]))
        if source.get("type")
        else label_of("kind", source["kind"]),
        validity=label_of("validity", str(source["validity"])) if source.get("validity") else "",
        document_number=str(source.get("number", "")),
        attachments=tuple(_attachments(source, here, site, highlighter)),
        also_on=tuple(
            Elsewhere(other.name, _url(here, other, where))
            for other, where in ordered[1 : _MOST_ELSEWHERE + 1]
        ),
        score=hit.score,
        why=hit.explanation,
        source=source,
    )


def _text_to_show(source: Mapping[str, Any], highlighter: Highlighter) -> str:
    """The text with the words; where they stand in the summary alone, that."""
    text, summary = str(source.get("text", "")), str(source.get("summary", ""))
    return summary if not text or (not highlighter.is_in(text) and highlighter.is_in(summary)) else text


def _url(here: str, site: NamedSite, place: Mapping[str, str]) -> str:
    return place["path"] if site.id == here else f"{site.base_url}{place['path']}"


def _attachments(
    source: Mapping[str, Any], here: str, site: NamedSite, highlighter: Highlighter
) -> Iterator[AttachmentHit]:
    for one in source.get("attachments", ()):
        text = one.get("text", "")
        snippet = highlighter.snippet(text) if text and highlighter.is_in(text) else ""
        yield AttachmentHit(one["name"], _url(here, site, {"path": one["url"]}), snippet)


def _facet(name: str, counted: Sequence[tuple[str, int]], query: SearchQuery) -> tuple[FacetValue, ...]:
    """The values of a facet; what was chosen is named even where nothing has it."""
    chosen = query.chosen.get(name, ())
    known = dict(counted)
    absent = [(value, 0) for value in chosen if value not in known]
    labels = _origin_labels([*known, *chosen]) if name == "origin" else labels_of(name)
    return tuple(
        FacetValue(value, labels.get(value) or value, count, value in chosen)
        for value, count in (*counted, *absent)
    )
