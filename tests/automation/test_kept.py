"""What is kept is used again, and never grows without end."""

import pytest

from prowler_bedrock.automation.kept import Kept


def test_the_one_that_nobody_asked_for_the_longest_goes_first() -> None:
    kept: Kept[str] = Kept(60, most=2)
    made: list[str] = []

    def get(account: str) -> str:
        return kept.get(account, lambda: made.append(account) or account)

    for account in ("a", "b", "a", "c", "a", "b"):
        assert get(account) == account
    assert made == ["a", "b", "c", "b"]


def test_what_is_too_old_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("prowler_bedrock.automation.kept.time.monotonic", lambda: now[0])
    kept: Kept[object] = Kept(60, most=2)
    first = kept.get("a", object)
    now[0] = 59.0
    assert kept.get("a", object) is first
    now[0] = 60.0
    assert kept.get("a", object) is not first
