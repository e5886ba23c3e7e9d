"""The stage that plans the film."""

from prefect import flow, get_run_logger

from blocks.domain.checks import find_problems
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.errors import BadSpec
from blocks.estimate import plan_spec
from blocks.studio import open_studio
from tasks.artifacts import show_storyboard
from tasks.books import Failure, advance, note_storyboard, quote_idea, stop_film
from tasks.fan_out import Order, make_one
from tasks.planning import plan_film


@flow(name="write-storyboard", flow_run_name="{video}: storyboard")
async def write_storyboard(request: VideoRequest, video: VideoName) -> Storyboard:
    """Give the film's plan: the request's own, or one planned from its topic and story direction.

    Raises:
        BadSpec: the plan breaks rules; all of them are named, and nothing was made.
        BudgetExceeded: planning it and making what such a plan asks for would cost more than the channel allows.
    """
    studio = await open_studio(video)
    await advance(studio, Status.GENERATING_ASSETS)
    board = request.storyboard
    if board is None:
        spec = plan_spec(request, studio.channel)
        await quote_idea(spec, studio)
        order = Order(item="storyboard", name="storyboard", spec=spec)
        plan = await make_one(Step.STORYBOARD, plan_film, order, studio.channel.planner, studio)
        board = Storyboard.model_validate_json(studio.storage.open(plan.address).read_bytes())
    if problems := find_problems(board):
        error = BadSpec(f"the storyboard of {video} breaks {len(problems)} rules:", problems=problems)
        raise await stop_film(studio, Step.STORYBOARD, [Failure(item="storyboard", error=error)])
    await note_storyboard(studio, board)
    await show_storyboard(board)
    get_run_logger().info("planned: %s, %d scenes, %d pictures", board.video.title, len(board.scenes), len(board.assets))
    return board
