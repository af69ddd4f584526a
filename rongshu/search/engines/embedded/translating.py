"""From clauses to the engine's queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any as Anything
from typing import Final, TypeGuard, TypeVar

from tantivy import FieldType, Occur, Query, Schema

from rongshu.search.engines.clauses import (
    All,
    Any,
    Best,
    Boost,
    Clause,
    Constant,
    Everything,
    Nothing,
    OneOf,
    Phrase,
    Prefix,
    Range,
    Term,
    Without,
)
from rongshu.search.engines.embedded.fields import KEY
from rongshu.search.schema import FIELDS

# A union of a few terms goes along their lists; a set of many is collected beforehand, which takes four times
# as long where each has one document.
_FEW: Final = 16
_UNIQUE: Final = frozenset({"id", KEY})
_UNKNOWN_FIELD: Final = "is not defined in the schema"
_TEXTS: Final = frozenset(field.name for field in FIELDS if field.is_text)
_C = TypeVar("_C", bound=Clause)


@dataclass(frozen=True)
class Translated(Clause):
    """What is translated already: it stands in several places of a clause."""

    query: Query


def translate(clause: Clause, schema: Schema) -> Query:
    """Return the engine's query for a clause."""
    return _QUERIES[type(clause)](clause, schema)


def bare(clause: Clause) -> Clause:
    """Return a clause that matches the same, scored by what must match: enough to count, and to sift."""
    if isinstance(clause, All):
        return All(tuple(bare(one) for one in clause.of if not _is_lifting(one)))
    if isinstance(clause, Any):
        return Any(tuple(bare(one) for one in clause.of), clause.minimum) if clause.minimum else Everything()
    if isinstance(clause, Best):
        return Any(tuple(bare(one) for one in clause.of))
    if isinstance(clause, Constant):
        return replace(clause, clause=bare(clause.clause)) if clause.score else bare(clause.clause)
    if isinstance(clause, Boost):
        return replace(clause, clause=bare(clause.clause))
    return Without(bare(clause.clause), bare(clause.but)) if isinstance(clause, Without) else clause


def narrowed(clause: Clause, filters: Iterable[Clause], schema: Schema) -> Query:
    """Return the query for a clause within filters that don't score."""
    query = translate(clause, schema)
    within = [(Occur.Must, Query.const_score_query(translate(one, schema), 0.0)) for one in filters]
    return Query.boolean_query([(Occur.Must, query), *within]) if within else query


def _unless_unknown(translated: Callable[[_C, Schema], Query]) -> Callable[[_C, Schema], Query]:
    """A field that an older index has not, until it is made anew, matches nothing in it."""

    @wraps(translated)
    def found(clause: _C, schema: Schema) -> Query:
        try:
            return translated(clause, schema)
        except ValueError as error:
            if _UNKNOWN_FIELD in str(error):
                return Query.empty_query()
            raise

    return found


@_unless_unknown
def _term(clause: Term, schema: Schema) -> Query:
    if clause.field in _TEXTS:
        return Query.term_query(schema, clause.field, clause.text, "freq")
    return Query.const_score_query(Query.term_query(schema, clause.field, clause.text, "basic"), 1.0)


@_unless_unknown
def _phrase(clause: Phrase, schema: Schema) -> Query:
    if not clause.tokens:
        return Query.empty_query()
    if len(clause.tokens) == 1:
        return translate(Term(clause.field, clause.tokens[0]), schema)
    return Query.phrase_query(schema, clause.field, list(clause.tokens), clause.slop)


@_unless_unknown
def _prefix(clause: Prefix, schema: Schema) -> Query:
    if len(clause.text) > Prefix.LONGEST:
        return Query.empty_query()
    pattern = "".join(re.escape(one) if one.isascii() else one for one in clause.text) + ".*"
    return Query.const_score_query(Query.regex_query(schema, clause.field, pattern), 1.0)


@_unless_unknown
def _one_of(clause: OneOf, schema: Schema) -> Query:
    if len(clause.values) > _FEW and clause.field not in _UNIQUE:
        found = Query.term_set_query(schema, clause.field, list(clause.values))
    else:
        terms = (Query.term_query(schema, clause.field, value, "basic") for value in clause.values)
        found = Query.boolean_query([(Occur.Should, term) for term in terms])
    return Query.const_score_query(found, 1.0)


@_unless_unknown
def _range(clause: Range, schema: Schema) -> Query:
    if clause.at_least is None and clause.below is None:
        return _everything(1.0)
    found = Query.range_query(
        schema,
        clause.field,
        FieldType.Integer,
        clause.at_least,
        clause.below,
        include_upper=clause.below is None,  # the engine's word for no limit
    )
    return Query.const_score_query(found, 1.0)


def _all(clause: All, schema: Schema) -> Query:
    wanted = [translate(one, schema) for one in clause.of if not _is_lifting(one)]
    lifting = [each for one in clause.of if _is_lifting(one) for each in one.of]
    if not wanted:
        wanted = [_everything(0.0 if lifting else 1.0)]
    found = Query.boolean_query([(Occur.Must, one) for one in wanted])
    # In a union the engine would go through every document that any of its parts matches, and these match
    # nearly all; by itself, each is only asked about what was found.
    for one in lifting:
        found = Query.boolean_query([(Occur.Must, found), (Occur.Should, translate(one, schema))])
    return found


def _is_lifting(clause: Clause) -> TypeGuard[Any]:
    return isinstance(clause, Any) and clause.minimum == 0


def _any(clause: Any, schema: Schema) -> Query:
    if clause.minimum == 0:
        return translate(All((clause,)), schema)
    if len(clause.of) < clause.minimum:
        return Query.empty_query()
    parts = [(Occur.Should, translate(one, schema)) for one in clause.of]
    return Query.boolean_query(parts, clause.minimum if clause.minimum > 1 else None)


def _best(clause: Best, schema: Schema) -> Query:
    parts = [translate(one, schema) for one in clause.of]
    return Query.disjunction_max_query(parts, clause.tie) if parts else Query.empty_query()


def _without(clause: Without, schema: Schema) -> Query:
    found, but = translate(clause.clause, schema), translate(clause.but, schema)
    return Query.boolean_query([(Occur.Must, found), (Occur.MustNot, but)])


def _constant(clause: Constant, schema: Schema) -> Query:
    return Query.const_score_query(translate(clause.clause, schema), clause.score)


def _boost(clause: Boost, schema: Schema) -> Query:
    return Query.boost_query(translate(clause.clause, schema), clause.by)


def _any_document(_: Everything, __: Schema) -> Query:
    return _everything(1.0)


def _no_document(_: Nothing, __: Schema) -> Query:
    return Query.empty_query()


def _translated(clause: Translated, _: Schema) -> Query:
    return clause.query


def _everything(score: float) -> Query:
    return Query.const_score_query(Query.all_query(), score)


# A page asks some two hundred clauses: looking their kind up here takes a fifth of a dispatch by type.
_QUERIES: Final[Mapping[type[Clause], Callable[[Anything, Schema], Query]]] = {
    Term: _term,
    Phrase: _phrase,
    Prefix: _prefix,
    OneOf: _one_of,
    Range: _range,
    All: _all,
    Any: _any,
    Best: _best,
    Without: _without,
    Constant: _constant,
    Boost: _boost,
    Everything: _any_document,
    Nothing: _no_document,
    Translated: _translated,
}
