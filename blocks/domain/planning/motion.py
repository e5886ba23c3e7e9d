"""What moves in a planned scene, in the order animators read best: the action, the body, what follows, the place, the camera."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.planning.cast import Player, Role
from blocks.domain.planning.scene_words import PLACE_MOVES, WEATHER_MOVES
from blocks.domain.planning.setting import SKYLESS, Setting
from blocks.domain.storyboard import CameraMove

_ACTIONS: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.PERSON: (
            (
                "turns slowly toward the light and stands still. The shoulders rise with "
                "one deep breath, a coat stirs, and the head lowers again."
            ),
            (
                "takes a step forward and stops. One hand lifts a little, cloth moves "
                "around the knees, and the head turns to the horizon."
            ),
        ),
        Role.CROWD: (
            (
                "stands close together and looks ahead. Heads turn one after another, "
                "clothes stir, and one figure shifts from foot to foot."
            ),
            ("moves forward a step and waits. Shoulders touch, an arm is raised and lowered, and every head turns the same way."),
        ),
        Role.ANIMAL: (
            (
                "walks a few steps and stops. Its head rises, the ears turn "
                "forward, and its flank lifts and sinks with each breath."
            ),
            ("lowers its head and moves on at a steady pace. Muscles slide under the coat, and each foot is set down with care."),
        ),
        Role.FLYER: (
            (
                "glides across the air with open wings. The tips bend, the body "
                "tilts to one side, and two slow beats carry it upward."
            ),
            ("beats its wings three times and sails. Feathers spread, the tail fans, and it drifts sideways on the wind."),
        ),
        Role.SWIMMER: (
            (
                "swims slowly through the water. Its tail sweeps from side to side, the "
                "fins tilt, and it sinks a little before it rises again."
            ),
            ("turns in a wide curve and glides on. The body bends once along its whole length, and light slides over its side."),
        ),
        Role.VESSEL: (
            (
                "rises on the water and sinks again. Its bow dips, a thin line of foam "
                "spreads, and ropes and planks answer the movement."
            ),
            ("holds its course and leans gently to one side. Water slides along the hull, and the wake closes behind it."),
        ),
        Role.VEHICLE: (
            "moves slowly ahead. It rocks a little, small parts tremble, and dust or vapour trails away behind it.",
            "rolls forward and comes almost to rest. It sways once, and its shadow slides along beside it.",
        ),
        Role.PLANT: (
            "sways slowly from the root to the tip. Single leaves tremble, bend in one direction and swing back.",
            "leans with the air and straightens. The finest parts shiver first, and the shadow moves with them.",
        ),
        Role.FIRE: (
            ("burns with a small restless flame. It leans, shrinks, leaps up again, and throws a moving glow on what is near."),
            "flickers and steadies. A spark climbs and goes out, and the edge of the light breathes in and out.",
        ),
        Role.BUILDING: (
            (
                "stands dark against the sky while the light moves behind it. Shadows slide "
                "over its edges, and something small stirs near its foot."
            ),
            "rises unmoved in the changing light. A thin shadow turns at its base, and dust or spray drifts past it.",
        ),
        Role.OBJECT: (
            (
                "stands still while the light travels over it. Its edge brightens, "
                "dims and brightens again, and its shadow turns slowly."
            ),
            ("rests in the light. Fine dust sinks past it, one bright point wanders along its edge, and the shadow grows."),
        ),
    }
)

_CAMERA: Mapping[CameraMove, str] = MappingProxyType(
    {
        CameraMove.STATIC: "Static camera.",
        CameraMove.PUSH_IN: "The camera pushes in slowly.",
        CameraMove.PULL_BACK: "The camera pulls back slowly.",
        CameraMove.PAN_LEFT: "The camera pans slowly to the left.",
        CameraMove.PAN_RIGHT: "The camera pans slowly to the right.",
        CameraMove.TILT_UP: "The camera tilts up slowly.",
        CameraMove.TILT_DOWN: "The camera tilts down slowly.",
        CameraMove.TRACK_LEFT: "The camera tracks slowly to the left.",
        CameraMove.TRACK_RIGHT: "The camera tracks slowly to the right.",
        CameraMove.CRANE_UP: "The camera cranes up slowly.",
    }
)
_WITH_FIGURE = (
    CameraMove.TRACK_RIGHT,
    CameraMove.PUSH_IN,
    CameraMove.PAN_LEFT,
    CameraMove.TRACK_LEFT,
    CameraMove.PULL_BACK,
    CameraMove.PAN_RIGHT,
)
_WITHOUT_FIGURE = (
    CameraMove.PUSH_IN,
    CameraMove.PAN_RIGHT,
    CameraMove.CRANE_UP,
    CameraMove.PULL_BACK,
    CameraMove.PAN_LEFT,
    CameraMove.TILT_UP,
    CameraMove.TILT_DOWN,
)


def choose_camera(at: int, scenes: int, before: CameraMove | None, *, has_figure: bool) -> CameraMove:
    """Choose a scene's camera move: never its neighbour's; the film opens by pushing in and closes by pulling back."""
    if at == scenes - 1 and scenes > 1:
        return CameraMove.PULL_BACK if before is not CameraMove.PULL_BACK else CameraMove.CRANE_UP
    if at == 0:
        return CameraMove.PUSH_IN
    moves = _WITH_FIGURE if has_figure else _WITHOUT_FIGURE
    move = moves[at % len(moves)]
    return move if move is not before else moves[(at + 1) % len(moves)]


def write_motion(setting: Setting, player: Player | None, move: CameraMove, at: int) -> str:
    """Write a motion prompt of 30 to 85 words.

    Args:
        setting: where the scene plays.
        player: the figure in front, or None for a picture of the place alone.
        move: the camera move, named last.
        at: number of the scene, so that neighbours move differently.
    """
    action, around = PLACE_MOVES[setting.place]
    sentences = [action, around] if player is None else [f"The {player.noun} {_ACTIONS[player.role][at % 2]}", around]
    if setting.place not in SKYLESS:
        sentences.append(WEATHER_MOVES[setting.weather])
    elif player is None:
        sentences.append("Slowly the light grows a little stronger, holds, and fades back to where it was.")
    return " ".join([*sentences, _CAMERA[move]])
