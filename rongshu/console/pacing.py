"""How often one person may ask for what is dear: beyond it the answer is "wait", not work."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from rongshu.accounts.web.requests import StaffRequest
from rongshu.foundation.rate_limits import RateLimit

View = Callable[..., HttpResponse]


def at_most(times: int, seconds: int = 60) -> Callable[[View], View]:
    """Let one person ask a view so often; raise `TooManyRequests` beyond. Counted in each process."""

    def paced(view: View) -> View:
        limit = RateLimit(times, seconds)

        @wraps(view)
        def answer(request: StaffRequest, *given: Any, **named: Any) -> HttpResponse:
            limit.count(str(request.person.pk))
            return view(request, *given, **named)

        return answer

    return paced
