from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from blocks.domain.audience import Privacy
from blocks.domain.money import Receipt, Usage
from blocks.domain.products import PictureFacts, Product, Provenance, SoundFacts, Word
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Actor, Status
from blocks.errors import BadSpec, TerminalError
from blocks.results import entries, queries, queue
from blocks.results.database import engine_of
from blocks.results.tables import PurchaseRow, VideoRow
from blocks.results.values import Failure

FILM = VideoName(channel="demo", slug="foxes")
REQUEST = VideoRequest(topic="foxes in winter")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

OPEN_PURCHASE = {
    "key": "k1",
    "channel": FILM.channel,
    "slug": FILM.slug,
    "step": "still",
    "maker": "offline",
    "account": "",
    "state": "begun",
    "estimate": {},
    "evidence": {},
    "begun_at": NOON,
}


def product(key="k1", digit="a", size_bytes=10):
    return Product(
        key=key,
        step="still",
        address=f"{digit * 64}.png",
        size_bytes=size_bytes,
        facts=PictureFacts(width_px=1920, height_px=1080, has_alpha=False),
        provenance=Provenance(maker="offline", model="painter 1", spec='{"prompt":"fox"}', request_id="r-1"),
    )


def receipt(key="k1", cost=Decimal("0.0336"), delivered=True):
    return Receipt(
        key=key,
        channel=FILM.channel,
        video=FILM.slug,
        step="still",
        maker="offline",
        usage=Usage.of(picture=1),
        cost_usd=cost,
        delivered=delivered,
        request_id=None,
        at=NOON,
    )


@pytest.fixture
def table(results_table):
    with results_table.open() as session:
        entries.open_film(session, FILM, REQUEST, "Foxes")
    return results_table


def read(table, query, *arguments):
    with table.open() as session:
        return query(session, *arguments)


def write(table, entry, *arguments):
    with table.open() as session:
        return entry(session, *arguments)


def test_a_product_comes_back_as_it_was_recorded(table):
    speech = product("k2", "b").model_copy(
        update={
            "facts": SoundFacts(samples=48_000, sample_rate_hz=48_000, channels=1, loudness_lufs=None),
            "words": (Word(text="fox", start_s=0.1, end_s=0.4),),
        }
    )
    table.record(speech, receipt("k2"))
    assert read(table, queries.find_product, "k2") == speech
    assert read(table, queries.find_product, "nothing") is None


def test_a_receipt_comes_back_as_it_was_recorded_with_its_money_exact(table):
    odd = receipt(cost=Decimal("0.033600000000000001"))
    table.record(product(), odd)
    assert read(table, queries.receipts_of, FILM) == (odd,)


@pytest.mark.parametrize("purchase", [None, "0" * 32])
def test_a_call_that_is_written_down_twice_has_one_receipt(table, purchase):
    once = receipt().model_copy(update={"purchase": purchase})
    if purchase is not None:
        with table.open() as session:
            session.add(PurchaseRow(**OPEN_PURCHASE, number=purchase))
    for _ in range(2):
        table.record(product(), once)
    assert len(read(table, queries.receipts_of, FILM)) == 1


def test_a_product_made_again_gives_way_and_both_receipts_stay(table):
    table.record(product(size_bytes=10), receipt())
    table.record(product(digit="b", size_bytes=20), receipt().model_copy(update={"at": NOON + timedelta(hours=1)}))
    assert read(table, queries.find_product, "k1") == product(digit="b", size_bytes=20)
    assert len(read(table, queries.receipts_of, FILM)) == 2


def test_a_step_without_a_maker_leaves_no_receipt(table):
    table.record(product(), None)
    assert read(table, queries.find_product, "k1") is not None
    assert read(table, queries.receipts_of, FILM) == ()


def test_product_and_receipt_are_written_both_or_neither(table):
    unwritable = receipt().model_copy(update={"request_id": "a\x00b"})
    with pytest.raises(TerminalError):
        table.record(product(), unwritable)
    assert read(table, queries.find_product, "k1") is None
    assert read(table, queries.receipts_of, FILM) == ()


def test_a_billed_failure_leaves_a_receipt_that_says_so(table):
    table.bill(receipt(cost=Decimal("0.5")))
    assert [kept.delivered for kept in read(table, queries.receipts_of, FILM)] == [False]
    assert read(table, queries.cost_of, FILM) == Decimal("0.5")


def test_the_cost_of_a_film_is_unknown_when_one_price_is(table):
    assert read(table, queries.cost_of, FILM) == Decimal(0)
    table.record(product(), receipt())
    table.record(product("k2", "b"), receipt("k2"))
    assert read(table, queries.cost_of, FILM) == Decimal("0.0672")
    table.record(product("k3", "c"), receipt("k3", cost=None))
    assert read(table, queries.cost_of, FILM) is None


def test_two_films_share_a_product_under_names_of_their_own(table):
    other = VideoName(channel="demo", slug="owls")
    table.record(product(), receipt())
    with table.open() as session:
        entries.open_film(session, other, REQUEST, "Owls")
        entries.link_product(session, FILM, "assets/fox.png", "k1")
        entries.link_product(session, other, "assets/guest.png", "k1")
    assert [(item.name, item.product.key) for item in read(table, queries.products_of, FILM)] == [("assets/fox.png", "k1")]
    assert [item.name for item in read(table, queries.products_of, other)] == ["assets/guest.png"]


def test_a_name_takes_its_new_product(table):
    table.record(product(), receipt())
    table.record(product("k2", "b"), receipt("k2"))
    write(table, entries.link_product, FILM, "assets/fox.png", "k1")
    write(table, entries.link_product, FILM, "assets/fox.png", "k2")
    assert [item.product.key for item in read(table, queries.products_of, FILM)] == ["k2"]


def test_a_link_to_what_was_never_made_or_from_no_film_is_refused(table):
    with pytest.raises(BadSpec, match="no such product"):
        write(table, entries.link_product, FILM, "assets/fox.png", "never")
    with pytest.raises(BadSpec, match="there is no film demo/owls"):
        write(table, entries.link_product, VideoName(channel="demo", slug="owls"), "assets/fox.png", "k1")


def test_a_new_film_is_a_draft_until_a_person_asks(table):
    assert read(table, queries.film, FILM).status is Status.DRAFT
    assert write(table, entries.queue_film, FILM, "asked for") is Status.QUEUED
    assert [(move.who, move.frm, move.to) for move in read(table, queries.moves_of, FILM)] == [
        (Actor.PERSON, None, Status.DRAFT),
        (Actor.PERSON, Status.DRAFT, Status.QUEUED),
    ]


def test_a_film_asked_for_again_keeps_its_state_and_takes_the_new_request(table):
    write(table, entries.queue_film, FILM, "asked for")
    write(table, entries.advance_film, FILM, Status.GENERATING_ASSETS, "first picture")
    write(table, entries.open_film, FILM, VideoRequest(topic="foxes in spring"), "Foxes in spring")
    assert write(table, entries.queue_film, FILM, "again") is Status.GENERATING_ASSETS
    film = read(table, queries.film, FILM)
    assert (film.title, film.request.topic) == ("Foxes in spring", "foxes in spring")


def test_a_run_that_passes_finished_stages_moves_nothing_backwards(table):
    write(table, entries.queue_film, FILM, "asked for")
    for status in (Status.GENERATING_ASSETS, Status.GENERATING_VIDEO):
        write(table, entries.advance_film, FILM, status, "on")
    assert write(table, entries.advance_film, FILM, Status.GENERATING_ASSETS, "again") is Status.GENERATING_VIDEO
    assert len(read(table, queries.moves_of, FILM)) == 4


def test_a_move_the_table_does_not_hold_is_refused_and_leaves_no_trace(table):
    with pytest.raises(BadSpec, match='demo/foxes: the system cannot move a film from "Draft" to "Published"'):
        write(table, entries.move_film, FILM, Status.PUBLISHED, Actor.SYSTEM, "hope")
    assert read(table, queries.film, FILM).status is Status.DRAFT
    assert len(read(table, queries.moves_of, FILM)) == 1


def test_a_move_clears_the_progress_text(table):
    write(table, entries.queue_film, FILM, "asked for")
    write(table, entries.note_progress, FILM, "clip 5 of 18")
    assert read(table, queries.film, FILM).progress == "clip 5 of 18"
    write(table, entries.advance_film, FILM, Status.GENERATING_ASSETS, "on")
    assert read(table, queries.film, FILM).progress == ""


def test_the_first_error_of_a_film_stays_when_others_follow(table):
    write(table, entries.queue_film, FILM, "asked for")
    for status in (Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.GENERATING_AUDIO):
        write(table, entries.advance_film, FILM, status, "on")
    write(table, entries.fail_film, FILM, Status.ERROR_NARRATION, "no voice")
    assert write(table, entries.fail_film, FILM, Status.ERROR_SOUND_EFFECTS, "no wind") is Status.ERROR_NARRATION


def test_two_moves_at_the_same_moment_are_one_move(table):
    write(table, entries.queue_film, FILM, "asked for")
    with ThreadPoolExecutor(8) as threads:
        states = threads.map(
            lambda _: write(table, entries.advance_film, FILM, Status.GENERATING_ASSETS, "on"), range(8)
        )  # fmt: skip
        assert set(states) == {Status.GENERATING_ASSETS}
    assert len(read(table, queries.moves_of, FILM)) == 3


def test_the_books_of_a_film_hold_storyboard_master_and_address(table):
    write(table, entries.note_master, FILM, f"{'d' * 64}.mp4")
    write(table, entries.note_published, FILM, "https://example.org/film")
    film = read(table, queries.film, FILM)
    assert (film.master, film.published_url, film.storyboard) == (f"{'d' * 64}.mp4", "https://example.org/film", None)
    assert film.updated_at >= film.created_at


def test_an_unknown_film_is_refused_by_name(results_table):
    with pytest.raises(BadSpec, match="there is no film demo/foxes"):
        read(results_table, queries.film, FILM)


def test_the_latest_error_of_a_film_is_found_with_all_its_fields(results_table):
    failure = Failure(
        at=NOON, step="clip", item="scene 3", kind="RateLimited", message="slow down", request_id="r-9", attempt=3,
        next_try_at=NOON.replace(hour=13), action="nothing to do",
    )  # fmt: skip
    assert read(results_table, queries.last_error, FILM) is None
    write(results_table, entries.record_error, FILM, failure.model_copy(update={"item": "scene 1"}))
    write(results_table, entries.record_error, FILM, failure)
    assert read(results_table, queries.last_error, FILM) == failure


def test_a_provider_message_with_a_zero_byte_is_still_written_down(results_table):
    failure = Failure(at=NOON, step="clip", item="", kind="MediaError", message="bad\x00byte", action="look")
    write(results_table, entries.record_error, FILM, failure)
    assert read(results_table, queries.last_error, FILM).message == "badbyte"


@pytest.mark.parametrize("name", ["receipts", "status_moves", "errors"])
@pytest.mark.parametrize("change", ["UPDATE {} SET slug = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_itself_refuses_to_change_what_is_written_once(table, name, change):
    with pytest.raises(DBAPIError, match="written once and kept"), engine_of(table.database).begin() as connection:
        connection.execute(text(change.format(name)))


EVENING = datetime(2099, 12, 1, 17, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def asked(table, request, **run):
    with table.open() as session:
        entries.open_film(session, FILM, request, "Foxes", **run)
        return queries.film(session, FILM).request


def test_a_film_that_is_to_become_public_at_a_moment_that_is_past_is_not_opened(results_table):
    with pytest.raises(BadSpec, match="demo/foxes: it cannot be published at 2020-01-01 00:00 UTC, which is past"):
        asked(results_table, REQUEST.model_copy(update={"publish_at": LONG_AGO}))
    with pytest.raises(BadSpec, match="no film"):
        read(results_table, queries.film, FILM)


def test_a_film_that_is_asked_for_again_may_keep_a_moment_that_has_passed_meanwhile(table):
    late = REQUEST.model_copy(update={"publish_at": LONG_AGO})
    with table.open() as session:
        session.execute(update(VideoRow).values(request=late.model_dump(mode="json")))

    assert asked(table, late) == late


def test_a_draft_is_made_whenever_its_film_becomes_public(results_table):
    with results_table.open() as session:
        entries.open_film(session, FILM.draft, REQUEST.model_copy(update={"publish_at": LONG_AGO}), "Foxes")


def test_what_a_person_said_of_the_showing_since_a_run_began_outlives_the_run_s_own_word(table):
    write(table, queue.note_run, FILM, "run 1")
    write(table, entries.show_film, FILM, None, EVENING)

    assert asked(table, REQUEST, run="run 1").publish_at == EVENING, "the run that goes on asks as it did before"
    assert asked(table, REQUEST, run="run 2").publish_at is None, "somebody asked anew"
    write(table, entries.show_film, FILM, None, EVENING)
    assert asked(table, REQUEST).publish_at is None


@pytest.mark.parametrize("past", [Status.UPLOADING, Status.PUBLISHED])
def test_once_publishing_has_begun_the_showing_stays(table, past):
    with table.open() as session:
        session.execute(update(VideoRow).values(status=past.value))

    with pytest.raises(BadSpec, match=f'it is too late to say who may watch demo/foxes, or when, for it is at "{past}"'):
        write(table, entries.show_film, FILM, Privacy.PUBLIC, None)
    assert read(table, queries.film, FILM).request.privacy is None


@pytest.mark.parametrize(
    ("privacy", "publish_at", "why"), [(Privacy.PUBLIC, EVENING, "private until then"), (None, LONG_AGO, "which is past")]
)
def test_a_showing_that_cannot_be_is_refused(table, privacy, publish_at, why):
    with pytest.raises(BadSpec, match=why):
        write(table, entries.show_film, FILM, privacy, publish_at)
