"""Whatever a user writes as settings is taken or refused by a sentence each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_bedrock.delivery.settings import DeliverySettings
from prowler_bedrock.enable.settings import (
    ChangeSettings,
    CheckSettings,
    EnableSettings,
    parse,
    setting_names,
)
from prowler_bedrock.errors import SettingsError
from prowler_bedrock.expected_destination.settings import ExpectedSettings
from prowler_bedrock.journal.places import journal_at
from prowler_bedrock.retention.settings import RetentionSettings
from prowler_bedrock.tampering.settings import TamperSettings
from tests.fuzz.values import json_values, texts

MODELS: list[type[CheckSettings]] = [
    EnableSettings, DeliverySettings, ExpectedSettings, RetentionSettings, TamperSettings,
]  # fmt: skip
NAMES = sorted({name for model in MODELS for name in setting_names(model)})
VALUES = st.one_of(
    json_values,
    st.sampled_from(
        [
            "s3",
            "both",
            "logs-{region}",
            "/group/{account}",
            "~nobody/x",
            "a\x00b",
            "s3://bucket/x",
            "s3://B",
            365,
            ["text"],
        ]
    ),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.__name__))
@given(st.one_of(json_values, st.dictionaries(st.one_of(st.sampled_from(NAMES), texts), VALUES)))
def test_settings_are_taken_or_refused(model: type[CheckSettings], raw: Any) -> None:
    try:
        settings = parse(model, raw, "the check")
    except SettingsError as error:
        assert error.problems and all(error.problems)
        return
    assert set(raw or {}) <= set(setting_names(model))
    # What was taken can be used.
    if isinstance(settings, ChangeSettings):
        assert journal_at(settings.journal_directory).place
    if isinstance(settings, TamperSettings):
        assert settings.patterns("123456789012", "us-east-1") is not None
    if isinstance(settings, ExpectedSettings) and settings.named:
        assert settings.enabling().destination
