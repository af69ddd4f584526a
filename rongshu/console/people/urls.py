"""Addresses of people, grants and roles."""

from django.urls import URLPattern, path

from rongshu.console.people import accounts, grants, people

urlpatterns: list[URLPattern] = [
    path("people", people.list_people, name="console-people"),
    path("people/new", people.register, name="console-register-person"),
    path("people/retire", people.retire_chosen, name="console-retire-people"),
    path("people/<uuid:person_id>", people.show_person, name="console-person"),
    path("people/<uuid:person_id>/change", people.change, name="console-change-person"),
    path("people/<uuid:person_id>/retire", people.retire, name="console-retire-person"),
    path("people/<uuid:person_id>/roles/new", grants.give, name="console-give-role"),
    path("people/<uuid:person_id>/enrol", accounts.give_link, name="console-enrol"),
    path("people/<uuid:person_id>/reset-factor", accounts.reset_factor, name="console-reset-factor"),
    path("people/<uuid:person_id>/lock", accounts.lock, name="console-lock-account"),
    path("people/<uuid:person_id>/unlock", accounts.unlock, name="console-unlock-account"),
    path("sessions/<int:session_id>/end", accounts.end_session, name="console-end-session"),
    path("grants/<uuid:grant_id>/revoke", grants.revoke, name="console-revoke-role"),
    path("roles", grants.list_roles, name="console-roles"),
    path("roles/new", grants.define, name="console-define-role"),
    path("roles/<slug:code>", grants.show_role, name="console-role"),
    path("-/suggest/places", grants.suggest_places, name="console-suggest-places"),
    path("-/suggest/organizations", grants.suggest_organization_names, name="console-suggest-organizations"),
]
