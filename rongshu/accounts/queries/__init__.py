"""Who is who, what a person may do where, and how he signs in."""

from rongshu.accounts.queries.persons import (
    grants_in_force,
    managed_person,
    person_named,
    persons_for,
    recorded_operator,
    roles_with,
    viewer_for,
)
from rongshu.accounts.queries.signing_in import (
    account_of,
    get_account_for,
    get_session_for,
    has_second_factor,
    is_locked_out,
    live_enrolment,
    locked_out_addresses,
    sessions_of,
    sign_in_history,
)

__all__ = [
    "account_of",
    "get_account_for",
    "get_session_for",
    "grants_in_force",
    "has_second_factor",
    "is_locked_out",
    "live_enrolment",
    "locked_out_addresses",
    "managed_person",
    "person_named",
    "persons_for",
    "recorded_operator",
    "roles_with",
    "sessions_of",
    "sign_in_history",
    "viewer_for",
]
