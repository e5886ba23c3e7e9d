"""What a film says of its own making."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.domain.provenance import (
    GENERATOR,
    GENERATOR_VERSION,
    MADE_BY_MODELS,
    MADE_BY_PROGRAMS,
    MADE_WITH_MODELS,
    Ingredient,
    Named,
    SignSpec,
    UnknownPart,
    ingredients_of,
    manifest_of,
    missing_from,
)
from blocks.domain.stages import Step

PROMPT = "a fox under a red moon"
LINE = "The fox sleeps at last."


def address(letter: str, suffix: str) -> str:
    return f"{letter * 64}.{suffix}"


def product(step: Step, at: str, spec: Mapping[str, object], maker: str = "local", model: str = "m 1") -> Product:
    made = Provenance(maker=maker, model=model, spec=json.dumps(spec))
    return Product(key=at, step=step, address=at, size_bytes=1, facts=DocumentFacts(), provenance=made)


STILL = product(Step.STILL, address("1", "png"), {"prompt": PROMPT, "references": []}, "gemini", "nano banana")
OLD_STILL = product(Step.STILL, address("2", "png"), {"prompt": "an older take"}, "gemini")
SEED = product(Step.COMPOSITE, address("3", "png"), {"kind": "cover", "picture": STILL.address})
CLIP = product(Step.CLIP, address("4", "mp4"), {"prompt": "slow pan", "seed": SEED.address}, "kie", "kling 3")
CONFORMED = product(Step.CONFORMED, address("5", "mp4"), {"clip": CLIP.address})
VOICE = product(Step.NARRATION, address("6", "mp3"), {"text": LINE}, "elevenlabs", "eleven")
OUTRO = product(Step.OWN_FILE, address("7", "mov"), {"file": "/home/someone/outro.mov", "sha256": "7" * 64})
FILM = product(
    Step.MASTER, address("8", "mp4"), {"shots": [{"clip": CONFORMED.address}], "lines": [{"recording": VOICE.address}]}
)
FOLDER = (
    Named("assets/environments/environment_01.png", STILL),
    Named("assets/environments/environment_02.png", OLD_STILL),
    Named("assets/composites/composite_01.png", SEED),
    Named("videos/clip_01.mp4", CLIP),
    Named("videos/conformed_01.mp4", CONFORMED),
    Named("audio/narration_01.mp3", VOICE),
    Named("videos/outro.mov", OUTRO),
)


def signed(*named: Named, film: Product = FILM) -> SignSpec:
    return SignSpec(film=film.address, title="A Fox", ingredients=ingredients_of(film, named))


def test_what_makers_made_for_a_film_is_listed_and_nothing_else():
    parts = ingredients_of(FILM, FOLDER)

    assert [part.name for part in parts] == [
        "assets/environments/environment_01.png",
        "audio/narration_01.mp3",
        "videos/clip_01.mp4",
    ]


def test_a_product_that_is_used_twice_is_listed_once():
    assert len(ingredients_of(FILM, (*FOLDER, Named("audio/narration_02.mp3", VOICE)))) == 3


def test_a_part_without_a_name_is_not_passed_over():
    with pytest.raises(UnknownPart, match=VOICE.address):
        ingredients_of(FILM, [one for one in FOLDER if one.product is not VOICE])


def test_no_prompt_is_told_but_its_hash():
    written = json.dumps(manifest_of(signed(*FOLDER)))

    assert PROMPT not in written
    assert LINE not in written
    assert hashlib.sha256(PROMPT.encode()).hexdigest() in written
    assert hashlib.sha256(LINE.encode()).hexdigest() in written


def test_a_film_made_by_models_alone_says_so():
    actions = manifest_of(signed(*FOLDER))["assertions"][0]["data"]["actions"]

    assert (actions[0]["action"], actions[0]["digitalSourceType"]) == ("c2pa.created", MADE_BY_MODELS)


def test_a_film_with_people_s_own_files_says_so_and_keeps_their_paths_to_itself():
    film = product(Step.MASTER, address("9", "mp4"), {"shots": [{"clip": CONFORMED.address}, {"clip": OUTRO.address}]})
    manifest = manifest_of(signed(*FOLDER, film=film))

    assert manifest["assertions"][0]["data"]["actions"][0]["digitalSourceType"] == MADE_WITH_MODELS
    assert manifest["ingredients"][-1]["title"] == "videos/outro.mov"
    assert "someone" not in json.dumps(manifest)


def part(step: Step, maker: str) -> Ingredient:
    return Ingredient(name=f"{step}.mp4", address=address("1", "mp4"), step=step, maker=maker, model="m 1")


PAINTED, SPOKEN, FILMED = part(Step.CLIP, "offline"), part(Step.NARRATION, "offline"), part(Step.CLIP, "kie")
BROUGHT = part(Step.OWN_FILE, "owner")


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((PAINTED,), MADE_BY_PROGRAMS),
        ((SPOKEN, FILMED), MADE_BY_MODELS),
        ((PAINTED, SPOKEN), MADE_WITH_MODELS),
        ((PAINTED, FILMED), MADE_WITH_MODELS),
        ((FILMED, BROUGHT), MADE_WITH_MODELS),
    ],
)
def test_what_plain_programs_made_is_not_called_the_work_of_models(parts: tuple[Ingredient, ...], whole: str):
    manifest = manifest_of(SignSpec(film=FILM.address, title="A Fox", ingredients=parts))
    told = [one["metadata"].get(f"org.{GENERATOR}.digital_source_type") for one in manifest["ingredients"]]
    kinds = {PAINTED: MADE_BY_PROGRAMS, SPOKEN: MADE_BY_MODELS, FILMED: MADE_BY_MODELS, BROUGHT: None}

    assert manifest["assertions"][0]["data"]["actions"][0]["digitalSourceType"] == whole
    assert told == [kinds[part] for part in parts]


def test_each_ingredient_says_who_made_it_and_is_placed_in_the_film():
    manifest = manifest_of(signed(*FOLDER))
    still = manifest["ingredients"][0]
    placed = manifest["assertions"][0]["data"]["actions"][1]

    assert still["relationship"] == "componentOf"
    assert still["format"] == "image/png"
    assert still["metadata"] == {
        f"org.{GENERATOR}.step": "still",
        f"org.{GENERATOR}.provider": "gemini",
        f"org.{GENERATOR}.model": "nano banana",
        f"org.{GENERATOR}.content_sha256": "1" * 64,
        f"org.{GENERATOR}.prompt_sha256": hashlib.sha256(PROMPT.encode()).hexdigest(),
        f"org.{GENERATOR}.digital_source_type": MADE_BY_MODELS,
    }
    assert placed["parameters"]["ingredientIds"] == [part["label"] for part in manifest["ingredients"]]


def test_the_version_that_is_told_is_that_of_the_project():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    assert (project["name"], project["version"]) == (GENERATOR, GENERATOR_VERSION)


def test_an_ingredient_that_a_signed_film_does_not_list_is_named():
    parts = ingredients_of(FILM, FOLDER)

    assert missing_from(parts, [part.name for part in parts[1:]]) == (parts[0].name,)
    assert missing_from(parts, [part.name for part in parts]) == ()
