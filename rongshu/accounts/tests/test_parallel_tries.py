"""Guesses made at the same moment get no further than guesses made one after the other."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from rongshu.accounts.actions.check_password import check_password
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.errors import SignInLockedOut, SignInRefused
from rongshu.accounts.models import Account, Realm, SignInAttempt
from rongshu.accounts.sign_in_rules import lock_out
from rongshu.accounts.visits import Visit
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord

THREADS = 20
RIGHT = "Banyan-2026-roots"


@pytest.mark.requirement("P3-03")
@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_five() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory lets no thread wait for another; PostgreSQL shows it")
    person = register_person(actor=Clock(), name="示范编辑", handle="clerk")
    account = Account.objects.create(realm=Realm.STAFF, login_name="clerk", person=person)
    account.set_password(RIGHT)
    account.save()
    together, answers = Barrier(THREADS), list[type[Exception]]()

    def guess(number: int) -> None:
        visit = Visit(realm=Realm.STAFF, address=f"192.0.2.{number}")
        together.wait()
        try:
            check_password(visit=visit, login_name="clerk", password=f"Wrong-{number}-password")
        except (SignInRefused, SignInLockedOut) as refusal:
            answers.append(type(refusal))
        finally:
            connection.close()

    threads = [Thread(target=guess, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    most = lock_out().per_name
    assert answers.count(SignInRefused) == most
    assert answers.count(SignInLockedOut) == THREADS - most
    wrong = SignInAttempt.objects.filter(outcome=SignInAttempt.Outcome.WRONG_PASSWORD)
    assert wrong.count() == most
    assert AuditRecord.objects.filter(action="account.locked-out").count() == 1
    with pytest.raises(SignInLockedOut):
        check_password(
            visit=Visit(realm=Realm.STAFF, address="192.0.2.99"), login_name="clerk", password=RIGHT
        )
