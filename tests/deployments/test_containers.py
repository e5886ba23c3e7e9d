"""The files for containers say what the code and Prefect understand; there is no engine to run them on here."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate as AskedFor
from prefect.server.schemas.actions import WorkPoolCreate
from prefect.settings.legacy import _get_settings_fields
from prefect.settings.models.root import Settings
from prefect.utilities.schema_tools.validation import validate
from prefect.utilities.templating import apply_values, find_placeholders

from deployments.key_file import VARIABLE
from deployments.pool import POOL, QUEUES, make_pool
from deployments.releases import entries
from deployments.shared import SharedThings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("ai-video-generator")}
SAMPLE = (ROOT / "docs/samples/compose.env").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
TEMPLATE = json.loads((ROOT / "deployments/kubernetes.json").read_text())
OF_OTHERS = {
    "database": {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"},
    "bucket": {"BUCKET", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"},
}


def variables_of_the_studio() -> set[str]:
    return {f"STUDIO_{field.upper()}" for field in SharedThings.model_fields}


def variables_of_prefect() -> set[str]:
    return {name for name in _get_settings_fields(Settings) if name.startswith("PREFECT_")} | {VARIABLE}


def instructions(word: str) -> list[list[str]]:
    return [line.split()[1:] for line in DOCKERFILE if line.startswith(f"{word} ")]


def copied() -> list[str]:
    """The files and folders of the project that the image holds."""
    sources = [part for words in instructions("COPY") if not words[0].startswith("--from") for part in words[:-1]]
    return [source.removeprefix("./") for source in sources]


def reaches_the_builder(path: str) -> bool:
    """Read .dockerignore as the builder does: the last line that matches a path, or a folder above it, decides."""
    parts = path.split("/")
    above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    taken = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").removeprefix("**/")
        anywhere = line.removeprefix("!").startswith("**/")
        names = parts if anywhere else [step for step in above if step.count("/") == pattern.count("/")]
        if any(fnmatchcase(name, pattern) for name in names):
            taken = line.startswith("!")
    return taken


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_variable_that_a_container_gets_is_one_that_its_program_knows(name: str) -> None:
    known = OF_OTHERS.get(name, variables_of_the_studio() | variables_of_prefect())

    assert set(COMPOSE["services"][name].get("environment", {})) <= known


def test_every_variable_of_compose_is_explained_in_the_sample_and_used() -> None:
    code = "\n".join(line for line in (ROOT / "compose.yaml").read_text().splitlines() if not line.lstrip().startswith("#"))
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", code))
    offered = set(re.findall(r"^([A-Z0-9_]+)=", SAMPLE, re.MULTILINE))

    assert used == offered
    for name in offered:
        before = SAMPLE.split(f"\n{name}=")[0].rsplit("\n\n", 1)[-1]
        assert "# " in before, name


def test_the_sample_holds_no_secret_and_compose_refuses_to_start_without_one() -> None:
    for name in ("POSTGRES_PASSWORD", "STUDIO_AUTH", VARIABLE):
        assert re.search(rf"^{name}=$", SAMPLE, re.MULTILINE)
        assert re.search(rf"\$\{{{name}:\?", (ROOT / "compose.yaml").read_text())


def test_nothing_listens_beyond_this_host_unless_told() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]

    assert ports
    assert all(re.fullmatch(r"\$\{[A-Z_]+:-127\.0\.0\.1:\d+\}:\d+", port) for port in ports)


def test_services_wait_for_what_they_need() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] in {"service_healthy", "service_completed_successfully"}
            if how["condition"] == "service_healthy":
                assert "test" in services[needed]["healthcheck"], (name, needed)
    assert {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])} == set(
        COMPOSE["volumes"]
    )


def test_everything_of_ours_runs_a_module_that_is_in_the_image() -> None:
    for service in OURS.values():
        command = service.get("command", ["python", "-m", "prefect"])
        assert command[:2] == ["python", "-m"]
        package, _, module = command[2].partition(".")
        assert package == "prefect" or (package in copied() and (ROOT / package / f"{module or '__main__'}.py").is_file())


def test_the_image_holds_all_that_the_flows_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [
        *project["tool"]["mypy"]["packages"],
        "pyproject.toml",
        "prefect.yaml",
        "docs/samples/short.yaml",
        project["tool"]["prefect"]["logging"]["config_path"],
        *(entry.entrypoint.partition(":")[0] for entry in entries(ROOT)),
    ]

    for source in copied():
        assert (ROOT / source).exists()
        assert reaches_the_builder(source)
    for file in needed:
        assert any(file == source or file.startswith(f"{source}/") for source in copied()), file
        assert reaches_the_builder(file)


@pytest.mark.parametrize(
    "secret",
    [
        ".env",
        ".git/config",
        ".prefect/blocks.key",
        ".prefect/prefect.db",
        "studio/products/ab/film.mp4",
        ".venv/bin/python",
        "docs/samples/compose.env",
        "docs/samples/.env",
        "blocks/.env",
        "deployments/blocks.key",
        "blocks/__pycache__/errors.cpython-312.pyc",
        "tests/conftest.py",
    ],
)
def test_no_secret_and_nothing_that_was_made_reaches_the_builder(secret: str) -> None:
    assert not reaches_the_builder(secret)


def test_packages_are_those_of_the_lock_by_their_hashes() -> None:
    [install] = [line for line in DOCKERFILE if "pip install" in line]
    lock = (ROOT / "requirements.lock").read_text()

    assert "--require-hashes --no-deps -r /requirements.lock" in install
    for requirement in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in requirement


def test_the_image_runs_as_nobody_special_and_keeps_no_secret() -> None:
    users = instructions("USER")
    named = {name for words in instructions("ENV") for name in re.findall(r"([A-Z_]+)=", " ".join(words))}

    assert users == [["10001:10001"]]
    assert DOCKERFILE.index("USER 10001:10001") > max(i for i, line in enumerate(DOCKERFILE) if line.startswith(("COPY", "RUN")))
    assert instructions("ARG") == []
    assert named == {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "DO_NOT_TRACK"}


def test_prefect_takes_the_template_of_kubernetes() -> None:
    variables = TEMPLATE["variables"]
    defaults = {name: field["default"] for name, field in variables["properties"].items() if "default" in field}

    WorkPoolCreate(name="studio", type="kubernetes", base_job_template=TEMPLATE)
    validate(defaults, variables, raise_on_error=True, preprocess=True)
    used = {placeholder.name for placeholder in find_placeholders(json.dumps(TEMPLATE["job_configuration"]))}
    assert used == set(variables["properties"])


def test_a_job_of_kubernetes_is_modest() -> None:
    properties = TEMPLATE["variables"]["properties"]
    defaults = {name: field["default"] for name, field in properties.items() if field.get("default") is not None}
    job = apply_values(TEMPLATE["job_configuration"]["job_manifest"], defaults)["spec"]
    pod = job["template"]["spec"]
    [container] = pod["containers"]

    assert job["ttlSecondsAfterFinished"] == 3600
    assert job["backoffLimit"] == 0
    assert pod["restartPolicy"] == "Never"
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["envFrom"] == [{"secretRef": {"name": "studio"}}]
    assert (
        set(container["resources"]["limits"]) == set(container["resources"]["requests"]) == {"cpu", "memory", "ephemeral-storage"}
    )
    assert container["volumeMounts"][0]["mountPath"] == "/app/studio"
    room_gb = int(defaults["disk_limit"].removesuffix("Gi"))
    assert room_gb >= SharedThings.model_fields["s3_cache_gb"].default + 5


def test_setting_up_leaves_a_pool_of_kubernetes_as_it_is(prefect_api: str) -> None:
    async def make() -> tuple[list[str], str, object]:
        async with get_client() as client:
            await client.create_work_pool(AskedFor(name=POOL, type="kubernetes", base_job_template=TEMPLATE))
            try:
                changed = await make_pool(client, ROOT)
                pool = await client.read_work_pool(POOL)
            finally:
                await client.delete_work_pool(POOL)
        return changed, pool.type, pool.base_job_template

    changed, kind, template = asyncio.run(make())

    assert changed == [f"queue {name}: made" for name in QUEUES]
    assert (kind, template) == ("kubernetes", TEMPLATE)
