"""From clauses to the engine's queries."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final, TypeGuard

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
from rongshu.search.schema import BY_NAME

# A union of a few terms goes along their lists; a set of many is collected beforehand.
_FEW: Final = 16
_UNKNOWN_FIELD: Final = "is not defined in the schema"


def translate(clause: Clause, schema: Schema) -> Query:
    """Return the engine's query for a clause."""
    return _translate(clause, schema)


def _translate(clause: Clause, schema: Schema) -> Query:
    """A field that an older index has not, until it is made anew, matches nothing in it."""
    try:
        return _query(clause, schema)
    except ValueError as error:
        if _UNKNOWN_FIELD in str(error):
            return Query.empty_query()
        raise


def bare(clause: Clause) -> Clause:
    """Return a clause that matches the same, scored by its words alone: enough to count, and to sift."""
    if isinstance(clause, All):
        return All(tuple(bare(one) for one in clause.of if not _is_lifting(one)))
    if isinstance(clause, Any):
        return Any(tuple(bare(one) for one in clause.of), clause.minimum) if clause.minimum else Everything()
    if isinstance(clause, Best):
        return Any(tuple(bare(one) for one in clause.of))
    if isinstance(clause, Constant | Boost):
        return bare(clause.clause)
    return Without(bare(clause.clause), bare(clause.but)) if isinstance(clause, Without) else clause


def narrowed(clause: Clause, filters: Iterable[Clause], schema: Schema) -> Query:
    """Return the query for a clause within filters that don't score."""
    query = translate(clause, schema)
    within = [(Occur.Must, Query.const_score_query(translate(one, schema), 0.0)) for one in filters]
    return Query.boolean_query([(Occur.Must, query), *within]) if within else query


@functools.singledispatch
def _query(clause: Clause, schema: Schema) -> Query:
    raise TypeError(f"no engine knows {type(clause).__name__}")


@_query.register
def _(clause: Term, schema: Schema) -> Query:
    if BY_NAME[clause.field].is_text:
        return Query.term_query(schema, clause.field, clause.text, "freq")
    return Query.const_score_query(Query.term_query(schema, clause.field, clause.text, "basic"), 1.0)


@_query.register
def _(clause: Phrase, schema: Schema) -> Query:
    if not clause.tokens:
        return Query.empty_query()
    if len(clause.tokens) == 1:
        return _translate(Term(clause.field, clause.tokens[0]), schema)
    return Query.phrase_query(schema, clause.field, list(clause.tokens), clause.slop)


@_query.register
def _(clause: Prefix, schema: Schema) -> Query:
    if len(clause.text) > Prefix.LONGEST:
        return Query.empty_query()
    pattern = "".join(re.escape(one) if one.isascii() else one for one in clause.text) + ".*"
    return Query.const_score_query(Query.regex_query(schema, clause.field, pattern), 1.0)


@_query.register
def _(clause: OneOf, schema: Schema) -> Query:
    if len(clause.values) > _FEW:
        found = Query.term_set_query(schema, clause.field, list(clause.values))
    else:
        terms = (Query.term_query(schema, clause.field, value, "basic") for value in clause.values)
        found = Query.boolean_query([(Occur.Should, term) for term in terms])
    return Query.const_score_query(found, 1.0)


@_query.register
def _(clause: Range, schema: Schema) -> Query:
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


@_query.register
def _(clause: All, schema: Schema) -> Query:
    wanted = [one for one in clause.of if not _is_lifting(one)]
    lifting = [each for one in clause.of if _is_lifting(one) for each in one.of]
    parts = [(Occur.Must, _translate(one, schema)) for one in wanted]
    if not wanted:
        parts.append((Occur.Must, _everything(0.0 if lifting else 1.0)))
    parts += [(Occur.Should, _translate(one, schema)) for one in lifting if not isinstance(one, Constant)]
    found = Query.boolean_query(parts)
    # In a union the engine would go through every document that any of its parts matches, and these match
    # nearly all; by itself, each is only asked about what was found.
    for one in lifting:
        if isinstance(one, Constant):
            found = Query.boolean_query([(Occur.Must, found), (Occur.Should, _translate(one, schema))])
    return found


def _is_lifting(clause: Clause) -> TypeGuard[Any]:
    return isinstance(clause, Any) and clause.minimum == 0


@_query.register
def _(clause: Any, schema: Schema) -> Query:
    if clause.minimum == 0:
        return _translate(All((clause,)), schema)
    if len(clause.of) < clause.minimum:
        return Query.empty_query()
    parts = [(Occur.Should, _translate(one, schema)) for one in clause.of]
    return Query.boolean_query(parts, clause.minimum if clause.minimum > 1 else None)


@_query.register
def _(clause: Best, schema: Schema) -> Query:
    parts = [_translate(one, schema) for one in clause.of]
    return Query.disjunction_max_query(parts, clause.tie) if parts else Query.empty_query()


@_query.register
def _(clause: Without, schema: Schema) -> Query:
    found, but = _translate(clause.clause, schema), _translate(clause.but, schema)
    return Query.boolean_query([(Occur.Must, found), (Occur.MustNot, but)])


@_query.register
def _(clause: Constant, schema: Schema) -> Query:
    return Query.const_score_query(_translate(clause.clause, schema), clause.score)


@_query.register
def _(clause: Boost, schema: Schema) -> Query:
    return Query.boost_query(_translate(clause.clause, schema), clause.by)


@_query.register
def _(_: Everything, __: Schema) -> Query:
    return _everything(1.0)


@_query.register
def _(_: Nothing, __: Schema) -> Query:
    return Query.empty_query()


def _everything(score: float) -> Query:
    return Query.const_score_query(Query.all_query(), score)
