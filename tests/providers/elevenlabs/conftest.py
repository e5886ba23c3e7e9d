"""ElevenLabs' makers before an emulated service."""

import pytest

from blocks.capabilities.bench import Bench
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.storage import LocalStorage
from tests.emulators.elevenlabs import NARRATOR_VOICE, served


@pytest.fixture(scope="module")
def server():
    with served() as vendor:
        yield vendor


@pytest.fixture
def elevenlabs(server):
    server.begin_anew()
    return server


@pytest.fixture
def bench(tmp_path):
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=tmp_path / "store"))


@pytest.fixture
def credentials(elevenlabs):
    return ElevenLabsCredentials(api_key="test-key", base_url=elevenlabs.url)


@pytest.fixture
def narrator(credentials):
    return ElevenLabsNarrator(credentials=credentials, voice_id=NARRATOR_VOICE)


@pytest.fixture
def designer(credentials):
    return ElevenLabsSoundDesigner(credentials=credentials)
