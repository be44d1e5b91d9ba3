"""Random numbers come from the operating system, and inside `seeded` from a seed."""

from __future__ import annotations

import threading

from aydyn.evote.randomness import below, seeded


def draws(seed: str) -> list[int]:
    with seeded(seed):
        return [below(limit) for limit in (1, 2, 58, 2**252, 10**600)]


def test_a_seed_draws_the_same_again_and_another_seed_does_not() -> None:
    assert draws("a") == draws("a") != draws("b")


def test_numbers_lie_below_their_limit_and_vary() -> None:
    found = [below(6) for _ in range(600)]
    assert set(found) == set(range(6))
    with seeded("x"):
        assert {below(6) for _ in range(600)} == set(range(6))
    assert below(1) == 0


def test_outside_the_block_nothing_is_seeded() -> None:
    with seeded("a"):
        inside = below(2**128)
    outside = below(2**128)
    assert inside != outside
    with seeded("a"):
        assert below(2**128) == inside


def test_another_thread_is_not_seeded() -> None:
    found: list[int] = []
    with seeded("a"):
        thread = threading.Thread(target=lambda: found.append(below(2**128)))
        thread.start()
        thread.join()
    with seeded("a"):
        assert found != [below(2**128)]
