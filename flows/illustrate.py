"""The stage that makes the still pictures."""

from prefect import flow

from blocks.domain.layout import asset_name
from blocks.domain.products import Product
from blocks.domain.prompts import image_spec
from blocks.domain.request import VideoName
from blocks.domain.specs import ImageSpec
from blocks.domain.stages import Step, Stills
from blocks.domain.status import Status
from blocks.domain.storyboard import Asset, Storyboard
from blocks.studio import open_studio
from tasks.artifacts import show_contact_sheet
from tasks.books import advance
from tasks.fan_out import Order, make_all, make_one, many_at_once
from tasks.gates import takes_of
from tasks.sheets import ASSETS_SHEET, SHEETS, SheetSpec, draw_sheet, label
from tasks.stills import draw_still


@flow(name="illustrate", flow_run_name="{video}: pictures", task_runner=many_at_once())
async def illustrate(board: Storyboard, video: VideoName) -> Stills:
    """Make every picture of the storyboard: the cores first, then the variations made from them."""
    studio = await open_studio(video)
    await advance(studio, Status.GENERATING_ASSETS)
    takes = await takes_of(studio)
    numbers = {asset.id: number for number, asset in enumerate(board.assets, start=1)}
    pictures: dict[str, Product] = {}

    def order(asset: Asset) -> Order[ImageSpec]:
        references = (pictures[asset.variation_of].address,) if asset.variation_of else ()
        return Order(
            item=asset.id,
            name=asset_name(asset, numbers[asset.id]),
            spec=image_spec(board, asset, references, take=takes.of(asset.id)),
        )

    cores = [asset for asset in board.assets if asset.variation_of is None]
    variations = [asset for asset in board.assets if asset.variation_of is not None]
    for wave in (cores, variations):
        pictures |= await make_all(Step.STILL, draw_still, [order(asset) for asset in wave], studio.channel.image_maker, studio)
    shown = SheetSpec(items=tuple((label(name, takes), picture.address) for name, picture in pictures.items()))
    sheet = await make_one(Step.SHEET, draw_sheet, Order(item="sheet", name=ASSETS_SHEET, spec=shown), SHEETS, studio)
    await show_contact_sheet("assets", sheet, studio)
    return Stills(pictures=pictures)
