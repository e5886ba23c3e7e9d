"""The offline planner: any idea becomes a storyboard that passes every check."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.domain.checks import find_problems
from blocks.domain.creatures import CREATURE_WORDS
from blocks.domain.draft import draft_of, whole
from blocks.domain.pacing import count_words, film_seconds
from blocks.domain.planning.ambience import write_effect
from blocks.domain.planning.budget import MAX_TARGET_SECONDS, MIN_TARGET_SECONDS, beats_of, make_budget
from blocks.domain.planning.cast import ROLE_LINES, Player, Role, find_heroes, find_players, role_of, say_of
from blocks.domain.planning.cleaning import clean_phrase, clean_sentences
from blocks.domain.planning.directions import to_statement
from blocks.domain.planning.motion import choose_camera, write_motion
from blocks.domain.planning.pictures import describe
from blocks.domain.planning.planner import IdeaRefused, plan_storyboard
from blocks.domain.planning.setting import SKYLESS, Setting
from blocks.domain.planning.shortening import split_long
from blocks.domain.planning.voice import to_present, to_third_person
from blocks.domain.planning.wording import (
    BEAT_LINES,
    HOUR_LINES,
    INNER_LINES,
    PLACE_LINES,
    PLAIN_LINES,
    SHORT_LINES,
    WEATHER_LINES,
)
from blocks.domain.scene_checks import check_scene, find_person
from blocks.domain.scenery import Hour, Place, Season, Weather, read_scenery
from blocks.domain.soundscape import Sound, read_soundscape
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Beat, CompositeSeed, SplitSeed, Storyboard
from blocks.domain.subjects import Subject, find_subjects, subjects
from blocks.domain.things import THING_WORDS

STORM = (
    "A lighthouse keeper on a remote island prepares for the worst storm in decades. As the storm hits, the lamp fails and a "
    "ship heads for the rocks. He must relight the lamp by hand, and at dawn the ship passes safely."
)
ODD_TEXT = (
    "the a wolf wolves river walked was were and but, storm. night; I we you 1914 Shackleton -- (so) sailed which of snow from "
    "to between sea mountains! never? running had been seen by dark light's cafe naïve <b> “quote” e.g. Mr. U.S. 3.5 our "
    "yours US me. i'm"
)
LONG_TEXT = "the ship sails into a storm and waits of with because he who ran old,"


def plan(topic: str = "The keeper", direction: str = "", seconds: int = 60, **more: object) -> Storyboard:
    spec = PlanSpec(topic=topic, story_direction=direction, target_seconds=seconds, style_pack="silhouette", **more)
    return plan_storyboard(spec)


def subject_in(role: Role) -> Subject:
    named = [words.strong.split(",")[0].strip() for words in (*CREATURE_WORDS.values(), *THING_WORDS.values())]
    known = [subjects().find(name)[0].meaning for name in named if subjects().find(name)]
    return next(subject for subject in known if role_of(subject) is role)


def everything_the_planner_says() -> list[str]:
    banks = [*BEAT_LINES.values(), *HOUR_LINES.values(), *WEATHER_LINES.values(), *PLACE_LINES.values()]
    return [line for bank in (*banks, INNER_LINES, SHORT_LINES, PLAIN_LINES) for line in bank]


class TestAnyIdea:
    @settings(max_examples=60, deadline=None)
    @given(
        topic=st.text(min_size=1, max_size=120),
        direction=st.text(max_size=600),
        seconds=st.integers(MIN_TARGET_SECONDS, MAX_TARGET_SECONDS),
    )
    def test_any_text_is_planned_whole_or_refused_with_the_way_out(self, topic, direction, seconds):
        if clean_phrase(topic) or clean_sentences(direction):
            assert find_problems(plan(topic, direction, seconds)) == ()
        else:
            with pytest.raises(IdeaRefused, match="storyboard file"):
                plan(topic, direction, seconds)

    @settings(max_examples=60, deadline=None)
    @given(
        words=st.lists(
            st.sampled_from(ODD_TEXT.split()),
            min_size=1,
            max_size=120,
        ),
        seconds=st.integers(MIN_TARGET_SECONDS, 120),
    )
    def test_any_order_of_english_words_is_planned(self, words, seconds):
        assert find_problems(plan("Words", " ".join(words), seconds)) == ()

    @pytest.mark.parametrize("seconds", [*range(MIN_TARGET_SECONDS, 31), 45, 60, 90, 135, 200, MAX_TARGET_SECONDS])
    def test_every_length_is_met(self, seconds):
        board = plan("A lighthouse keeper", STORM, seconds)
        assert find_problems(board) == ()
        assert film_seconds(scene.narration for scene in board.scenes) == pytest.approx(seconds, rel=0.1)

    @pytest.mark.parametrize(
        "topic",
        [
            "1984",
            "Wölfe",
            "x",
            "How do eels find the Sargasso Sea?",
            "THE END",
            "What if?",
            "word " * 100,
            "- - a - -",
            "été 🌊 mer",
        ],
    )
    def test_odd_topics_are_planned_without_a_direction(self, topic):
        assert find_problems(plan(topic)) == ()

    @pytest.mark.parametrize(
        "direction",
        [
            "no marks at all " * 60,
            "One.",
            "A. B. C. D. E.",
            "x" * 5000,
            "# Heading\n\n- one\n- two\n",
            "1. 2. 3.",
            ", . ; !",
            "“Run,” he said.",
        ],
    )
    def test_odd_directions_are_planned(self, direction):
        assert find_problems(plan("The harbour", direction)) == ()

    def test_a_direction_of_fifty_thousand_characters_is_condensed(self):
        story = " ".join(f"On day {day} the walkers crossed a river and climbed ridge number {day * 3}." for day in range(700))
        board = plan("The long walk", story[:50_000], 90)
        assert find_problems(board) == ()
        assert board.scenes[0].narration.startswith("On day 0 the walkers cross a river")

    @pytest.mark.parametrize(("topic", "direction"), [("🌊🌊", ""), ("北京", "故宫很大。"), ("...", "!!!")])
    def test_an_idea_nobody_could_speak_is_refused(self, topic, direction):
        with pytest.raises(IdeaRefused, match="Latin letters"):
            plan(topic, direction)

    def test_another_language_is_refused(self):
        with pytest.raises(IdeaRefused, match="English only"):
            plan("Wölfe", language="de")

    @pytest.mark.parametrize("seconds", [-1, 0, 4, 451, 600])
    def test_a_length_out_of_reach_is_refused(self, seconds):
        with pytest.raises(IdeaRefused, match="5 to 450 seconds"):
            plan("Wolves", seconds=seconds)


class TestThePlan:
    def test_the_same_idea_gives_the_same_plan(self):
        assert plan("The keeper", STORM) == plan("The keeper", STORM)

    def test_another_take_says_the_planners_words_differently_and_keeps_the_storys(self):
        first, second = plan("The keeper", STORM), plan("The keeper", STORM, take=2)
        assert first != second
        assert first.scenes[0].narration == second.scenes[0].narration

    @pytest.mark.parametrize(("seconds", "scenes"), [(60, 8), (90, 12), (135, 18)])
    def test_a_scene_takes_about_seven_and_a_half_seconds(self, seconds, scenes):
        assert len(plan("Wolves", seconds=seconds).scenes) == scenes

    def test_three_sentences_are_told_in_order_between_the_planners_own(self):
        told = " ".join(scene.narration for scene in plan("The keeper", STORM).scenes)
        pieces = ["prepares for the worst storm", "the lamp fails", "must relight the lamp", "At dawn the ship passes safely."]
        assert [told.index(piece) for piece in pieces] == sorted(told.index(piece) for piece in pieces)

    def test_no_line_is_said_twice_in_a_short_film(self):
        lines = [scene.narration for scene in plan("Wolves", seconds=90).scenes]
        sentences = [part for line in lines for part in line.split(". ")]
        assert len(sentences) == len(set(sentences))

    def test_neighbouring_scenes_never_share_a_picture(self):
        for topic, direction in (
            ("The keeper", STORM),
            ("Wolves", ""),
            ("Quantum computing", ""),
            ("The night sea", "Night. Night at sea."),
        ):
            seeds = [scene.seed for scene in plan(topic, direction, 90).scenes]
            assert all(one != two for one, two in itertools.pairwise(seeds))

    def test_neighbouring_scenes_never_share_a_camera_move(self):
        moves = [scene.camera_move for scene in plan("The keeper", STORM, 135).scenes]
        assert all(one is not two for one, two in itertools.pairwise(moves))

    def test_the_storm_of_the_story_is_seen_and_heard(self):
        board = plan("The keeper", STORM)
        scene = next(one for one in board.scenes if "As the storm hits" in one.narration)
        assert isinstance(scene.seed, CompositeSeed)
        assert read_scenery(board.asset(scene.seed.background).prompt).weather is Weather.STORM
        assert Sound.STORM in [layer.sound for layer in read_soundscape(scene.effect_prompt)]
        assert [figure.asset for figure in scene.seed.figures] == ["ship"]

    def test_two_places_in_one_sentence_become_a_split(self):
        board = plan("The river", "The river runs from the mountains to the sea. Nobody stops it. It never sleeps.")
        seed = board.scenes[0].seed
        assert isinstance(seed, SplitSeed)
        assert read_scenery(board.asset(seed.first).prompt).place is Place.MOUNTAINS
        assert read_scenery(board.asset(seed.second).prompt).place is Place.SEA

    def test_a_hero_is_not_spoken_of_before_the_story_names_it(self):
        board = plan("The long winter", "Snow falls on the hut. Nobody comes for weeks. Then a wolf stands at the door.", 90)
        first = next(at for at, scene in enumerate(board.scenes) if "a wolf" in scene.narration)
        assert first > 0
        assert not any("wolf" in scene.narration for scene in board.scenes[:first])

    def test_a_film_about_a_weather_shows_it(self):
        board = plan("The northern lights")
        skies = [read_scenery(asset.prompt).weather for asset in board.assets]
        assert Weather.AURORA in skies

    def test_a_wished_title_is_kept(self):
        assert plan("Wolves", title="Seven Winters").video.title == "Seven Winters"

    def test_swimmers_are_shown_below_the_water(self):
        board = plan("The salmon", "A salmon hatches. The salmon swims on.")
        scene = board.scenes[0]
        assert isinstance(scene.seed, CompositeSeed)
        assert read_scenery(board.asset(scene.seed.background).prompt).place is Place.UNDERWATER


class TestRetelling:
    @pytest.mark.parametrize(
        ("past", "present"),
        [
            (
                "The keeper of the islands lit the lamp and climbed the stairs.",
                "The keeper of the islands lights the lamp and climbs the stairs.",
            ),
            ("In the morning the men left the harbour.", "In the morning the men leave the harbour."),
            ("The old abandoned village slept under snow.", "The old abandoned village sleeps under snow."),
            ("The wolf and the bear fought for three days.", "The wolf and the bear fight for three days."),
            ("They were tired, and their food was gone.", "They are tired, and their food is gone."),
            ("An old woman said it was the devil.", "An old woman says it is the devil."),
            ("She had never seen the sea.", "She has never seen the sea."),
            ("The men trapped inside waited for help.", "The men trapped inside wait for help."),
            ("The town destroyed by fire was rebuilt in ten years.", "The town destroyed by fire is rebuilt in ten years."),
            ("The ships that left in spring never returned.", "The ships that leave in spring never return."),
            ("Nobody could believe what they found.", "Nobody can believe what they find."),
            ("The bees didn't return to the hive.", "The bees don't return to the hive."),
            ("Each of the ships sank.", "Each of the ships sinks."),
            ("Three times he set out.", "Three times he sets out."),
            ("The men set out and the ships cut the ice.", "The men set out and the ships cut the ice."),
            ("The keeper must set the table and can cut the rope.", "The keeper must set the table and can cut the rope."),
            ("He melted lead, cut letters and failed for years.", "He melts lead, cuts letters and fails for years."),
            ("Lighthouses have guided ships for centuries.", "Lighthouses have guided ships for centuries."),
        ],
    )
    def test_the_past_is_told_as_if_it_happened_now(self, past, present):
        assert to_present(past) == present

    @pytest.mark.parametrize(
        "sentence",
        [
            "I am cold and my hands hurt.",
            "We know little, but you know less.",
            "Let us follow your father.",
            "It was ours, I said.",
        ],
    )
    def test_no_first_or_second_person_stays(self, sentence):
        assert find_person(to_present(to_third_person(sentence))) == ""

    @pytest.mark.parametrize(
        ("direction", "statement"),
        [
            ("Follow a lone wolf as it crosses the valley.", "A lone wolf crosses the valley."),
            ("Show how the pack hunts caribou in deep snow.", "The pack hunts caribou in deep snow."),
            ("Start with a lighthouse keeper climbing the stairs.", "A lighthouse keeper climbs the stairs."),
            ("End with the sun rising over calm water.", "The sun rises over calm water."),
            ("Let the river teach her its scent.", "The river teaches her its scent."),
            ("Explain why eels return to the sea.", "Eels return to the sea."),
            ("Show a small village by the sea.", "Here is a small village by the sea."),
            ("Make it hopeful and calm.", ""),
            ("The tone should be quiet.", ""),
            ("The story begins in a small town.", "The story begins in a small town."),
            ("It moves toward the sea.", "It moves toward the sea."),
        ],
    )
    def test_directions_to_the_film_maker_become_statements(self, direction, statement):
        assert to_statement(direction) == statement

    def test_a_long_sentence_is_split_where_it_holds_two(self):
        sentence = (
            "The ship was trapped in the ice of the Weddell Sea for ten months, and the crew had to camp on the drifting floes."
        )
        parts = split_long(sentence, 16)
        assert parts == [
            "The ship was trapped in the ice of the Weddell Sea for ten months.",
            "The crew had to camp on the drifting floes.",
        ]

    @given(
        st.lists(
            st.sampled_from(LONG_TEXT.split()),
            min_size=20,
            max_size=60,
        )
    )
    def test_no_part_of_a_long_sentence_is_too_long(self, words):
        assert all(count_words(part) <= 16 for part in split_long(" ".join(words) + ".", 16))

    def test_markdown_links_and_speech_are_left_out(self):
        text = "# Title\n- The *sea* is [wide](http://x.y).\n“Come with me,” he said.\nThe ship (a brig) sails—slowly.\n"
        assert clean_sentences(text) == ["Title.", "The sea is wide.", "The ship sails, slowly."]

    def test_an_animal_storys_leader_is_no_man(self):
        assert [hero.subject.figure for hero in find_heroes("The wolves lose their leader. The wolves go on.")] == ["wolf"]

    def test_a_person_is_known_by_name(self):
        hero = find_heroes("In Mainz Gutenberg built a press. Then Gutenberg failed.")[0]
        assert (hero.name, hero.is_named) == ("Gutenberg", True)

    def test_comparisons_name_nobody(self):
        assert find_players("Waves as high as houses fall like wolves.") == ()


class TestTheWordsOfThePlanner:
    @pytest.mark.parametrize("line", everything_the_planner_says())
    def test_a_line_is_third_person_and_short_enough_to_join(self, line):
        assert find_person(line) == ""
        assert count_words(line) <= 11
        assert line.endswith(".")

    @pytest.mark.parametrize(("role", "is_plural"), list(itertools.product(Role, (False, True))))
    def test_a_line_of_a_role_agrees_with_its_subject(self, role, is_plural):
        subject = subject_in(role)
        player = Player(subject=subject, name="old ones" if is_plural else "old one", noun="one", is_plural=is_plural)
        for line in ROLE_LINES[role]:
            said = say_of(line, player)
            assert "[" not in said
            assert "{" not in said

    @pytest.mark.parametrize("place", Place)
    def test_a_picture_reads_back_as_its_place_hour_and_weather(self, place):
        for hour, weather, season in itertools.product(Hour, Weather, (None, *Season)):
            if weather is Weather.AURORA and hour is not Hour.NIGHT:
                continue
            read = read_scenery(describe(Setting(place=place, hour=hour, weather=weather, season=season)))
            assert read.place is place
            if place not in SKYLESS:
                assert (read.hour, read.weather) == (hour, weather)

    @pytest.mark.parametrize("place", Place)
    def test_every_motion_prompt_and_effect_prompt_keeps_the_rules(self, place):
        board = plan("Wolves")
        draft = draft_of(board)
        for weather, role, at in itertools.product(Weather, (None, *Role), range(2)):
            setting = Setting(place=place, hour=Hour.NIGHT, weather=weather)
            subject = None if role is None else subject_in(role)
            player = None if subject is None else Player(subject=subject, name="one", noun="one", is_plural=False)
            move = choose_camera(at, 9, None, has_figure=player is not None)
            effect = write_effect(setting, [player] if player else [], at)
            changes = {"motion_prompt": write_motion(setting, player, move, at), "camera_move": move, "effect_prompt": effect}
            scene = board.scenes[0].model_copy(update=changes)
            assert list(check_scene(whole("scene 1", scene), draft)) == []
            assert 3 <= len(read_soundscape(effect)) <= 4

    def test_every_figure_prompt_reads_back_as_its_figure(self):
        text = (
            "A lighthouse keeper and two wolves saw a ship, an old oak, a castle, a bell, a train, a swan, a whale and "
            "a flock of birds."
        )
        board = plan("Many things", text, 90)
        figures = [asset for asset in board.assets if asset.needs_transparency]
        assert figures
        assert all(find_subjects(asset.prompt)[0].figure == asset.id for asset in figures)


class TestTheBudget:
    @pytest.mark.parametrize("seconds", range(MIN_TARGET_SECONDS, MAX_TARGET_SECONDS + 1, 7))
    def test_every_line_within_bounds_gives_a_film_within_bounds(self, seconds):
        budget = make_budget(seconds)
        assert 8 <= budget.least_line <= budget.most_line <= 16
        for words in (budget.least_line, budget.most_line):
            assert film_seconds(["word " * words] * budget.scenes) == pytest.approx(seconds, rel=0.1)

    @pytest.mark.parametrize("scenes", range(1, 61))
    def test_beats_come_in_order_and_all_five_from_five_scenes_on(self, scenes):
        beats = beats_of(scenes)
        order = [list(Beat).index(beat) for beat in beats]
        assert len(beats) == scenes
        assert order == sorted(order)
        assert scenes < 5 or set(beats) == set(Beat)
