"""Persons and accounts, roles and grants, enrolment and the history of sign-in."""

from rongshu.accounts.models.persons import Account, AccountManager, Person, Realm, Role, RoleGrant
from rongshu.accounts.models.signing_in import Enrolment, FormerPassword, SignInAttempt

__all__ = [
    "Account",
    "AccountManager",
    "Enrolment",
    "FormerPassword",
    "Person",
    "Realm",
    "Role",
    "RoleGrant",
    "SignInAttempt",
]
