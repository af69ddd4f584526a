"""Clauses in OpenSearch's language of queries."""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

from rongshu.search.engines import clauses
from rongshu.search.engines.clauses import Clause
from rongshu.search.schema import BY_NAME

Query: TypeAlias = dict[str, Any]


@functools.singledispatch
def translate(clause: Clause) -> Query:
    """Return the query that finds and scores what the clause does."""
    raise TypeError(f"no translation for {type(clause).__name__}")


@translate.register
def _(clause: clauses.Term) -> Query:
    query: Query = {"term": {clause.field: {"value": clause.text}}}
    # How rare an exact value is says nothing about how well it answers.
    return query if BY_NAME[clause.field].is_text else {"constant_score": {"filter": query}}


@translate.register
def _(clause: clauses.Phrase) -> Query:
    if not clause.tokens:
        return {"match_none": {}}
    return {"match_phrase": {clause.field: {"query": " ".join(clause.tokens), "slop": clause.slop}}}


@translate.register
def _(clause: clauses.Prefix) -> Query:
    if len(clause.text) > clauses.Prefix.LONGEST:
        return {"match_none": {}}
    return {"prefix": {clause.field: {"value": clause.text}}}


@translate.register
def _(clause: clauses.OneOf) -> Query:
    return {"terms": {clause.field: list(clause.values)}}


@translate.register
def _(clause: clauses.Range) -> Query:
    limits = {"gte": clause.at_least, "lt": clause.below}
    return {"range": {clause.field: {name: limit for name, limit in limits.items() if limit is not None}}}


@translate.register
def _(clause: clauses.All) -> Query:
    return {"bool": {"must": _each(clause.of)}} if clause.of else {"match_all": {}}


@translate.register
def _(clause: clauses.Any) -> Query:
    if clause.minimum <= 0:
        # Without a required clause OpenSearch would ask for one of the optional ones after all.
        return {"bool": {"filter": [{"match_all": {}}], "should": _each(clause.of)}}
    if len(clause.of) < clause.minimum:
        return {"match_none": {}}
    return {"bool": {"should": _each(clause.of), "minimum_should_match": clause.minimum}}


@translate.register
def _(clause: clauses.Best) -> Query:
    if not clause.of:
        return {"match_none": {}}
    return {"dis_max": {"queries": _each(clause.of), "tie_breaker": clause.tie}}


@translate.register
def _(clause: clauses.Without) -> Query:
    return {"bool": {"must": [translate(clause.clause)], "must_not": [translate(clause.but)]}}


@translate.register
def _(clause: clauses.Constant) -> Query:
    return {"constant_score": {"filter": translate(clause.clause), "boost": clause.score}}


@translate.register
def _(clause: clauses.Boost) -> Query:
    return {"bool": {"must": [translate(clause.clause)], "boost": clause.by}}


@translate.register
def _(_: clauses.Everything) -> Query:
    return {"match_all": {}}


@translate.register
def _(_: clauses.Nothing) -> Query:
    return {"match_none": {}}


def _each(of: tuple[Clause, ...]) -> list[Query]:
    return [translate(clause) for clause in of]
