"""Whom and what a sentence speaks of, and which shipped figure can stand for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import AssetKind
from blocks.domain.vocabulary import Vocabulary, Words


class Stance(StrEnum):
    """Where a figure belongs in a frame."""

    GROUND = "ground"
    WATER = "water"
    AIR = "air"
    UNDERWATER = "underwater"


class Subject(Frozen):
    """A subject that the offline studio has a figure for."""

    figure: str
    """Name of the shipped figure, a file of `blocks/media/figures`."""
    kind: AssetKind
    stance: Stance
    height: float = Field(gt=0, le=1)
    """Natural height of the cut-out as a share of the frame's height, seen from a few steps away."""


SUBJECT_WORDS: Mapping[Subject, Words] = MappingProxyType(
    {
        Subject(figure="man", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "man, gentleman, father, grandfather, husband, son, brother, clerk, teacher, stranger, writer, poet, "
                "author, mayor, merchant, trader, banker, lawyer, philosopher, composer, musician, painter, artist, "
                "president, minister, captain, officer, admiral, commander, guide, founder, leader, printer, bookseller, "
                "judge, politician, engineer on duty, librarian, conductor"
            ),
            weak="person, human, he, hero, figure, somebody, someone, character, silhouette",
        ),
        Subject(figure="woman", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.41): Words(
            strong=(
                "woman, lady, mother, grandmother, wife, daughter, sister, girl, widow, nurse, weaver, midwife, "
                "seamstress, princess, maid, healer, actress, duchess, countess, singer, dancer"
            ),
            weak="she, her",
        ),
        Subject(figure="child", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.30): Words(
            strong="child, children, boy, kid, toddler, pupil, orphan, apprentice, schoolboy, schoolgirl",
        ),
        Subject(figure="walker", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "walker, hiker, traveller, traveler, wanderer, pilgrim, explorer, climber, mountaineer, messenger, nomad, "
                "sherpa, surveyor, adventurer, wayfarer, scout, prospector, naturalist, ranger, mountain guide, postman"
            ),
            weak="journey, expedition",
        ),
        Subject(figure="sailor", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "sailor, seaman, fisherman, helmsman, navigator, mariner, whaler, pirate, boatman, keeper, lighthouse "
                "keeper, crewman, shipwright, ferryman, fishermen, angler, skipper"
            ),
        ),
        Subject(figure="monk", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "monk, priest, friar, nun, abbot, hermit, prophet, wizard, druid, saint, scribe, robed figure, hooded "
                "figure, bishop, copyist, oracle, pope, priestess, abbess, caliph, imam, sage, elder"
            ),
        ),
        Subject(figure="soldier", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.45): Words(
            strong=(
                "soldier, warrior, knight, guard, sentry, legionary, viking, samurai, hunter, archer, spearman, crusader, "
                "general, watchman, gladiator, night watchman, centurion, hunters"
            ),
            weak="army",
        ),
        Subject(figure="king", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.44): Words(
            strong="king, emperor, pharaoh, prince, sultan, ruler, tsar, duke, lord, shah, khan, monarch",
        ),
        Subject(figure="queen", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.43): Words(
            strong="queen, empress, cleopatra, tsarina",
        ),
        Subject(figure="farmer", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "farmer, peasant, shepherd, gardener, reaper, villager, herder, beekeeper, harvester, worker, labourer, "
                "laborer, miner, builder, mason, stonemason, blacksmith, carpenter, woodcutter, potter, baker, craftsman, "
                "farmhand, digger, shepherdess, lumberjack, grower, workman"
            ),
        ),
        Subject(figure="scientist", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong=(
                "scientist, inventor, astronomer, doctor, engineer, researcher, chemist, physicist, scholar, "
                "mathematician, biologist, professor, physician, alchemist, geologist, clockmaker, architect, botanist, "
                "archaeologist, watchmaker, mapmaker, cartographer, lens grinder, meteorologist, programmer, geographer, "
                "astronaut, pilot"
            ),
        ),
        Subject(figure="crowd", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.32): Words(
            strong=(
                "crowd, people, family, group, citizen, passenger, refugee, procession, queue, audience, population, "
                "neighbour, neighbor, community, tribe, crew, townspeople, settler, pedestrian, team, couple, monks, "
                "soldiers, workers, farmers, sailors, villagers, pilgrims, travellers, travelers, men, women"
            ),
            weak="they, everyone, generation, human being, humanity",
        ),
        Subject(figure="rider", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.46): Words(
            strong="rider, horseman, cavalry, cowboy, horseback, courier, mounted messenger, jockey",
        ),
        Subject(figure="wolf", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.26): Words(
            strong="wolf, wolf pack, she wolf, coyote, jackal, dingo, hyena, grey wolf, gray wolf",
        ),
        Subject(figure="fox", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.20): Words(
            strong="fox, red fox, arctic fox, vixen, fox cub",
        ),
        Subject(figure="dog", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.22): Words(
            strong="dog, hound, puppy, sled dog, husky, sheepdog",
        ),
        Subject(figure="cat", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.18): Words(
            strong="cat, kitten, tomcat, wildcat, lynx, bobcat",
        ),
        Subject(figure="lion", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.27): Words(
            strong="lion, male lion, pride of lion",
        ),
        Subject(figure="leopard", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.24): Words(
            strong="leopard, tiger, lioness, cheetah, panther, jaguar, snow leopard, puma, cougar, tigress",
        ),
        Subject(figure="deer", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.36): Words(
            strong="deer, stag, red deer, hart, buck, roe deer, fallow deer, antelope, gazelle, impala, oryx, kudu",
        ),
        Subject(figure="doe", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.27): Words(
            strong="doe, fawn, hind, roe, foal, lamb",
        ),
        Subject(figure="reindeer", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.34): Words(
            strong="reindeer, caribou, elk, wapiti",
        ),
        Subject(figure="moose", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.40): Words(
            strong="moose, bull moose",
        ),
        Subject(figure="bear", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.32): Words(
            strong="bear, polar bear, brown bear, grizzly, black bear, bear cub",
        ),
        Subject(figure="horse", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.38): Words(
            strong="horse, mare, stallion, wild horse, pony, mustang, zebra, donkey, mule, unicorn, workhorse",
        ),
        Subject(figure="cow", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.33): Words(
            strong=(
                "cow, cattle, bull, ox, oxen, calf, buffalo, water buffalo, wildebeest, aurochs, yak, livestock, draught animal"
            ),
        ),
        Subject(figure="bison", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.36): Words(
            strong="bison, muskox, musk ox",
        ),
        Subject(figure="sheep", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.22): Words(
            strong="sheep, ewe, flock of sheep, ram",
        ),
        Subject(figure="goat", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.27): Words(
            strong="goat, ibex, mountain goat, chamois, billy goat",
        ),
        Subject(figure="boar", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.24): Words(
            strong="boar, wild boar, pig, hog, sow, rhinoceros, rhino, hippopotamus, hippo, tapir, warthog",
        ),
        Subject(figure="hare", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.15): Words(
            strong="hare, rabbit, bunny, mountain hare, snowshoe hare",
        ),
        Subject(figure="squirrel", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.13): Words(
            strong="squirrel, chipmunk, marmot, red squirrel, dormouse",
        ),
        Subject(figure="mouse", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.10): Words(
            strong="mouse, mice, rat, vole, lemming, shrew, mole, rodent, hedgehog",
        ),
        Subject(figure="beaver", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.18): Words(
            strong="beaver, badger, wombat, otter, weasel, marten, mink, raccoon, wolverine, stoat, ferret",
        ),
        Subject(figure="elephant", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.50): Words(
            strong="elephant, elephant calf, bull elephant, matriarch",
        ),
        Subject(figure="mammoth", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.52): Words(
            strong="mammoth, woolly mammoth, mastodon",
        ),
        Subject(figure="camel", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.42): Words(
            strong="camel, dromedary, caravan, bactrian, llama, alpaca",
        ),
        Subject(figure="giraffe", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.62): Words(
            strong="giraffe",
        ),
        Subject(figure="monkey", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.25): Words(
            strong="monkey, ape, chimpanzee, gorilla, orangutan, baboon, primate, macaque, lemur",
        ),
        Subject(figure="kangaroo", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.34): Words(
            strong="kangaroo, wallaby",
        ),
        Subject(figure="eagle", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.28): Words(
            strong=(
                "eagle, hawk, falcon, kite bird, vulture, condor, buzzard, osprey, bird of prey, raptor, albatross, "
                "golden eagle, sea eagle, kestrel, peregrine, frigatebird, harrier"
            ),
        ),
        Subject(figure="owl", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.22): Words(
            strong="owl, barn owl, snowy owl, tawny owl, nightjar",
        ),
        Subject(figure="crow", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.16): Words(
            strong=(
                "crow, raven, jackdaw, magpie, blackbird, rook, robin, sparrow, songbird, cuckoo, nightingale, "
                "woodpecker, thrush, starling, finch, wren, kingfisher, canary, parrot, pigeon"
            ),
            weak="bird",
        ),
        Subject(figure="gull", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.14): Words(
            strong=(
                "gull, seagull, tern, petrel, dove, arctic tern, puffin, cormorant, messenger pigeon, homing pigeon, "
                "carrier pigeon"
            ),
        ),
        Subject(figure="swallow", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.12): Words(
            strong="swallow, swift, martin, skylark, hummingbird",
        ),
        Subject(figure="flock", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.24): Words(
            strong=(
                "flock, birds, flock of bird, starlings, swallows, swifts, crows, wild geese, migrating bird, migrating "
                "geese, migrating crane, cranes, geese, murmuration, gulls, ravens, pigeons, terns"
            ),
        ),
        Subject(figure="goose", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.20): Words(
            strong="goose, duck in flight, flying goose, flying swan, crane, wild goose, bar headed goose, godwit",
        ),
        Subject(figure="heron", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.30): Words(
            strong="heron, egret, stork, ibis, flamingo, spoonbill, white stork, grey heron, bittern",
        ),
        Subject(figure="swan", kind=AssetKind.CHARACTER, stance=Stance.WATER, height=0.20): Words(
            strong="swan, whooper swan, mute swan, loon, grebe",
        ),
        Subject(figure="duck", kind=AssetKind.CHARACTER, stance=Stance.WATER, height=0.12): Words(
            strong="duck, mallard, duckling, eider, coot, teal",
        ),
        Subject(figure="penguin", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.26): Words(
            strong="penguin, emperor penguin, auk",
        ),
        Subject(figure="rooster", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.18): Words(
            strong="rooster, hen, chicken, cockerel, turkey, grouse, pheasant, peacock, partridge, ptarmigan, dodo",
        ),
        Subject(figure="ostrich", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.46): Words(
            strong="ostrich, emu, moa",
        ),
        Subject(figure="seal", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.18): Words(
            strong="seal, sea lion, walrus, harp seal, seal pup, manatee, dugong",
        ),
        Subject(figure="whale", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.40): Words(
            strong="whale, blue whale, humpback, humpback whale, sperm whale, right whale, bowhead, grey whale, fin whale",
        ),
        Subject(figure="dolphin", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.24): Words(
            strong="dolphin, porpoise, orca, killer whale, narwhal, beluga",
        ),
        Subject(figure="shark", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.24): Words(
            strong="shark, great white, hammerhead, whale shark, sawfish",
        ),
        Subject(figure="fish", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.13): Words(
            strong=(
                "fish, trout, cod, carp, herring, tuna, perch, pike, mackerel, sturgeon, bass, goldfish, catfish, "
                "anchovy, sardine"
            ),
        ),
        Subject(figure="salmon", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.18): Words(
            strong="salmon, leaping fish, sockeye, chinook",
        ),
        Subject(figure="shoal", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.34): Words(
            strong="shoal, school of fish, shoal of fish, fishes, sardines, herrings, shoals, fry, smolt, fingerling",
        ),
        Subject(figure="eel", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.16): Words(
            strong="eel, european eel, glass eel, silver eel, elver, lamprey, moray, sea snake, leptocephalus",
        ),
        Subject(figure="turtle", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.22): Words(
            strong="turtle, sea turtle, loggerhead, green turtle, leatherback, hatchling",
        ),
        Subject(figure="tortoise", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.16): Words(
            strong="tortoise, giant tortoise, terrapin",
        ),
        Subject(figure="octopus", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.28): Words(
            strong="octopus, squid, giant squid, cuttlefish, nautilus, kraken, ammonite",
        ),
        Subject(figure="jellyfish", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.28): Words(
            strong="jellyfish, medusa, man of war, plankton, polyp",
        ),
        Subject(figure="ray", kind=AssetKind.CHARACTER, stance=Stance.UNDERWATER, height=0.24): Words(
            strong="manta, manta ray, ray fish, stingray, skate",
        ),
        Subject(figure="crab", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.13): Words(
            strong="crab, lobster, crayfish, shrimp, krill, hermit crab, prawn, scorpion",
        ),
        Subject(figure="snake", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.14): Words(
            strong="snake, serpent, viper, cobra, adder, python, rattlesnake, worm, earthworm",
        ),
        Subject(figure="lizard", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.12): Words(
            strong="lizard, gecko, chameleon, iguana, salamander, newt, komodo dragon",
        ),
        Subject(figure="crocodile", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.18): Words(
            strong="crocodile, alligator, caiman",
        ),
        Subject(figure="dinosaur", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.56): Words(
            strong="dinosaur, sauropod, brontosaurus, diplodocus, plesiosaur",
        ),
        Subject(figure="frog", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.12): Words(
            strong="frog, toad, tree frog, tadpole",
        ),
        Subject(figure="bee", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.14): Words(
            strong=(
                "bee, honeybee, bumblebee, wasp, hornet, honey bee, queen bee, worker bee, swarm, fly insect, mosquito, "
                "firefly, locust, cicada, beetle"
            ),
        ),
        Subject(figure="butterfly", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.16): Words(
            strong="butterfly, moth, monarch butterfly, silk moth, dragonfly, monarch, painted lady",
        ),
        Subject(figure="ant", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.10): Words(
            strong="ant, termite, leafcutter, ant colony, insect",
        ),
        Subject(figure="spider", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.12): Words(
            strong="spider, tarantula, silk spider",
        ),
        Subject(figure="snail", kind=AssetKind.CHARACTER, stance=Stance.GROUND, height=0.11): Words(
            strong="snail, slug, silkworm, caterpillar",
        ),
        Subject(figure="bat", kind=AssetKind.CHARACTER, stance=Stance.AIR, height=0.16): Words(
            strong="bat, fruit bat, flying fox, vampire bat, pipistrelle",
        ),
        Subject(figure="ship", kind=AssetKind.PROP, stance=Stance.WATER, height=0.46): Words(
            strong=(
                "ship, sailing ship, galleon, caravel, frigate, tall ship, clipper, carrack, fleet, whaling ship, "
                "merchant ship, schooner, warship, brig, barque, vessel, armada, ship of the line, square rigger, "
                "research ship"
            ),
            weak="voyage",
        ),
        Subject(figure="longship", kind=AssetKind.PROP, stance=Stance.WATER, height=0.36): Words(
            strong="longship, viking ship, dragon ship, trireme, galley, viking longship, drakkar, junk, dhow",
        ),
        Subject(figure="sailboat", kind=AssetKind.PROP, stance=Stance.WATER, height=0.34): Words(
            strong="sailboat, yacht, sail, catamaran, felucca, fishing smack, dinghy, outrigger",
        ),
        Subject(figure="boat", kind=AssetKind.PROP, stance=Stance.WATER, height=0.16): Words(
            strong=(
                "boat, rowboat, rowing boat, canoe, kayak, skiff, raft, lifeboat, fishing boat, ferry, gondola, punt, "
                "barge, coracle, whaleboat, currach"
            ),
        ),
        Subject(figure="steamer", kind=AssetKind.PROP, stance=Stance.WATER, height=0.30): Words(
            strong=(
                "steamer, steamship, ocean liner, cargo ship, trawler, freighter, tanker, container ship, icebreaker, "
                "liner, battleship, steamboat, paddle steamer, titanic, cable ship"
            ),
        ),
        Subject(figure="submarine", kind=AssetKind.PROP, stance=Stance.UNDERWATER, height=0.24): Words(
            strong="submarine, submersible, bathyscaphe, u boat, bathysphere, diving bell",
        ),
        Subject(figure="lighthouse", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.70): Words(
            strong="lighthouse, light house, beacon, pharos",
        ),
        Subject(figure="tree", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.66): Words(
            strong=(
                "tree, oak, beech, old tree, maple, elm, chestnut, apple tree, olive tree, linden, ash tree, fruit tree, "
                "great tree, cherry tree, fig tree, walnut tree, baobab, sycamore"
            ),
        ),
        Subject(figure="pine", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.74): Words(
            strong="pine, spruce, fir, conifer, pine tree, larch, redwood, sequoia, cedar, evergreen, cypress",
        ),
        Subject(figure="deadtree", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.62): Words(
            strong=(
                "dead tree, bare tree, leafless tree, burnt tree, gnarled tree, dry tree, dying tree, winter tree, hollow tree"
            ),
        ),
        Subject(figure="palm", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.64): Words(
            strong="palm, palm tree, date palm, coconut palm",
        ),
        Subject(figure="acacia", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.50): Words(
            strong="acacia, acacia tree, thorn tree, umbrella tree",
        ),
        Subject(figure="sapling", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.22): Words(
            strong="sapling, seedling, sprout, shoot, bud, plant, seed, acorn, coffee plant, tea plant, vine",
        ),
        Subject(figure="flower", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.24): Words(
            strong=(
                "flower, poppy, rose, tulip, daisy, sunflower, wildflower, lotus, orchid, lily, blossom, clover, "
                "edelweiss, dandelion, cotton plant"
            ),
        ),
        Subject(figure="wheat", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.28): Words(
            strong=(
                "wheat, barley, corn, rye, ear of grain, grain, sheaf, rice, reed, maize, grass stem, papyrus, bamboo, "
                "cattail, sugar cane"
            ),
        ),
        Subject(figure="cactus", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.40): Words(
            strong="cactus, saguaro, cacti, agave",
        ),
        Subject(figure="mushroom", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.16): Words(
            strong="mushroom, toadstool, fungus, fungi, fly agaric",
        ),
        Subject(figure="lantern", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.22): Words(
            strong="lantern, lamp, oil lamp, lamplight, storm lantern, miner's lamp, davy lamp",
        ),
        Subject(figure="streetlamp", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.52): Words(
            strong="street lamp, lamp post, gas lamp, lamppost, streetlight, street light",
        ),
        Subject(figure="candle", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.20): Words(
            strong="candle, candlestick, taper",
        ),
        Subject(figure="campfire", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.16): Words(
            strong="campfire, bonfire, fire, hearth, signal fire, watch fire, fireplace, flame, pyre",
        ),
        Subject(figure="tent", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="tent, yurt, bivouac, camp, tipi, expedition tent, wigwam",
        ),
        Subject(figure="cart", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong=(
                "cart, wagon, ox cart, carriage, covered wagon, handcart, coach, stagecoach, chariot, plough, plow, wheelbarrow"
            ),
        ),
        Subject(figure="train", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.28): Words(
            strong="train, locomotive, steam train, steam locomotive, railway engine, steam engine, railroad engine",
        ),
        Subject(figure="car", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.18): Words(
            strong="car, automobile, motor car, truck, bus, tram, lorry, taxi",
        ),
        Subject(figure="bicycle", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="bicycle, bike, velocipede, penny farthing",
        ),
        Subject(figure="balloon", kind=AssetKind.PROP, stance=Stance.AIR, height=0.46): Words(
            strong="balloon, hot air balloon, zeppelin, airship, weather balloon",
        ),
        Subject(figure="airplane", kind=AssetKind.PROP, stance=Stance.AIR, height=0.20): Words(
            strong="airplane, aeroplane, plane in flight, biplane, aircraft, glider, jet, airliner, flyer, drone",
        ),
        Subject(figure="rocket", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.72): Words(
            strong="rocket, missile, spaceship, space shuttle, spacecraft, launch vehicle",
        ),
        Subject(figure="satellite", kind=AssetKind.PROP, stance=Stance.AIR, height=0.24): Words(
            strong="satellite, space probe, voyager, sputnik, space station, probe, spacecraft in orbit, capsule",
        ),
        Subject(figure="bridge", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="bridge, stone bridge, arch bridge, old bridge, viaduct, aqueduct",
        ),
        Subject(figure="tower", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.70): Words(
            strong=(
                "tower, watchtower, bell tower, keep, minaret, turret, clock tower, belfry, control tower, spire, signal "
                "tower, campanile"
            ),
        ),
        Subject(figure="castle", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.52): Words(
            strong="castle, fortress, citadel, fort, palace, stronghold, alhambra",
        ),
        Subject(figure="church", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.56): Words(
            strong="church, chapel, cathedral, abbey, monastery, temple spire, minster",
        ),
        Subject(figure="house", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.34): Words(
            strong=(
                "house, cottage, cabin, hut, farmhouse, barn, home, hovel, lodge, shed, villa, homestead, school, inn, "
                "log cabin, stable, workshop building, granary, post office"
            ),
        ),
        Subject(figure="skyscraper", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.80): Words(
            strong="skyscraper, office tower, high rise, highrise, apartment block",
        ),
        Subject(figure="factory", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.50): Words(
            strong=("factory, power plant, mill chimney, refinery, foundry, smokestack, power station, ironworks, brickworks"),
        ),
        Subject(figure="windmill", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.58): Words(
            strong="windmill, wind mill, mill, post mill",
        ),
        Subject(figure="turbine", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.76): Words(
            strong="wind turbine, turbine",
        ),
        Subject(figure="pylon", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.66): Words(
            strong=(
                "pylon, radio mast, antenna, transmission tower, oil derrick, derrick, telegraph pole, radio tower, eiffel tower"
            ),
        ),
        Subject(figure="temple", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.40): Words(
            strong="temple, parthenon, colonnade, sanctuary, shrine, forum, columned hall, museum, library building",
        ),
        Subject(figure="pyramid", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.44): Words(
            strong="pyramid, ziggurat, great pyramid",
        ),
        Subject(figure="column", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.50): Words(
            strong="column, pillar, obelisk, broken column, stele",
        ),
        Subject(figure="statue", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.56): Words(
            strong="statue, sculpture, colossus, monument, bust, idol, moai",
        ),
        Subject(figure="stone", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.36): Words(
            strong=(
                "standing stone, menhir, megalith, stone circle, dolmen, monolith, gravestone, tombstone, milestone, rune stone"
            ),
        ),
        Subject(figure="rock", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.22): Words(
            strong=(
                "rock, boulder, stone, meteorite, crag, pebble, ore, coal, asteroid, fossil, crystal, gold nugget, "
                "nugget, iron ore"
            ),
        ),
        Subject(figure="cairn", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.24): Words(
            strong="cairn, stone pile, heap of stone, stack of stone, waymark",
        ),
        Subject(figure="telescope", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.34): Words(
            strong="telescope, spyglass, refractor, theodolite",
        ),
        Subject(figure="microscope", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="microscope",
        ),
        Subject(figure="book", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.14): Words(
            strong=(
                "book, manuscript, diary, journal, bible, codex, logbook, ledger, notebook, atlas, letter, map, "
                "parchment, scroll, papyrus scroll, chart, document, newspaper, page, treaty, recipe"
            ),
        ),
        Subject(figure="bell", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="bell, church bell, bronze bell, ship's bell",
        ),
        Subject(figure="clock", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.34): Words(
            strong=(
                "clock, pocket watch, watch, chronometer, sundial, pendulum, longcase clock, hourglass, grandfather "
                "clock, timepiece"
            ),
        ),
        Subject(figure="compass", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.18): Words(
            strong="compass, sextant, astrolabe, globe, armillary sphere",
        ),
        Subject(figure="press", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.40): Words(
            strong=(
                "printing press, press, loom, machine, steam hammer, spinning wheel, engine, spinning jenny, telegraph, "
                "typewriter, computer, mechanism, apparatus"
            ),
        ),
        Subject(figure="anchor", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.30): Words(
            strong="anchor",
        ),
        Subject(figure="wheel", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.30): Words(
            strong="wheel, waterwheel, water wheel, cogwheel, gear, cog, potter's wheel, millstone",
        ),
        Subject(figure="well", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.26): Words(
            strong="stone well, village well, water well, draw well, well head, fountain",
        ),
        Subject(figure="barrel", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.18): Words(
            strong=(
                "barrel, cask, crate, chest, sack, box, basket, keg, treasure chest, cargo, amphora, jar, pot, vase, urn, "
                "bottle, jug, vessel of clay, cup, bowl"
            ),
        ),
        Subject(figure="sword", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.34): Words(
            strong="sword, axe, spear, shield, weapon, dagger, blade, bow, halberd",
        ),
        Subject(figure="signpost", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.34): Words(
            strong="signpost, sign post, crossroad sign, gate, fence post, fence, milepost, cross, scarecrow, flag, banner",
        ),
        Subject(figure="hive", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.22): Words(
            strong="hive, beehive, honeycomb, wasp nest, bees' nest, skep",
        ),
        Subject(figure="nest", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.14): Words(
            strong="nest, egg, bird's nest, eyrie, clutch of egg",
        ),
        Subject(figure="sled", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.20): Words(
            strong="sled, sledge, sleigh, dog sled, toboggan",
        ),
        Subject(figure="plinth", kind=AssetKind.PROP, stance=Stance.GROUND, height=0.30): Words(
            strong=(
                "object, artefact, artifact, tool, instrument, device, relic, treasure, thing, medal, coin, gold, jewel, "
                "crown, ring, violin, piano, lens, mirror"
            ),
        ),
    }
)

_MUTE = (
    "man made, manmade, bear witness, bear fruit, well known, as well, horse power, fire place, dog days, rock bottom, sea horse, fish eye, "
    "ship out, book of, free fall, bird eye, eagle eye, eagle eyed, house of, train of, tree line, treeline, tree ring, lion share, wheel of, "
    "watch over, watch the, watch as, press on, press in, press against, ring of, ring out, ring with, ring across, ring over, clear ground"
)


@cache
def subjects() -> Vocabulary[Subject]:
    """Give the vocabulary of subjects."""
    return Vocabulary(SUBJECT_WORDS, mute=_MUTE)


def find_subjects(text: str) -> tuple[Subject, ...]:
    """Give the subjects a text speaks of, each once: named ones before hinted ones, earlier before later; empty when none is known."""
    return subjects().rank(text)
