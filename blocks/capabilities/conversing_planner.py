"""Planning a film by asking a language model a handful of questions, each of them one paid call."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import ClassVar, TypeVar

from pydantic import ValidationError

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.interview import (
    Question,
    ask_assets,
    ask_repair,
    ask_research,
    ask_scenes,
    ask_story,
    wish_for,
)
from blocks.capabilities.planner import Planner
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.planning.answer_text import json_text
from blocks.domain.planning.answers import (
    Answer,
    Answers,
    AssetsAnswer,
    RepairAnswer,
    ResearchAnswer,
    ScenesAnswer,
    StoryAnswer,
)
from blocks.domain.planning.assembling import assemble, find_answer_problems, mend, number_scenes
from blocks.domain.planning.budget import MAX_TARGET_SECONDS, MIN_TARGET_SECONDS, make_budget
from blocks.domain.planning.stand_ins import expected_characters, stand_in_assets, stand_in_research, stand_in_story
from blocks.domain.problems import Problem
from blocks.domain.specs import PlanSpec
from blocks.errors import BadSpec, ProviderUnavailable

A = TypeVar("A", bound=Answer)

CHARACTERS_PER_TOKEN = 4
"""Of English, by the vendors' own rule of thumb."""
_NAMED_FAULTS = 4


class Written(Frozen):
    """What a language model wrote, and its bill."""

    text: str
    usage: Usage
    model: str
    """The service's own name for what answered."""
    request_id: str | None = None


class ConversingPlanner(Planner):
    """Asks for research, story, pictures and scenes, checks the plan, and lets it be repaired once.

    Each question is bought by itself: a plan that breaks off goes on with the question that is missing.
    """

    pays_by_part: ClassVar[bool] = True
    bills_schemas: ClassVar[bool] = True
    """Whether the schema of an answer is billed as part of the prompt."""

    @abstractmethod
    def answer(self, question: Question) -> Written:
        """Ask one question, once.

        Raises:
            ContentRefused: the service will not write about this; with the usage when that was billed.
            BadSpec: the answer was cut short, the prompt is too long, the model is unknown; with the usage when that was billed.
            StudioError: as the service has it.
        """

    @property
    def thinking_tokens(self) -> int:
        """Give about how many tokens the model thinks before an answer, where they are billed."""
        return 0

    def estimate(self, spec: PlanSpec) -> Usage:
        """Expect the four questions, answered at the usual length; a repair is not expected.

        Raises:
            BadSpec: no film can be that long or short.
        """
        _refuse_the_impossible(spec)
        scenes = make_budget(spec.target_seconds).scenes
        research, story, assets = stand_in_research(), stand_in_story(scenes), stand_in_assets(scenes)
        questions = (
            ask_research(spec),
            ask_story(spec, research),
            ask_assets(spec, research, story),
            ask_scenes(spec, research, story, assets),
        )
        return sum((self._expect(question, scenes) for question in questions), Usage())

    def plan(self, spec: PlanSpec, bench: Bench) -> Made:
        """Plan a film in four questions, and a fifth when the checks find something.

        Raises:
            BadSpec: the repaired plan still breaks rules; it names all of them.
        """
        _refuse_the_impossible(spec)
        answers = self._ask_all(spec, bench)
        board = assemble(spec, answers)
        if problems := find_answer_problems(board, answers):
            answers = self._repaired(spec, answers, problems, bench)
            board = assemble(spec, answers)
            if problems := find_answer_problems(board, answers):
                raise BadSpec(
                    f"the plan that {self.charged_model} made of {spec.topic!r} still breaks rules after one repair: ask for "
                    "another take, say more in the story direction, or choose another model or planner",
                    problems=problems,
                )
        file = bench.folder / "storyboard.json"
        file.write_text(board.model_dump_json(indent=1), encoding="utf-8")
        return Made(file=file, usage=Usage(), model=self.charged_model)

    def _ask_all(self, spec: PlanSpec, bench: Bench) -> Answers:
        research = self._answered(ask_research(spec), ResearchAnswer, spec, bench)
        story = self._answered(ask_story(spec, research), StoryAnswer, spec, bench)
        assets = self._answered(ask_assets(spec, research, story), AssetsAnswer, spec, bench)
        scenes = self._answered(ask_scenes(spec, research, story, assets), ScenesAnswer, spec, bench)
        return Answers(
            research=research,
            story=story,
            assets=assets.assets,
            scenes=number_scenes(scenes.scenes),
            metadata=scenes.metadata,
        )

    def _repaired(self, spec: PlanSpec, answers: Answers, problems: tuple[Problem, ...], bench: Bench) -> Answers:
        repair = self._answered(ask_repair(spec, answers, problems), RepairAnswer, spec, bench)
        return mend(answers, repair, all_scenes=wish_for(problems).all_scenes)

    def _answered(self, question: Question, shape: type[A], spec: PlanSpec, bench: Bench) -> A:
        expected = self._expect(question, make_budget(spec.target_seconds).scenes)
        file = bench.part(question, expected, partial(self._ask, question, shape))
        return shape.model_validate_json(file.read_bytes())

    def _ask(self, question: Question, shape: type[Answer], bench: Bench) -> Made:
        written = self.answer(question)
        try:
            answer = shape.model_validate_json(json_text(written.text))
        except ValidationError as error:
            raise ProviderUnavailable(
                f"{written.model} was asked for the {question.name} and gave another form of answer "
                f"({'; '.join(_faults(error))}); it is asked again later",
                usage=written.usage,
                request_id=written.request_id,
            ) from error
        file = bench.folder / f"{question.name}.json"
        file.write_text(answer.model_dump_json(indent=1), encoding="utf-8")
        return Made(file=file, usage=written.usage, model=written.model, request_id=written.request_id)

    def _expect(self, question: Question, scenes: int) -> Usage:
        asked = len(question.system) + len(question.prompt) + (len(question.answer_schema) if self.bills_schemas else 0)
        written = expected_characters(question.name, scenes)
        return Usage.of(
            input_token=-(-asked // CHARACTERS_PER_TOKEN),
            output_token=-(-written // CHARACTERS_PER_TOKEN) + self.thinking_tokens,
        )


def _refuse_the_impossible(spec: PlanSpec) -> None:
    if not MIN_TARGET_SECONDS <= spec.target_seconds <= MAX_TARGET_SECONDS:
        raise BadSpec(
            f"a film of {spec.target_seconds} s cannot be planned: ask for {MIN_TARGET_SECONDS} to {MAX_TARGET_SECONDS} seconds"
        )


def _faults(error: ValidationError) -> Iterator[str]:
    """Say what does not fit, without repeating what was written."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    for one in found[:_NAMED_FAULTS]:
        place = ".".join(map(str, one["loc"])) or "answer"
        yield f"{place}: {one['msg'].lower()}"
    if len(found) > _NAMED_FAULTS:
        yield f"and {len(found) - _NAMED_FAULTS} more"
