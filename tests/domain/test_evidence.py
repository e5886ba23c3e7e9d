"""The evidence of a film, as people and machines read it."""

from datetime import UTC, datetime

from blocks.domain.evidence import Disclosure, Evidence, EvidenceSpec, Generated, Move, Supplied, tools_of, write_evidence
from blocks.domain.gates import Gate
from blocks.domain.provenance import MADE_BY_MODELS
from blocks.domain.verdicts import Decision, Retake, Verdict

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
CLIP = Generated(
    name="videos/clip_01.mp4",
    step="clip",
    maker="kie",
    model="kling 3",
    prompt_sha256="a" * 64,
    sha256="b" * 64,
    size_bytes=7,
    made_at=AT,
    request_id="task-17",
    is_in_film=True,
)
MASTER = CLIP.model_copy(
    update={"name": "fox_final.mp4", "step": "master", "maker": "local", "model": "ffmpeg 9", "prompt_sha256": None}
)
VERDICT = Verdict(
    gate=Gate.CLIPS,
    turn=1,
    shown="c" * 64,
    decision=Decision.REJECT,
    retakes=(Retake(item="clip 1", reason="five legs"),),
    note="nearly | there\n<b>",
    who="Ada",
    at=AT,
)
EVIDENCE = Evidence(
    channel="nature",
    channel_name="Nature",
    slug="fox",
    title="A Fox",
    url="https://www.youtube.com/watch?v=abc",
    publisher="youtube",
    published_at=AT,
    master="d" * 64 + ".mp4",
    film="e" * 64 + ".mp4",
    tools=tools_of((CLIP, MASTER, MASTER)),
    products=(CLIP, MASTER),
    supplied=Supplied(topic="a fox in the snow", files=("videos/outro.mp4",)),
    verdicts=(VERDICT,),
    moves=(Move(at=AT, to="Queued", why="asked for"),),
    disclosure=Disclosure(
        synthetic=True,
        manifest="urn:c2pa:1",
        source_types=(MADE_BY_MODELS,),
        is_intact=True,
        ingredients=12,
        certificate="f" * 64,
        label="Made with AI",
    ),
)


def written(evidence: Evidence = EVIDENCE) -> str:
    return write_evidence(EvidenceSpec(form="md", evidence=evidence))


def line_with(words: str, text: str) -> str:
    return next(line for line in text.splitlines() if words in line)


def test_machines_read_back_what_was_written():
    assert Evidence.model_validate_json(write_evidence(EvidenceSpec(form="json", evidence=EVIDENCE))) == EVIDENCE


def test_people_read_who_made_each_file():
    row = line_with("videos/clip_01.mp4", written())

    assert all(fact in row for fact in ("| yes |", "kie", "kling 3", "task-17", "a" * 64, "b" * 64, "2026-11-23 12:30:00 UTC"))


def test_people_read_what_was_decided_whatever_was_typed_into_the_note():
    row = line_with("Ada", written())

    assert "clip 1: five legs" in row
    assert r"nearly \| there &lt;b>" in row


def test_people_read_what_the_audience_is_told():
    text = written()

    assert "it is synthetic" in text
    assert "content credentials (C2PA) with 12 parts, verified" in text
    assert "- On the picture: Made with AI." in text


def test_a_film_that_tells_nothing_says_so():
    text = written(EVIDENCE.model_copy(update={"disclosure": Disclosure(synthetic=False, manifest=None)}))

    assert "it is not synthetic, as the storyboard says" in text
    assert "it was not signed" in text
    assert "- On the picture: nothing." in text


def test_what_does_not_verify_is_not_passed_over():
    broken = EVIDENCE.disclosure.model_copy(update={"is_intact": False})

    assert "DID NOT VERIFY" in written(EVIDENCE.model_copy(update={"disclosure": broken}))


def test_a_film_without_gates_and_wishes_says_so():
    text = written(EVIDENCE.model_copy(update={"verdicts": (), "supplied": Supplied()}))

    assert "No gate waited for a person." in text
    assert "Nothing is on record." in text


def test_each_tool_is_named_once():
    assert EVIDENCE.tools == ("master: ffmpeg 9",)
