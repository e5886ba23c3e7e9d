import itertools
import pickle

import pytest

from blocks.domain.status import LINE, Actor, MoveRefused, Status, allowed_moves, check_move, is_ahead, move_table


def moves(frm, who):
    return set(allowed_moves(frm, who))


def test_there_are_27_statuses_and_their_values_are_the_words_people_read():
    assert len(Status) == 27
    assert [status.value for status in Status if status.is_error] == [
        f"Error: {name}"
        for name in (
            "Invalid Input", "Storyboard", "Assets", "Composites", "Video", "Narration", "Sound Effects", "Assembly", "Upload",
            "Credentials", "Quota",
        )
    ]  # fmt: skip
    assert {Status.APPROVED_ASSETS.value, Status.ASSEMBLY_COMPLETE.value} == {"Approved - Assets", "Assembly Complete"}


@pytest.mark.parametrize("gates_are_manual", [True, False])
def test_a_film_can_walk_the_whole_line(gates_are_manual):
    gates = {status for status in LINE if status.value.endswith(" Ready") or status.value.startswith("Approved")}
    walk = [status for status in LINE if gates_are_manual or status not in gates]
    for frm, to in itertools.pairwise(walk):
        by_person = frm is Status.DRAFT or to.value.startswith("Approved")
        check_move(frm, to, Actor.PERSON if by_person else Actor.SYSTEM)


@pytest.mark.parametrize("gate", [Status.ASSETS_READY, Status.VIDEO_READY, Status.AUDIO_READY, Status.ASSEMBLY_COMPLETE])
def test_a_gate_can_ask_anew_from_everywhere_behind_it_until_the_film_is_published(gate):
    behind = LINE[LINE.index(gate) + 1 : LINE.index(Status.PUBLISHED)]
    assert all(gate in moves(status, Actor.SYSTEM) for status in behind)
    assert gate not in moves(Status.PUBLISHED, Actor.SYSTEM)


def test_the_last_gate_can_send_a_film_back_to_every_stage():
    stages = {Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.GENERATING_AUDIO, Status.ASSEMBLING}
    assert stages < moves(Status.ASSEMBLY_COMPLETE, Actor.PERSON)


def test_only_a_person_approves():
    approvals = [who for (_, to), who in move_table().items() if to.value.startswith("Approved")]
    assert approvals == [{Actor.PERSON}] * 3


def test_the_system_never_queues_a_draft():
    with pytest.raises(MoveRefused):
        check_move(Status.DRAFT, Status.QUEUED, Actor.SYSTEM)


def test_a_refused_move_names_both_states_and_what_is_allowed():
    with pytest.raises(MoveRefused) as refused:
        check_move(Status.ASSETS_READY, Status.PUBLISHED, Actor.PERSON)
    message = str(refused.value)
    assert '"Assets Ready"' in message
    assert '"Published"' in message
    assert message.endswith('"Generating Assets", "Approved - Assets", "Cancelled"')


def test_a_refusal_survives_pickling():
    refusal = MoveRefused(Status.DRAFT, Status.PUBLISHED, Actor.SYSTEM)
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


def test_a_person_can_cancel_anything_that_is_not_cancelled():
    assert [status for status in Status if Status.CANCELLED not in moves(status, Actor.PERSON)] == [Status.CANCELLED]


def test_a_person_can_ask_again_for_every_film_that_rests():
    resting = {status for status in Status if status.is_resting}
    assert resting == {status for status in Status if Status.QUEUED in moves(status, Actor.PERSON)}
    assert {Status.DRAFT, Status.PUBLISHED, Status.CANCELLED, Status.ERROR_QUOTA} < resting
    assert Status.GENERATING_VIDEO not in resting


def test_a_person_can_send_an_error_back_to_the_stage_it_arose_in():
    assert Status.GENERATING_AUDIO in moves(Status.ERROR_NARRATION, Actor.PERSON)
    assert Status.GENERATING_VIDEO in moves(Status.ERROR_COMPOSITES, Actor.PERSON)
    assert Status.UPLOADING in moves(Status.ERROR_UPLOAD, Actor.PERSON)


def test_a_quota_error_heals_without_a_person():
    check_move(Status.ERROR_QUOTA, Status.QUEUED, Actor.SYSTEM)


def test_an_error_is_possible_only_for_stages_that_have_begun():
    assert Status.ERROR_NARRATION not in moves(Status.GENERATING_ASSETS, Actor.SYSTEM)
    assert Status.ERROR_NARRATION in moves(Status.APPROVED_VIDEO, Actor.SYSTEM)
    assert Status.ERROR_ASSETS in moves(Status.GENERATING_AUDIO, Actor.SYSTEM), "an earlier picture may have to be made again"


def test_every_status_can_be_reached_and_every_working_stage_can_fail():
    assert {to for _, to in move_table()} | {Status.DRAFT} == set(Status)
    working = [status for status in LINE if status.value.endswith("ing") or status.value.startswith("Generating")]
    assert len(working) == 5
    assert all(any(to.is_error for to in allowed_moves(status, Actor.SYSTEM)) for status in working)


def test_nothing_leads_out_of_a_finished_film_without_a_person():
    for status in (Status.PUBLISHED, Status.CANCELLED):
        assert allowed_moves(status, Actor.SYSTEM) == ()


def test_ahead_follows_the_line_and_errors_are_ahead_of_nothing():
    assert is_ahead(Status.GENERATING_VIDEO, Status.GENERATING_ASSETS)
    assert not is_ahead(Status.GENERATING_VIDEO, Status.GENERATING_VIDEO)
    assert not is_ahead(Status.QUEUED, Status.GENERATING_VIDEO)
    assert not any(is_ahead(status, Status.DRAFT) for status in Status if status not in LINE)
