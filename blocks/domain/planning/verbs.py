"""English verbs and their forms, as far as narration needs them."""

from __future__ import annotations

from functools import cache

from blocks.domain.planning.word_sets import word_set

_IRREGULAR = (
    "be was been, have had had, do did done, go went gone, come came come, become became become, "
    "overcome overcame overcome, see saw seen, take took taken, give gave given, get got got, make made made, "
    "know knew known, grow grew grown, throw threw thrown, blow blew blown, draw drew drawn, fly flew flown, "
    "drive drove driven, ride rode ridden, rise rose risen, arise arose arisen, write wrote written, break broke broken, "
    "speak spoke spoken, steal stole stolen, freeze froze frozen, choose chose chosen, wake woke woken, "
    "awake awoke awoken, begin began begun, drink drank drunk, sink sank sunk, shrink shrank shrunk, swim swam swum, "
    "sing sang sung, ring rang rung, spring sprang sprung, run ran run, win won won, hang hung hung, swing swung swung, "
    "cling clung clung, sting stung stung, dig dug dug, stick stuck stuck, strike struck struck, bring brought brought, "
    "buy bought bought, think thought thought, fight fought fought, seek sought sought, catch caught caught, "
    "teach taught taught, keep kept kept, sleep slept slept, weep wept wept, sweep swept swept, creep crept crept, "
    "leave left left, feel felt felt, mean meant meant, meet met met, lead led led, feed fed fed, flee fled fled, "
    "bleed bled bled, breed bred bred, speed sped sped, hold held held, tell told told, sell sold sold, "
    "stand stood stood, understand understood understood, withstand withstood withstood, find found found, "
    "bind bound bound, wind wound wound, grind ground ground, build built built, send sent sent, spend spent spent, "
    "lend lent lent, bend bent bent, lose lost lost, say said said, pay paid paid, lay laid laid, lie lay lain, "
    "hear heard heard, sit sat sat, spit spat spat, shine shone shone, shoot shot shot, light lit lit, slide slid slid, "
    "hide hid hidden, bite bit bitten, eat ate eaten, fall fell fallen, forget forgot forgotten, "
    "forgive forgave forgiven, wear wore worn, tear tore torn, bear bore borne, swear swore sworn, shake shook shaken, "
    "mistake mistook mistaken, undertake undertook undertaken, weave wove woven, tread trod trodden, "
    "stride strode stridden, strive strove striven, thrive throve thriven, spin spun spun, leap leapt leapt, "
    "dream dreamt dreamt, learn learnt learnt, burn burnt burnt, show showed shown, sow sowed sown, "
    "foresee foresaw foreseen, withdraw withdrew withdrawn, outgrow outgrew outgrown, deal dealt dealt, "
    "kneel knelt knelt"
)
_UNCHANGED = "put cut set hit hurt cost shut spread split burst cast let thrust shed"
_REGULAR = (
    "abandon absorb accept accompany accumulate ache achieve act adapt add admire advance age agree aim allow amaze amuse "
    "anchor announce answer appear apply approach argue arm arrange arrive ask assemble assume attach attack attempt "
    "attract avoid awaken bake balance ban bathe battle beam beg believe belong bind blaze bless blink block bloom board "
    "bob boil bombard borrow bounce bow brace breathe brighten brush bubble bump burrow bury calculate call calm camouflage "
    "camp capture care carry carve cascade cause cease celebrate challenge change charge chart chase check chill chirp "
    "choke chop churn circle circulate claim clasp clean clear climb close cluster code coil collapse collect colonise "
    "colonize combine comfort command commit communicate compare compete complete compose conceal concern conclude condense "
    "connect conquer conserve consider construct consume contain continue contract control converge convert convince cook "
    "cool cooperate cope copy corner correct count cover crack crackle crash crawl create cross crouch crowd crown crumble "
    "crush cry curl curve dance dare darken dart dazzle debate decay deceive decide declare decline decorate deepen defeat "
    "defend define delay deliver demand deny depart depend depict derive descend describe desert deserve design destroy "
    "detect determine develop devour die dim diminish direct disappear discover dissolve disturb dive divide dock dominate "
    "double doubt drag drain drape drift drip drop drown drum dry duck dump dust dwell earn ease echo edge educate elect "
    "embark embrace emerge employ empty enable encounter end endure enforce engrave engulf enjoy enlist ensure enter envy "
    "equip erase erode erupt escape establish estimate evaporate evolve examine exhaust exist expand expect experience "
    "explain explode exploit explore export expose express extend extinguish face fade fail fan farm fasten fear feature "
    "fill finance finish fire fish fit fix flap flare flash flatten flicker flip float flood flourish flow flutter foam "
    "fold follow forage force forge form found fracture free frighten fuel gain gallop gamble gather gaze generate glance "
    "gleam glide glisten glitter glow gossip govern grab graze greet grip groom grumble grunt guard guess guide halt hammer "
    "hand handle happen harden harvest hatch haul haunt head heal heat heave help herd hesitate hibernate hit hoist hope "
    "host hover howl hug hum hunt hurry ignite ignore illuminate imagine import impose improve include increase influence "
    "inform inhabit inherit injure insist inspire install intend interrupt introduce invade invent invite isolate jam join "
    "journey jump justify kick kill kindle kiss kneel knock labor labour land lap last laugh launch leak lean lessen lick "
    "lift like limp line linger list listen live load lock lodge long look loom loosen love lower lurk magnify maintain "
    "manage manufacture march mark marry master match mate matter measure melt mend mention migrate mine mingle mirror miss "
    "mix moor mount mourn move multiply mutter name narrow navigate near need negotiate nest nibble nod note notice nourish "
    "nurse nurture obey oblige observe obtain occupy occur offer open operate oppose orbit order organise organize orient "
    "outlast outlive overwhelm own pack paddle paint pant park part pass patrol pause pave peck peel peer penetrate perch "
    "perform perish permit persist photograph pick picture pierce pile pinch place plan plant play plead plough plunder "
    "plunge point polish pollinate populate pose possess pour power practise praise pray preach predict prefer prepare "
    "preserve press prevent prey prick print prize proceed produce profit promise promote propel prosper protect prove "
    "provide prowl publish pull pump punish pursue push puzzle quarry question quiet race rage rain raise rank rattle reach "
    "react realise realize rear reassure rebuild recall recede receive recognise recognize record recover refer reflect "
    "refuse regain regard register reign reject rejoice relate relax release relight rely remain remark remember remind "
    "remove rent repair repay repeat replace reply report represent require rescue resemble resist rest restore resume "
    "retire retreat return reunite reveal revive revolve reward rid rip ripen ripple rise roam roar roast rob rock roll rot "
    "rotate row rub ruin rule rumble rush rustle sail salute satisfy save scan scare scatter scavenge scent scoop scrape "
    "scratch scream scrub sculpt search secure seem seep seize select separate serve settle shape share sharpen shatter "
    "shelter shelve shield shift shimmer ship shiver shoulder shout shovel shrug shuffle sigh signal silence simmer sip "
    "sketch skim skip skirt slam slaughter slip slither slow smash smear smell smile smoke snap sneak sniff snow soak soar "
    "soften soothe sound span spare spark sparkle spawn specialise spill spiral splash spot spray sprout squat squeeze stab "
    "stack stain stalk stamp stare start startle starve stay steam steer step stir stoop stop store storm strain strand "
    "stretch strip stroll struggle study stumble stun substitute succeed suck sue suffer suggest summon supply support "
    "suppose surface surge surprise surrender surround survive suspect sustain swallow swap swarm sway sweat swell swirl "
    "switch swoop tame tangle target taste tease telegraph tempt tend test thank thaw thicken thin threaten thrive thunder "
    "tie tighten tilt time tip tire toil topple torment toss touch tow tower trace track trade trail train transfer "
    "transform transmit transport trap travel treasure treat trek tremble trick trickle trigger trim trip triumph trouble "
    "trust try tuck tug tumble tunnel turn twist undergo unfold unite unload unlock unravel uproot urge use vanish vanquish "
    "vary venture vibrate view visit vote voyage wade wag wait walk wander want warm warn wash waste watch water wave "
    "weaken weather weave weigh welcome weld whip whirl whisper whistle widen wield wish wither witness wonder work worry "
    "wrap wreck wrestle wrinkle yearn yield zigzag"
)
_MODALS = frozenset({"can", "could", "will", "would", "shall", "should", "may", "might", "must", "cannot"})
_VOWELS = frozenset("aeiou")
_DOUBLING = word_set(
    "ban beg chart dim drag drip drop fan fit grab grip hug hum jog knot mix mop nod pat plan prefer regret rot row"
)


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
    bases.update({past: base for base, past, _ in _irregulars()})
    bases["were"] = "be"
    bases.update(
        {"leaped": "leap", "dreamed": "dream", "learned": "learn", "burned": "burn", "kneeled": "kneel", "lighted": "light"}
    )
    bases.update({"travelled": "travel", "signalled": "signal", "labelled": "label", "dwelt": "dwell", "thrived": "thrive"})
    return bases


@cache
def only_past() -> frozenset[str]:
    """Give the past forms that cannot be participles: went, saw, began."""
    return frozenset(past for _, past, participle in _irregulars() if past != participle) | {"were"}


@cache
def unchanged_bases() -> frozenset[str]:
    """Give the verbs whose past is their present: cut, put, set."""
    return frozenset(_UNCHANGED.split())


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
    silent = stem.endswith(
        ("v", "c", "z", "u", "dg", "ng", "rg", "ur", "or", "ir", "is", "as", "os", "us", "at", "ut", "in", "id")
    )
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
