"""What several parts of one page ask, the menu and a panel, say: answered once while the page is made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

_Answer = TypeVar("_Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Keep answers inside: for a page that is only read."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def asked_once(question: Hashable, ask: Callable[[], _Answer]) -> _Answer:
    """Return the answer to a question, which names all it depends on; outside a page it is asked anew.

    The answer is shared: leave it as it is.
    """
    answers = _answers.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    return cast("_Answer", answers[question])
