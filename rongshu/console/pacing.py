"""How often one person may ask for what is dear: beyond it the answer is "wait", not work."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpResponse

from rongshu.accounts.web.requests import StaffRequest
from rongshu.foundation.rate_limits import RateLimit

View = Callable[..., HttpResponse]


# Of every paced view, so that a test can ask them on and on.
_paces: Final[list[RateLimit]] = []


def at_most(times: int, seconds: int = 60) -> Callable[[View], View]:
    """Let one person ask a view so often; raise `TooManyRequests` beyond. Counted in each process."""

    def paced(view: View) -> View:
        limit = RateLimit(times, seconds)
        _paces.append(limit)

        @wraps(view)
        def answer(request: StaffRequest, *given: Any, **named: Any) -> HttpResponse:
            limit.count(str(request.person.pk))
            return view(request, *given, **named)

        return answer

    return paced


def forget_paces() -> None:
    """Begin counting anew at every paced view."""
    for limit in _paces:
        limit.forget()
