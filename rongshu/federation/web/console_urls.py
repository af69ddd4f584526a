"""Addresses of the federation on the console listener."""

from typing import Final

from django.urls import URLPattern, path

from rongshu.federation.models import Offer, PartnerCategory, Report
from rongshu.federation.web import errands, figures, partners, traffic

_PARTNER: Final = "partners/<uuid:partner_id>"
_GIVEN: Final = {"direction": PartnerCategory.Direction.GIVEN}
_WANTED: Final = {"direction": PartnerCategory.Direction.WANTED}


def _errands(name: str, model: type[Report] | type[Offer]) -> list[URLPattern]:
    one, kept = f"{name}s/<uuid:errand_id>", {"model": model}
    return [
        path(f"{name}s", errands.list_errands, kept, name=f"federation-{name}s"),
        path(f"{name}s/new", errands.hand_over, kept, name=f"federation-new-{name}"),
        path(one, errands.show_errand, kept, name=f"federation-{name}"),
        path(f"{one}/accept", errands.accept, kept, name=f"federation-accept-{name}"),
        path(f"{one}/decline", errands.decline, kept, name=f"federation-decline-{name}"),
    ]


urlpatterns: list[URLPattern] = [
    path("", partners.list_partners, name="federation-partners"),
    path(_PARTNER, partners.show_partner, name="federation-partner"),
    path(f"{_PARTNER}/settings", partners.change, name="federation-change-partner"),
    path(f"{_PARTNER}/given", partners.agree, _GIVEN, name="federation-given"),
    path(f"{_PARTNER}/wanted", partners.agree, _WANTED, name="federation-wanted"),
    path(f"{_PARTNER}/routes/new", partners.route, name="federation-route"),
    path(f"{_PARTNER}/routes/<uuid:route_id>/remove", partners.unroute, name="federation-unroute"),
    path(f"{_PARTNER}/pause", partners.pause, name="federation-pause"),
    path(f"{_PARTNER}/resume", partners.resume, name="federation-resume"),
    path(f"{_PARTNER}/ask", partners.ask_now, name="federation-ask"),
    path(f"{_PARTNER}/compare", partners.compare_now, name="federation-compare"),
    path("messages", traffic.list_messages, name="federation-messages"),
    path("messages/send-again", traffic.send_messages_again, name="federation-send-again"),
    path("messages/<uuid:message_id>", traffic.show_message, name="federation-message"),
    path("quarantine", traffic.list_quarantined, name="federation-quarantine"),
    path("quarantine/try-again", traffic.try_quarantined_again, name="federation-try-again"),
    path("quarantine/let-go", traffic.let_quarantined_go, name="federation-let-go"),
    path("quarantine/<uuid:quarantined_id>", traffic.show_quarantined, name="federation-quarantined"),
    *_errands("report", Report),
    *_errands("offer", Offer),
    path("uses", figures.list_uses, name="federation-uses"),
    path("uses/elsewhere", figures.list_uses_elsewhere, name="federation-uses-elsewhere"),
    path("uses/ask", figures.ask_for_uses, name="federation-ask-uses"),
    path("statistics", figures.show_statistics, name="federation-statistics"),
]
