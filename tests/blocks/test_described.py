"""A schema that is worked out once is Prefect's own, and stays so."""

from __future__ import annotations

import pytest
from prefect.blocks.core import Block

from blocks.channel import Channel
from blocks.described import DescribedOnce
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.kie.animator import KlingAnimator


@pytest.mark.parametrize("kind", [Channel, KlingAnimator, GeminiCredentials])
def test_the_schema_is_the_one_that_prefect_works_out(kind: type[DescribedOnce]) -> None:
    assert kind.model_json_schema() == Block.model_json_schema.__func__(kind)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_each_way_to_ask_has_its_own_answer(mode: str) -> None:
    assert Channel.model_json_schema(mode=mode) == Block.model_json_schema.__func__(Channel, mode=mode)


def test_whoever_changes_the_answer_changes_nobody_else_s() -> None:
    Channel.model_json_schema()["properties"].clear()

    assert "narrator" in Channel.model_json_schema()["properties"]
