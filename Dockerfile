# One image for Prefect's server, for setting up, and for workers: see docs/more-machines.md.
FROM python:3.12-slim AS packages

COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /requirements.lock

FROM python:3.12-slim

# FFmpeg, the voice and the fonts come with the packages and the project; nothing of the system is needed beside Python.
RUN useradd --uid 10001 --create-home studio \
    && install -d -o studio -g studio /app /app/studio /app/.prefect /home/studio/.cache

COPY --from=packages /venv /venv

ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=1
WORKDIR /app

COPY pyproject.toml prefect.yaml LICENSE ./
COPY docs/samples docs/samples
COPY blocks blocks
COPY tasks tasks
COPY flows flows
COPY deployments deployments

USER 10001:10001

# A worker unless told otherwise. Without an entry point, so that Kubernetes' `args` are the command.
CMD ["python", "-m", "prefect", "worker", "start", "--pool", "studio", "--with-healthcheck"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=8)"]
