"""Counting requests: so many in a window, each key by itself, exact under threads."""

from __future__ import annotations

import threading

import pytest

from rongshu.foundation.rate_limits import RateLimit, TooManyRequests


def test_beyond_the_limit_the_answer_is_to_wait_and_then_it_is_open_again() -> None:
    moment = [0.0]
    limit = RateLimit(3, 60, tell=lambda: moment[0])
    for _ in range(3):
        limit.count("one")
    moment[0] = 20.0
    with pytest.raises(TooManyRequests) as refusal:
        limit.count("one")
    assert refusal.value.retry_after == 40
    limit.count("other")
    moment[0] = 60.0
    limit.count("one")


def test_threads_together_get_no_more() -> None:
    limit, passed = RateLimit(50, 3600), list[int]()

    def ask() -> None:
        for number in range(20):
            try:
                limit.count("one")
                passed.append(number)
            except TooManyRequests:
                continue

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 50
