"""What the console leaves out: the engine's own lines; and how it shows errors: the sentence, not the traceback."""

import logging

_ENGINE_LINES = (
    "Beginning flow run",
    "Beginning subflow run",
    "Finished in state",
    "Created task run",
    "View at ",
    "Starting temporary server",
    "Stopping temporary server",
    "Worker '",
    "Flow run '",
    "Process ",
    "Opening process",
    "Running 1 deployment pull step",
    "Executing deployment step",
    "Deployment step ",
    "All deployment steps",
    "Created a new engine",
    "Download complete",
)


class Brief(logging.Filter):
    """Keeps the console readable; Prefect's own log keeps everything."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the engine's lines, and cut an error down to its message."""
        if record.levelno <= logging.INFO:
            return not record.getMessage().startswith(_ENGINE_LINES)
        if record.name in {"prefect.flow_runs", "prefect.task_runs"} and record.exc_info and record.exc_info[1] is not None:
            # The same error is told by the task, its flow, and every flow above; the one who started the run tells it once.
            return False
        return not str(record.msg).startswith("Finished in state")
