"""Publishing the finished film."""

from blocks.capabilities.publisher import Publisher
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo, Step
from blocks.studio import Studio
from tasks.generation import remembered


@remembered(Step.PUBLISHED, "Publish one film, once.")
def publish_film(spec: PublishSpec, maker: Publisher, studio: Studio) -> PublishedVideo:
    """Publish one film, once: the same film to the same place is remembered."""
    with studio.bench() as bench:
        return maker.publish(spec, bench)
