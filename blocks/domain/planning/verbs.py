"""English verbs and their forms, as far as narration needs them."""

from __future__ import annotations

from functools import cache

_IRREGULAR = (
    "be was been, have had had, do did done, go went gone, come came come, become became become, overcome overcame overcome, see saw seen, "
    "take took taken, give gave given, get got got, make made made, know knew known, grow grew grown, throw threw thrown, "
    "blow blew blown, draw drew drawn, fly flew flown, drive drove driven, ride rode ridden, rise rose risen, arise arose arisen, "
    "write wrote written, break broke broken, speak spoke spoken, steal stole stolen, freeze froze frozen, choose chose chosen, "
    "wake woke woken, awake awoke awoken, begin began begun, drink drank drunk, sink sank sunk, shrink shrank shrunk, swim swam swum, "
    "sing sang sung, ring rang rung, spring sprang sprung, run ran run, win won won, hang hung hung, swing swung swung, "
    "cling clung clung, sting stung stung, dig dug dug, stick stuck stuck, strike struck struck, bring brought brought, "
    "buy bought bought, think thought thought, fight fought fought, seek sought sought, catch caught caught, teach taught taught, "
    "keep kept kept, sleep slept slept, weep wept wept, sweep swept swept, creep crept crept, leave left left, feel felt felt, "
    "mean meant meant, meet met met, lead led led, feed fed fed, flee fled fled, bleed bled bled, breed bred bred, speed sped sped, "
    "hold held held, tell told told, sell sold sold, stand stood stood, understand understood understood, withstand withstood withstood, "
    "find found found, bind bound bound, wind wound wound, grind ground ground, build built built, send sent sent, spend spent spent, "
    "lend lent lent, bend bent bent, lose lost lost, say said said, pay paid paid, lay laid laid, lie lay lain, hear heard heard, "
    "sit sat sat, spit spat spat, shine shone shone, shoot shot shot, light lit lit, slide slid slid, hide hid hidden, bite bit bitten, "
    "eat ate eaten, fall fell fallen, forget forgot forgotten, forgive forgave forgiven, wear wore worn, tear tore torn, "
    "bear bore borne, swear swore sworn, shake shook shaken, mistake mistook mistaken, undertake undertook undertaken, "
    "weave wove woven, tread trod trodden, stride strode stridden, strive strove striven, thrive throve thriven, spin spun spun, "
    "leap leapt leapt, dream dreamt dreamt, learn learnt learnt, burn burnt burnt, show showed shown, sow sowed sown, "
    "foresee foresaw foreseen, withdraw withdrew withdrawn, outgrow outgrew outgrown, deal dealt dealt, kneel knelt knelt"
)
_UNCHANGED = "put cut set hit hurt cost shut spread split burst cast let thrust shed"
_REGULAR = (
    "abandon absorb accept accompany ache achieve act adapt add admire advance age agree aim allow amaze anchor answer appear approach "
    "argue arrange arrive ask attack attract avoid awaken bake balance ban bathe battle beg believe belong blaze bless block bloom board "
    "boil bombard borrow bounce brace breathe brush burrow bury call calm camp capture care carry carve cause cease celebrate challenge "
    "change charge chart chase check choke circle claim clean clear climb close coil collapse collect colonise colonize combine comfort "
    "command commit compare compete complete concern conclude condense conquer consider construct consume contain continue control "
    "converge convince cook cool copy count cover crack crash crawl create cross crouch crowd crown crumble crush cry curl dance dare darken "
    "dart decay decide declare decline deepen defeat defend define delay deliver demand deny depart depend descend describe deserve desert "
    "design destroy detect determine develop devour die dim disappear discover dissolve dive divide dock dominate double drag drain "
    "drape drift drip drop drown dry duck dump dust dwell earn ease echo edge emerge empty enable encounter end endure engulf enjoy "
    "enter envy erase erode erupt escape establish evolve exist expand expect explain explode explore express extend extinguish face fade "
    "fail fan farm fear fill finish fire fish fit fix flap flare flash flatten flicker float flood flow fold follow force forge form free "
    "frighten fuel gain gather gaze gleam glide glisten glitter glow govern grab graze greet grip groom guard guess guide hammer hand handle "
    "happen harvest hatch haul haunt head heal heat help herd hesitate hit hope howl hover hug hum hunt hurry ignite ignore imagine improve "
    "increase influence inhabit inspire invade invent invite jump join journey kick kill kiss knock labour labor land last laugh launch lean "
    "lessen lick lift like limp line linger list listen live load lock long look loom loosen love lower maintain manage march mark marry "
    "master match matter measure melt mend migrate mine mirror miss mix moor mourn move multiply name narrow navigate near need nest nod note notice "
    "nurse nurture obey observe occupy occur offer open oppose orbit order outlast outlive overwhelm own pack paddle paint part pass pause "
    "perch perform perish pick pierce pile place plan plant play plead plough plunge point polish pollinate populate pour power praise pray "
    "predict prefer prepare press preserve prevent print proceed produce promise protect prove provide prowl pull pump punish push question quiet "
    "race rage rain raise rank reach react realise realize rebuild recall receive recede recognise recognize record recover reflect refuse regain "
    "relax release relight rely remain remember remind remove repair repeat replace reply report represent require rescue resist rest restore return "
    "reveal reward ripen ripple roam roar roll rot row rub rule rush sail save scan scatter scent scrape scratch scream search seem seep seize "
    "separate serve settle shape share sharpen shatter shelter shift shiver shout shrug sigh signal silence simmer sketch skim skirt slip slow smash "
    "smell smile smoke snap snow soak soar soften sound spark sparkle spawn spill splash spot sprout squeeze stack stain stalk stare start starve stay "
    "steer step stir stop store storm strain stretch struggle study stumble succeed suffer suggest support surface surge surprise surrender surround "
    "survive swallow swarm sway swell swirl switch tangle taste tempt tend test thank thicken thin threaten thrive tighten tilt tip toil "
    "topple touch tow tower trace track trade trail train transform trap travel treat tremble trick trickle trigger trip trouble trust try tug tumble "
    "turn twist unfold unite unload unlock unravel urge use vanish vary visit vote wade wait walk wander want warm warn wash waste watch water "
    "wave weaken weather weigh welcome whisper whistle widen wish witness wonder work worry wrap wreck yearn yield zigzag"
)
_MODALS = frozenset({"can", "could", "will", "would", "shall", "should", "may", "might", "must", "cannot"})
_VOWELS = frozenset("aeiou")
_DOUBLING = frozenset(["ban", "beg", "chart", "dim", "drag", "drip", "drop", "fan", "fit", "grab", "grip", "hug", "hum", "jog", "knot", "mix", "mop", "nod", "pat", "plan", "prefer", "regret", "rot", "row"])


def third_person(base: str) -> str:
    """Give the form for he, she or it: `carry` gives `carries`."""
    if base in {"be", "have"}:
        return {"be": "is", "have": "has"}[base]
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def present_form(base: str, *, plural: bool) -> str:
    """Give the present for a subject: `go` gives `go` or `goes`, `be` gives `are` or `is`."""
    if plural:
        return "are" if base == "be" else base
    return third_person(base)


def is_modal(word: str) -> bool:
    """Tell whether the word takes a bare verb after it: can, must, will."""
    return word in _MODALS


@cache
def bases_of_past() -> dict[str, str]:
    """Give the base of every known past form; forms that are also the base (`put`) are left out."""
    bases = {_past(base): base for base in _REGULAR.split()}
    for base, past, _ in _irregulars():
        bases[past] = base
    bases["were"] = "be"
    bases.update({"leaped": "leap", "dreamed": "dream", "learned": "learn", "burned": "burn", "kneeled": "kneel", "lighted": "light"})
    bases.update({"travelled": "travel", "signalled": "signal", "labelled": "label", "dwelt": "dwell", "thrived": "thrive"})
    return bases


@cache
def only_past() -> frozenset[str]:
    """Give the past forms that cannot be participles: went, saw, began."""
    return frozenset(past for _, past, participle in _irregulars() if past != participle) | {"were"}


@cache
def bases() -> frozenset[str]:
    """Give all known verbs."""
    return frozenset(_REGULAR.split()) | frozenset(_UNCHANGED.split()) | {base for base, _, _ in _irregulars()}


@cache
def bases_of_third_person() -> dict[str, str]:
    """Give the base of every known form for he, she or it."""
    return {third_person(base): base for base in bases()}


@cache
def bases_of_gerund() -> dict[str, str]:
    """Give the base of every known -ing form."""
    return {_gerund(base): base for base in bases()}


def regular_base(past: str) -> str | None:
    """Guess the base of an unknown past form in -ed; None when it does not look like one."""
    if len(past) < 5 or not past.endswith("ed") or past.endswith("eed"):
        return None
    stem = past[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lszf":
        return stem[:-1]
    silent = stem.endswith(("v", "c", "z", "u", "dg", "ng", "rg", "ur", "or", "ir", "is", "as", "os", "us", "at", "ut", "in", "id"))
    blend = len(stem) > 2 and stem[-1] == "l" and stem[-2] in "bdfgkptz"
    return stem + "e" if silent or blend else stem


def _irregulars() -> list[tuple[str, str, str]]:
    forms = [entry.split() for entry in _IRREGULAR.split(",")]
    return [(base, past, participle) for base, past, participle in forms]


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if _doubles(base) else base + "ed"


def _gerund(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye")) and base != "be":
        return base[:-1] + "ing"
    return base + base[-1] + "ing" if _doubles(base) else base + "ing"


def _doubles(base: str) -> bool:
    """Tell whether the last letter is doubled: short words of consonant, vowel, consonant, and a few stressed endings."""
    if base in _DOUBLING or base in {"begin", "forget", "commit", "control", "occur"}:
        return base not in {"row", "mix", "chart"}
    short = len(base) <= 4 and base[-1] not in "wxyaeiou" and base[-2] in _VOWELS and base[-3:-2] not in _VOWELS
    return short and sum(letter in _VOWELS for letter in base) == 1
