"""The step before a dangerous act: it repeats what will happen, and the deed waits for a second press."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse

from rongshu.console.pages import Crumb, render_page, return_address

_NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "confirmed"})


def ask_first(
    request: HttpRequest,
    *,
    question: str,
    consequences: Sequence[str],
    button: str,
    form: forms.Form | None = None,
    back_url: str = "",
    crumbs: Sequence[Crumb] = (),
) -> HttpResponse | None:
    """Return the page that asks, or None once the person has confirmed (and `form`, if any, is valid).

    Everything posted so far is kept in the page, so this works for one row as for a bulk act.
    """
    is_confirmed = request.POST.get("confirmed") == "yes"
    if is_confirmed and (form is None or form.is_valid()):
        return None
    shown = {
        "question": question,
        "consequences": consequences,
        "button": button,
        "form": form if is_confirmed or form is None else type(form)(),
        "action": request.get_full_path(),
        "kept": list(_kept(request, form)),
        "back_url": back_url or return_address(request),
    }
    return render_page(
        request, "console/confirm.html", shown, crumbs=crumbs, status=422 if is_confirmed else 200
    )


def _kept(request: HttpRequest, form: forms.Form | None) -> Iterator[tuple[str, str]]:
    left_out = _NOT_KEPT | set(form.fields if form is not None else ())
    for name, values in request.POST.lists():
        if name not in left_out:
            yield from ((name, str(value)) for value in values)
