"""Fees on their way: a payment is begun, and confirmed once by its gateway. Counter payments and refunds are steps."""

from __future__ import annotations

from django.db import transaction

from aydyn.cases import payments, procedures, queries
from aydyn.cases.actions.steps import take_node_step
from aydyn.cases.errors import NoSuchPayment, NothingOwed
from aydyn.cases.models import Case, Payment
from aydyn.kernel import clock
from aydyn.kernel.ids import public_id

REFERENCE_LETTERS = 12


@transaction.atomic
def begin_payment(*, case: Case) -> Payment:
    """The payment of what a case owes: the one that was begun already, or a new one. Raises NothingOwed."""
    locked = queries.lock(case)
    if not locked.owed:
        raise NothingOwed
    name = payments.gateway().name
    known = locked.payments.filter(paid=None, amount=locked.owed, gateway=name).first()
    return known or Payment.objects.create(
        case=locked,
        reference=f"F-{public_id(REFERENCE_LETTERS).upper()}",
        amount=locked.owed,
        gateway=name,
        begun=clock.now(),
    )


@transaction.atomic
def confirm_payment(*, reference: str, amount: int) -> Payment:
    """Take a gateway's word that a payment was made; the caller has checked that it is the gateway's. Told twice, it counts once.

    Raises NoSuchPayment, also for a wrong sum, or NothingOwed if the fee was paid otherwise meanwhile.
    """
    row = Payment.objects.select_for_update().filter(reference=reference[:40]).first()
    if row is None or row.amount != amount:
        raise NoSuchPayment
    if row.paid is not None:
        return row
    case = queries.lock(Case(pk=row.case_id))
    rules = procedures.parsed(case.procedure_id)
    step = next((each for each in rules.steps if "pay" in each.effect and "node" in each.by), None)
    if step is None or case.owed != row.amount:
        raise NothingOwed
    row.event = take_node_step(case, step, amount=amount)
    row.paid = clock.now()
    row.save(update_fields=["event", "paid"])
    return row
