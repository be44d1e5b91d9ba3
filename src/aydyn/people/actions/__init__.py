"""Every write to people: offices, mandates, organisations, absences, what people are told, keys for programs."""

from __future__ import annotations

from aydyn.people.actions.absences import end_absence, state_absence
from aydyn.people.actions.mandates import create_person, end_mandate, establish, grant_mandate, load_offices
from aydyn.people.actions.organisations import (
    ask_to_represent,
    confirm_representation,
    end_representative,
    grant_representative,
    refuse_representation,
)
from aydyn.people.actions.preferences import (
    confirm_phone,
    forget_what_is_over,
    remove_phone,
    send_phone_code,
    set_preferences,
)
from aydyn.people.actions.tokens import end_token, make_token, use_token
from aydyn.people.inbound import register_sms_handler
from aydyn.people.notices import forget, tell, unsubscribe

__all__ = [
    "ask_to_represent",
    "confirm_phone",
    "confirm_representation",
    "create_person",
    "end_absence",
    "end_mandate",
    "end_representative",
    "end_token",
    "establish",
    "forget",
    "forget_what_is_over",
    "grant_mandate",
    "grant_representative",
    "load_offices",
    "make_token",
    "refuse_representation",
    "register_sms_handler",
    "remove_phone",
    "send_phone_code",
    "set_preferences",
    "state_absence",
    "tell",
    "unsubscribe",
    "use_token",
]
