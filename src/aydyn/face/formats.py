"""Dates, times and numbers as readers of each language write them (Babel), in the office's time zone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    try:
        return Locale.parse("en-GB" if code == "en" else code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def current_locale() -> Locale:
    """Return Babel's locale for the language of this request."""
    return _locale(get_language() or "en")


def day(value: date | datetime, style: str = "long") -> str:
    """Write a day, such as “21 November 2026”; a moment counts as its day here."""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_date(local, format=style, locale=current_locale())


def day_of(text: str, style: str = "long") -> str:
    """Write a day that is given as in JSON, such as “2026-11-21”; a text that is none is returned as it is."""
    try:
        return day(date.fromisoformat(text), style)
    except ValueError:
        return text


def moment(value: date | datetime) -> str:
    """Write a day and, where there is one, the time to the minute."""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value)
    return f"{day(value)}, {format_time(local.time(), format='HH:mm', locale=current_locale())}"


def money(amount: int, currency: str) -> str:
    """Write a sum that is given in the smallest unit (hundredths) of its currency."""
    return format_currency(Decimal(amount) / 100, currency, locale=current_locale(), format="#,##0.00\xa0¤¤")


def number(value: float) -> str:
    """Write a number with the grouping of the language."""
    return format_decimal(value, locale=current_locale())
