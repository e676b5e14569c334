package answer

import "strings"

// outletNames are outlets that people cite without a word such as article
// beside them, so that "TechCrunch reported" is told from "Tim Cook
// reported". Those with The are named so only with it. The index's own
// sources are known as well.
var outletNames = nameSet(`
9to5Mac, ABC News, Al Jazeera, Ars Technica, Associated Press, AP, AFP, Axios, BBC, BBC News, BBC Sport, Bleacher Report,
Bloomberg, Bloomberg News, Boston Globe, Business Insider, Business Standard, Business Today, BuzzFeed News, CBC, CBC News, CBS News,
CBS Sports, Channel 4 News, Chicago Tribune, Christian Science Monitor, CNBC, CNET, CNN, Cricbuzz, Daily Beast, Daily Express,
Daily Mail, Daily Mirror, Daily Star, Daily Telegraph, Der Spiegel, Deutsche Welle, The Diplomat, The Economist,
Economic Times, El País, Engadget, Entertainment Weekly, ESPN, Eurogamer, Euronews, Evening Standard, Financial Express,
Financial Times, Forbes, Foreign Affairs, Foreign Policy, Fox Business, Fox News, Fox Sports, France 24, GameSpot, Gizmodo,
Globe and Mail, The Guardian, Haaretz, The Hill, The Hindu, Hindustan Times, Hollywood Reporter, Houston Chronicle, HuffPost,
IGN, The Independent, Indian Express, The Intercept, Irish Independent, Irish Times, ITV News, Japan Times, Jerusalem Post,
Kotaku, Kyiv Independent, Kyiv Post, Le Figaro, Le Monde, Live Science, Los Angeles Times, LA Times, MarketWatch,
Mashable, Mercury News, Miami Herald, MIT Technology Review, Moscow Times, MSNBC, Music Business Worldwide, National Geographic, National Review, NBC News,
NDTV, New Scientist, New Republic, New Statesman, New York Magazine, New York Post, New York Times, New Yorker, Newsday, Newsweek,
Nikkei Asia, NPR, The Observer, PBS, PC Gamer, PCWorld, Philadelphia Inquirer, Politico, Polygon, ProPublica, The Register,
Reuters, Rolling Stone, San Francisco Chronicle, Scientific American, The Scotsman, Seattle Times, Semafor, Sky News, Sky Sports,
South China Morning Post, Sporting News, Sports Illustrated, The Standard, Straits Times, The Sun, Sunday Times, Sydney Morning Herald,
The Age, The Athletic, The Atlantic, TalkSport, TechCrunch, The Telegraph, The Times, Times of India, Times of Israel, TMZ, Toronto Star, USA Today,
US News, Vanity Fair, The Verge, VentureBeat, Wall Street Journal, WSJ, Washington Examiner, Washington Post,
Washington Times, The Week, Xinhua, Yahoo News, Yahoo Finance, Yahoo Sports, Yardbarker, Yonhap, ZDNet, The Conversation, The Roar`)

// everydayNames are outlets called like things of every day, or like bodies
// that are news themselves: they want a word such as article beside them, or
// "according to" before.
var everydayNames = nameSet(`
Billboard, Deadline, Fortune, The Mirror, Nature, People, Science, Slate, Time, Variety, Vice, Vogue, Vox, Wired, Wikipedia`)

// domainsOf are parts of addresses that outlets' names do not tell.
var domainsOf = map[string]string{
	"wall street journal": "wsj", "los angeles times": "latimes", "la times": "latimes", "financial times": "ft",
	"associated press": "apnews", "ap": "apnews", "deutsche welle": "dw", "der spiegel": "spiegel",
	"sydney morning herald": "smh", "south china morning post": "scmp", "entertainment weekly": "ew",
	"times of india": "timesofindia", "daily telegraph": "telegraph", "sports illustrated": "si", "new york magazine": "nymag",
	"yahoo finance": "yahoo", "yahoo news": "yahoo", "times": "thetimes", "sun": "thesun", "verge": "theverge",
	"guardian": "theguardian", "daily mail": "dailymail", "new york post": "nypost", "christian science monitor": "csmonitor",
	"us news": "usnews", "hacker news": "thehackernews", "abc news": "abcnews", "pbs": "pbs", "xinhua": "xinhuanet",
}

// outletWords make a capitalised name that of an outlet.
var outletWords = set(`news times post journal herald tribune gazette chronicle magazine media press daily weekly today
	business sports sport world line wire insider review radio tv television network online observer telegraph
	mail mirror globe star courier dispatch examiner inquirer register sentinel standard bulletin reporter blog science`)

// articleNouns are what outlets publish.
var articleNouns = set(`article articles report reports story stories piece pieces post posts review reviews coverage
	analysis analyses interview interviews column columns editorial editorials blog guide guides website
	publication publications reporting dispatch assessment`)

// citing are participles behind which "by" or "in" names who said it.
var citing = set(`reported noted mentioned covered described discussed featured suggested highlighted recognized recognised
	identified told published documented scrutinized scrutinised criticized criticised claimed stated speculated
	presented detailed outlined emphasized emphasised provided introduced accused listed quoted cited revealed written
	said observed rumored rumoured defended depicted ranked considered announced broken analysed analyzed explained
	shared examined explored portrayed broadcast estimated given reviewed`)

// citingVerbs are what outlets do with news.
var citingVerbs = set(`report reports reported say says said suggest suggests suggested claim claims claimed indicate indicates
	indicated describe describes described mention mentions mentioned write writes wrote publish publishes published
	discuss discusses discussed state states stated note notes noted highlight highlights highlighted attribute
	attributes attributed identify identifies identified recognize recognizes recognized reveal reveals revealed
	imply implies implied accuse accuses accused argue argues argued estimate estimates estimated predict predicts predicted`)

func nameSet(names string) map[string]bool {
	m := make(map[string]bool)
	for name := range strings.SplitSeq(names, ",") {
		name = strings.TrimSpace(name)
		key := sourceKey(name)
		if strings.HasPrefix(name, "The ") {
			key = "the " + key
		}
		m[key] = true
	}
	return m
}
