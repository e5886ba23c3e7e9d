"""People and animals the offline studio has figures for.

Each row: figure, kind, stance and natural height (share of the frame's height), then the words that ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.vocabulary import Words

CREATURE_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "man character ground 0.42": Words(
            "man, gentleman, father, grandfather, husband, son, brother, clerk, teacher, stranger, writer, poet, author, "
            "mayor, merchant, trader, banker, lawyer, philosopher, composer, musician, painter, artist, president, minister, "
            "captain, officer, admiral, commander, guide, founder, leader, printer, bookseller, judge, politician, librarian, "
            "conductor",
            "person, human, he, hero, figure, somebody, someone, character, silhouette",
        ),
        "woman character ground 0.41": Words(
            "woman, lady, mother, grandmother, wife, daughter, sister, girl, widow, nurse, weaver, midwife, seamstress, "
            "princess, maid, healer, actress, duchess, countess, singer, dancer",
            "she, her",
        ),
        "child character ground 0.30": Words(
            "child, children, boy, kid, toddler, pupil, orphan, apprentice, schoolboy, schoolgirl",
        ),
        "walker character ground 0.42": Words(
            "walker, hiker, traveller, traveler, wanderer, pilgrim, explorer, climber, mountaineer, messenger, nomad, sherpa, "
            "surveyor, adventurer, wayfarer, scout, prospector, naturalist, ranger, mountain guide, postman",
            "journey, expedition",
        ),
        "sailor character ground 0.42": Words(
            "sailor, seaman, fisherman, helmsman, navigator, mariner, whaler, pirate, boatman, keeper, lighthouse keeper, "
            "crewman, shipwright, ferryman, fishermen, angler, skipper",
        ),
        "monk character ground 0.42": Words(
            "monk, priest, friar, nun, abbot, hermit, prophet, wizard, druid, saint, scribe, robed figure, hooded figure, "
            "bishop, copyist, oracle, pope, priestess, abbess, caliph, imam, sage, elder",
        ),
        "soldier character ground 0.45": Words(
            "soldier, warrior, knight, guard, sentry, legionary, viking, samurai, hunter, archer, spearman, crusader, "
            "general, watchman, gladiator, night watchman, centurion, hunters",
            "army",
        ),
        "king character ground 0.44": Words(
            "king, emperor, pharaoh, prince, sultan, ruler, tsar, duke, lord, shah, khan, monarch",
        ),
        "queen character ground 0.43": Words("queen, empress, cleopatra, tsarina"),
        "farmer character ground 0.42": Words(
            "farmer, peasant, shepherd, gardener, reaper, villager, herder, beekeeper, harvester, worker, labourer, laborer, "
            "miner, builder, mason, stonemason, blacksmith, carpenter, woodcutter, potter, baker, craftsman, farmhand, "
            "digger, shepherdess, lumberjack, grower, workman",
        ),
        "scientist character ground 0.42": Words(
            "scientist, inventor, astronomer, doctor, engineer, researcher, chemist, physicist, scholar, mathematician, "
            "biologist, professor, physician, alchemist, geologist, clockmaker, architect, botanist, archaeologist, "
            "watchmaker, mapmaker, cartographer, lens grinder, meteorologist, programmer, geographer, astronaut, pilot",
        ),
        "crowd character ground 0.32": Words(
            "crowd, people, family, group, citizen, passenger, refugee, procession, queue, audience, population, neighbour, "
            "neighbor, community, tribe, crew, townspeople, settler, pedestrian, team, couple, monks, soldiers, workers, "
            "farmers, sailors, villagers, pilgrims, travellers, travelers, men, women",
            "they, everyone, generation, human being, humanity",
        ),
        "rider character ground 0.46": Words("rider, horseman, cavalry, cowboy, horseback, courier, mounted messenger, jockey"),
        "wolf character ground 0.26": Words("wolf, wolf pack, she wolf, coyote, jackal, dingo, hyena, grey wolf, gray wolf"),
        "fox character ground 0.20": Words("fox, red fox, arctic fox, vixen, fox cub"),
        "dog character ground 0.22": Words("dog, hound, puppy, sled dog, husky, sheepdog"),
        "cat character ground 0.18": Words("cat, kitten, tomcat, wildcat, lynx, bobcat"),
        "lion character ground 0.27": Words("lion, male lion, pride of lion"),
        "leopard character ground 0.24": Words(
            "leopard, tiger, lioness, cheetah, panther, jaguar, snow leopard, puma, cougar, tigress",
        ),
        "deer character ground 0.36": Words(
            "deer, stag, red deer, hart, buck, roe deer, fallow deer, antelope, gazelle, impala, oryx, kudu",
        ),
        "doe character ground 0.27": Words("doe, fawn, hind, roe, foal, lamb"),
        "reindeer character ground 0.34": Words("reindeer, caribou, elk, wapiti"),
        "moose character ground 0.40": Words("moose, bull moose"),
        "bear character ground 0.32": Words("bear, she bear, polar bear, brown bear, grizzly, black bear, bear cub"),
        "horse character ground 0.38": Words(
            "horse, mare, stallion, wild horse, pony, mustang, zebra, donkey, mule, unicorn, workhorse",
        ),
        "cow character ground 0.33": Words(
            "cow, cattle, bull, ox, oxen, calf, buffalo, water buffalo, wildebeest, aurochs, yak, livestock, draught animal",
        ),
        "bison character ground 0.36": Words("bison, muskox, musk ox"),
        "sheep character ground 0.22": Words("sheep, ewe, flock of sheep, ram"),
        "goat character ground 0.27": Words("goat, ibex, mountain goat, chamois, billy goat"),
        "boar character ground 0.24": Words(
            "boar, wild boar, pig, hog, sow, rhinoceros, rhino, hippopotamus, hippo, tapir, warthog",
        ),
        "hare character ground 0.15": Words("hare, rabbit, bunny, mountain hare, snowshoe hare"),
        "squirrel character ground 0.13": Words("squirrel, chipmunk, marmot, red squirrel, dormouse"),
        "mouse character ground 0.10": Words("mouse, mice, rat, vole, lemming, shrew, mole, rodent, hedgehog"),
        "beaver character ground 0.18": Words(
            "beaver, badger, wombat, otter, weasel, marten, mink, raccoon, wolverine, stoat, ferret",
        ),
        "elephant character ground 0.50": Words("elephant, elephant calf, bull elephant, matriarch"),
        "mammoth character ground 0.52": Words("mammoth, woolly mammoth, mastodon"),
        "camel character ground 0.42": Words("camel, dromedary, caravan, bactrian, llama, alpaca"),
        "giraffe character ground 0.62": Words("giraffe"),
        "monkey character ground 0.25": Words("monkey, ape, chimpanzee, gorilla, orangutan, baboon, primate, macaque, lemur"),
        "kangaroo character ground 0.34": Words("kangaroo, wallaby"),
        "eagle character air 0.28": Words(
            "eagle, hawk, falcon, kite bird, vulture, condor, buzzard, osprey, bird of prey, raptor, albatross, golden eagle, "
            "sea eagle, kestrel, peregrine, frigatebird, harrier",
        ),
        "owl character ground 0.22": Words("owl, barn owl, snowy owl, tawny owl, nightjar"),
        "crow character ground 0.16": Words(
            "crow, raven, jackdaw, magpie, blackbird, rook, robin, sparrow, songbird, cuckoo, nightingale, woodpecker, "
            "thrush, starling, finch, wren, kingfisher, canary, parrot, pigeon",
            "bird",
        ),
        "gull character air 0.14": Words(
            "gull, seagull, tern, petrel, dove, arctic tern, puffin, cormorant, messenger pigeon, homing pigeon, carrier pigeon",
        ),
        "swallow character air 0.12": Words("swallow, swift, martin, skylark, hummingbird"),
        "flock character air 0.24": Words(
            "flock, birds, flock of bird, starlings, swallows, swifts, crows, wild geese, migrating bird, migrating geese, "
            "migrating crane, cranes, geese, murmuration, gulls, ravens, pigeons, terns",
        ),
        "goose character air 0.20": Words(
            "goose, duck in flight, flying goose, flying swan, crane, wild goose, bar headed goose, godwit",
        ),
        "heron character ground 0.30": Words("heron, egret, stork, ibis, flamingo, spoonbill, white stork, grey heron, bittern"),
        "swan character water 0.20": Words("swan, whooper swan, mute swan, loon, grebe"),
        "duck character water 0.12": Words("duck, mallard, duckling, eider, coot, teal"),
        "penguin character ground 0.26": Words("penguin, emperor penguin, auk"),
        "rooster character ground 0.18": Words(
            "rooster, hen, chicken, cockerel, turkey, grouse, pheasant, peacock, partridge, ptarmigan, dodo",
        ),
        "ostrich character ground 0.46": Words("ostrich, emu, moa"),
        "seal character ground 0.18": Words("seal, sea lion, walrus, harp seal, seal pup, manatee, dugong"),
        "whale character underwater 0.40": Words(
            "whale, blue whale, humpback, humpback whale, sperm whale, right whale, bowhead, grey whale, fin whale",
        ),
        "dolphin character underwater 0.24": Words("dolphin, porpoise, orca, killer whale, narwhal, beluga"),
        "shark character underwater 0.24": Words("shark, great white, hammerhead, whale shark, sawfish"),
        "fish character underwater 0.13": Words(
            "fish, trout, cod, carp, herring, tuna, perch, pike, mackerel, sturgeon, bass, goldfish, catfish, anchovy, sardine",
        ),
        "salmon character underwater 0.18": Words("salmon, leaping fish, sockeye, chinook"),
        "shoal character underwater 0.34": Words(
            "shoal, school of fish, shoal of fish, fishes, sardines, herrings, shoals, fry, smolt, fingerling",
        ),
        "eel character underwater 0.16": Words(
            "eel, european eel, glass eel, silver eel, elver, lamprey, moray, sea snake, leptocephalus",
        ),
        "turtle character underwater 0.22": Words("turtle, sea turtle, loggerhead, green turtle, leatherback, hatchling"),
        "tortoise character ground 0.16": Words("tortoise, giant tortoise, terrapin"),
        "octopus character underwater 0.28": Words("octopus, squid, giant squid, cuttlefish, nautilus, kraken, ammonite"),
        "jellyfish character underwater 0.28": Words("jellyfish, medusa, man of war, plankton, polyp"),
        "ray character underwater 0.24": Words("manta, manta ray, ray fish, stingray, skate"),
        "crab character ground 0.13": Words("crab, lobster, crayfish, shrimp, krill, hermit crab, prawn, scorpion"),
        "snake character ground 0.14": Words("snake, serpent, viper, cobra, adder, python, rattlesnake, worm, earthworm"),
        "lizard character ground 0.12": Words("lizard, gecko, chameleon, iguana, salamander, newt, komodo dragon"),
        "crocodile character ground 0.18": Words("crocodile, alligator, caiman"),
        "dinosaur character ground 0.56": Words("dinosaur, sauropod, brontosaurus, diplodocus, plesiosaur"),
        "frog character ground 0.12": Words("frog, toad, tree frog, tadpole"),
        "bee character air 0.14": Words(
            "bee, honeybee, bumblebee, wasp, hornet, honey bee, queen bee, worker bee, swarm, fly insect, mosquito, firefly, "
            "locust, cicada, beetle",
        ),
        "butterfly character air 0.16": Words("butterfly, moth, monarch butterfly, silk moth, dragonfly, monarch, painted lady"),
        "ant character ground 0.10": Words("ant, termite, leafcutter, ant colony, insect"),
        "spider character ground 0.12": Words("spider, tarantula, silk spider"),
        "snail character ground 0.11": Words("snail, slug, silkworm, caterpillar"),
        "bat character air 0.16": Words("bat, fruit bat, flying fox, vampire bat, pipistrelle"),
    }
)
"""People and animals."""
