"""What is away is waited for, no longer than the patience lasts; what cannot succeed is told at once."""

from collections.abc import Callable

import pytest

from flows.application.outages import OUTAGES, Patience
from flows.errors import NotReached, NotSent, ProviderError, RegisterFailed, StoreDamaged, StoreUnreachable


class Time:
    """A clock that moves by sleeping."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def failing(times: int, error: Exception) -> Callable[[], str]:
    """Return work that fails so many times."""
    left = [error] * times

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    return work


@pytest.mark.parametrize("kind", OUTAGES)
def test_an_outage_is_waited_for(kind: type[Exception]) -> None:
    """With growing pauses."""
    time = Time()
    assert Patience(60, time.sleep, time).through(failing(4, kind("away"))) == "done"
    assert 10 < time.now < 60


@pytest.mark.parametrize(
    "error", [NotSent("401"), ProviderError("401"), StoreDamaged("damaged"), RegisterFailed("full")]
)
def test_what_cannot_succeed_is_not_tried_again(error: Exception) -> None:
    """A refused password and a full disk are for a person."""
    time = Time()
    with pytest.raises(type(error)):
        Patience(60, time.sleep, time).through(failing(1, error))
    assert time.now == 0


def test_patience_ends_for_all_that_share_it_and_begins_anew_after_a_success() -> None:
    """A run with a thousand agreements waits once for a provider that stays away."""
    time = Time()
    patience = Patience(30, time.sleep, time)
    for _agreement in range(100):
        with pytest.raises(StoreUnreachable):
            patience.through(failing(1000, StoreUnreachable("away")))
    assert time.now <= 30
    assert patience.through(failing(0, NotReached(""))) == "done"
    assert patience.through(failing(2, NotReached("away"))) == "done"
