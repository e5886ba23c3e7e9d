"""Publishing the finished film."""

from prefect import task

from blocks.capabilities.publisher import Publisher
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo, Step
from blocks.studio import RESULTS_BLOCK, Studio
from tasks.generation import remembered
from tasks.retries import RETRIES, RETRY_DELAYS_S, RETRY_JITTER, RetryDelays, is_worth_retrying


@task(
    name=Step.PUBLISHED,
    cache_policy=remembered(Step.PUBLISHED),
    persist_result=True,
    result_storage=RESULTS_BLOCK,
    result_serializer="json",
    cache_result_in_memory=False,
    retries=RETRIES,
    retry_delay_seconds=RetryDelays(RETRY_DELAYS_S),
    retry_jitter_factor=RETRY_JITTER,
    retry_condition_fn=is_worth_retrying,
)
def publish_film(spec: PublishSpec, maker: Publisher, studio: Studio) -> PublishedVideo:
    """Publish one film, once: the same film to the same place is remembered."""
    with studio.bench() as bench:
        return maker.publish(spec, bench)
