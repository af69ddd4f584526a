"""Forms: dressed fields, refusals put at their fields, and the one way a form page is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from rongshu.console.lists import dress
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import Refusal, RongshuError

F = TypeVar("F", bound=forms.Form)


class ConsoleForm(forms.Form):
    """A form as the console shows it: no suffix after labels, fields in the console's style."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)

    def refuse(self, error: RongshuError) -> None:
        """Show an action's refusal at the fields it names, else above the form."""
        refuse(self, error)


def refuse(form: forms.BaseForm, error: RongshuError) -> None:
    """Put a refusal at the fields it names; what belongs to no field stands above the form."""
    at_fields = {name: problem for name, problem in error.fields.items() if name in form.fields}
    for name, problem in at_fields.items():
        form.add_error(name, problem)
    if not at_fields:
        form.add_error(None, error.message)


def answer_form(
    request: HttpRequest,
    form: F,
    act: Callable[[F], str],
    *,
    title: str,
    button: str,
    done_url: str | Callable[[], str],
    back_url: str = "",
    lead: str = "",
    crumbs: Sequence[Crumb] = (),
    autosave_url: str = "",
    template: str = "console/form.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it is posted and fits, act, say what `act` returns, and go on to `done_url`.

    A refusal comes back with everything that was typed, at its fields and in the summary (status 422).
    What is not there, or not the viewer's, stays NotFound.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form)
        except Refusal as error:
            refuse(form, error)
        else:
            if said:
                messages.success(request, said)
            return HttpResponseRedirect(done_url() if callable(done_url) else done_url)
    shown = {
        "form": form,
        "title": title,
        "button": button,
        "back_url": back_url,
        "lead": lead,
        "autosave_url": autosave_url,
        **(context or {}),
    }
    return render_page(request, template, shown, crumbs=crumbs, status=422 if form.errors else 200)
