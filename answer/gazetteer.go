package answer

// Things that everybody knows by name. The lists only help to tell what a word
// may be; what is in none of them is found all the same.
const (
	countries = `afghanistan, albania, algeria, andorra, angola, argentina, armenia, australia, austria, azerbaijan,
bahamas, bahrain, bangladesh, barbados, belarus, belgium, belize, benin, bhutan, bolivia, bosnia, botswana, brazil,
brunei, bulgaria, burkina faso, burundi, cambodia, cameroon, canada, cape verde, chad, chile, china, colombia, comoros,
congo, costa rica, croatia, cuba, cyprus, czech republic, czechia, denmark, djibouti, dominica, dominican republic,
ecuador, egypt, el salvador, eritrea, estonia, eswatini, ethiopia, fiji, finland, france, gabon, gambia, georgia,
germany, ghana, greece, grenada, guatemala, guinea, guyana, haiti, honduras, hungary, iceland, india, indonesia, iran,
iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan, kazakhstan, kenya, kiribati, kosovo, kuwait,
kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, libya, liechtenstein, lithuania, luxembourg, madagascar, malawi,
malaysia, maldives, mali, malta, mauritania, mauritius, mexico, micronesia, moldova, monaco, mongolia, montenegro,
morocco, mozambique, myanmar, burma, namibia, nauru, nepal, netherlands, holland, new zealand, nicaragua, niger,
nigeria, north korea, north macedonia, norway, oman, pakistan, palau, palestine, panama, papua new guinea, paraguay,
peru, philippines, poland, portugal, qatar, romania, russia, rwanda, samoa, san marino, saudi arabia, senegal, serbia,
seychelles, sierra leone, singapore, slovakia, slovenia, solomon islands, somalia, south africa, south korea, korea,
south sudan, spain, sri lanka, sudan, suriname, sweden, switzerland, syria, taiwan, tajikistan, tanzania, thailand,
togo, tonga, trinidad, tunisia, turkey, turkiye, türkiye, turkmenistan, tuvalu, uganda, ukraine, united arab emirates,
uae, united kingdom, uk, britain, england, scotland, wales, northern ireland, united states, us, usa, america, uruguay,
uzbekistan, vanuatu, vatican, venezuela, vietnam, yemen, zambia, zimbabwe, greenland, hong kong, puerto rico`

	states = `alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia, hawaii,
idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan, minnesota,
mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york, north carolina,
north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas, utah,
vermont, virginia, washington, west virginia, wisconsin, wyoming, ontario, quebec, british columbia, alberta, manitoba,
saskatchewan, nova scotia, new brunswick, newfoundland, new south wales, queensland, victoria, tasmania, bavaria,
saxony, catalonia, crimea, punjab, kerala, gujarat, maharashtra, tamil nadu, karnataka, uttar pradesh, bihar, assam`

	cities = `abu dhabi, accra, addis ababa, adelaide, albuquerque, aleppo, alexandria, algiers, amman, amsterdam, ankara,
athens, atlanta, auckland, austin, baghdad, baku, baltimore, bangkok, barcelona, basel, beijing, beirut, belfast,
belgrade, berlin, birmingham, bogota, bogotá, bologna, bordeaux, boston, brasilia, bratislava, bremen, brisbane, bristol,
brussels, bucharest, budapest, buenos aires, buffalo, cairo, calgary, cape town, caracas, cardiff, casablanca,
charlotte, chennai, chicago, cincinnati, cleveland, cologne, columbus, copenhagen, dallas, damascus, davos, delhi,
denver, detroit, dhaka, doha, donetsk, dresden, dubai, dublin, durban, edinburgh, el paso, frankfurt, fort worth,
gaza, geneva, genoa, glasgow, guangzhou, hamburg, hanoi, harare, havana, helsinki, hiroshima, houston, indianapolis,
islamabad, istanbul, jacksonville, jakarta, jeddah, jerusalem, johannesburg, kabul, kampala, kansas city, karachi,
kathmandu, kharkiv, khartoum, kherson, kigali, kiev, kinshasa, kolkata, krakow, kuala lumpur, kyiv, kyoto, lagos,
lahore, las vegas, leeds, leipzig, lima, lisbon, liverpool, ljubljana, london, long beach, los angeles, louisville,
luhansk, lviv, lyon, madrid, manchester, manila, mariupol, marrakech, marseille, mecca, medellin, melbourne, memphis,
mexico city, miami, milan, milwaukee, minneapolis, minsk, mobile, mogadishu, montreal, moscow, mumbai, munich, nagasaki,
nairobi, naples, nashville, new delhi, new orleans, new york, new york city, newcastle, nice, oakland, odesa, odessa,
oklahoma city, omaha, orlando, osaka, oslo, ottawa, oxford, palermo, paris, perth, philadelphia, phoenix, pittsburgh,
portland, porto, prague, pretoria, pyongyang, quebec city, quito, rabat, raleigh, reykjavik, riga, rio de janeiro,
riyadh, rome, rotterdam, sacramento, salt lake city, san antonio, san diego, san francisco, san jose, san juan, santiago,
sao paulo, são paulo, sarajevo, seattle, seoul, seville, shanghai, shenzhen, sofia, springfield, st louis, st petersburg,
stockholm, strasbourg, stuttgart, sydney, taipei, tallinn, tampa, tbilisi, tehran, tel aviv, the hague, tokyo, toronto,
tripoli, tulsa, tunis, turin, ulaanbaatar, uvalde, valencia, vancouver, venice, vienna, vilnius, warsaw, washington,
wellington, wuhan, yerevan, zagreb, zaporizhzhia, zurich`

	colors = `red, orange, yellow, green, blue, purple, violet, pink, brown, black, white, grey, gray, gold, silver, teal,
turquoise, crimson, magenta, beige, maroon, navy, scarlet`

	creatures = `alligator, ant, ape, bat, bear, bears, beaver, bee, bees, beetle, bird, birds, bison, boar, buffalo, bull,
butterfly, camel, cat, cats, caterpillar, cattle, cheetah, chicken, chickens, chimpanzee, cockroach, condor, cougar, cow,
cows, coyote, crab, crane, cricket, crocodile, crow, deer, dinosaur, dodo, dog, dogs, dolphin, dolphins, donkey, dragonfly,
duck, eagle, eel, elephant, elephants, elk, emu, falcon, ferret, finch, flamingo, fly, fox, frog, giraffe, goat, goldfish,
goose, gorilla, hamster, hare, hawk, hedgehog, hippo, hippopotamus, hornet, horse, horses, hyena, iguana, jaguar, jellyfish,
kangaroo, koala, ladybug, lantern, lemur, leopard, lion, lions, lizard, llama, lobster, locust, lynx, macaque, mammoth,
manatee, mink, monkey, moose, mosquito, mosquitoes, moth, mouse, mice, mule, narwhal, octopus, orca, orcas, ostrich, otter,
owl, ox, oyster, panda, panther, parrot, peacock, pelican, penguin, penguins, pig, pigs, pigeon, platypus, porcupine,
porpoise, puma, python, rabbit, raccoon, rat, rats, raven, reindeer, rhino, rhinoceros, salmon, scorpion, seal, sea lion,
shark, sharks, sheep, shrew, shrimp, skunk, sloth, slug, snail, snails, snake, sparrow, spider, spiders, squid, squirrel,
starfish, stingray, stork, swan, tarantula, termite, tick, tiger, tigers, toad, tortoise, trout, tuna, turkey, turtle,
turtles, vulture, walrus, wasp, weasel, whale, whales, wildcat, wolf, wolves, wombat, woodpecker, worm, yak, zebra`

	foods = `apple, apples, avocado, bacon, bagel, banana, bananas, barley, basil, bean, beans, beef, beer, berries, biscuit,
blueberries, bread, broccoli, burger, butter, cabbage, cake, carrot, carrots, cauliflower, celery, cereal, cheese,
cherry, cherries, chicken, chili, chips, chocolate, cider, cinnamon, cocoa, coconut, cod, coffee, cookie, cookies, corn,
crab, cream, cucumber, curry, custard, dumplings, egg, eggs, eggplant, fish, flour, french fries, fries, garlic, gin,
ginger, grape, grapes, ham, hamburger, honey, hot dog, hot dogs, ice cream, jam, juice, kale, ketchup, lamb, lemon,
lemonade, lentils, lettuce, lobster, mango, margarine, mayonnaise, meat, melon, milk, mint, mushroom, mushrooms, mustard,
noodles, nuts, oats, oil, olive oil, onion, onions, orange, orange juice, oranges, oyster, pancake, pasta, peach, peanut,
peanut butter, pear, peas, pepper, peppers, pickle, pie, pineapple, pizza, popcorn, pork, potato, potatoes, pumpkin,
raspberry, rice, rum, salad, salmon, salt, sandwich, sauce, sausage, seafood, sesame, shrimp, soda, soup, soy, spinach,
squash, steak, strawberries, strawberry, sugar, sushi, syrup, taco, tacos, tea, toast, tofu, tomato, tomatoes, tuna,
turkey, vanilla, vodka, waffle, walnut, watermelon, wheat, whiskey, whisky, wine, yogurt, yoghurt, zucchini`

	sports = `archery, athletics, badminton, baseball, basketball, boxing, breakdancing, bowling, canoeing, climbing,
cricket, curling, cycling, darts, diving, equestrian, fencing, football, golf, gymnastics, handball, hockey, judo, karate,
karting, lacrosse, marathon, netball, pickleball, polo, racing, rowing, rugby, sailing, skateboarding, skating, skiing,
snooker, snowboarding, soccer, softball, squash, sumo, surfing, swimming, tennis, triathlon, volleyball, weightlifting,
wrestling`
)
