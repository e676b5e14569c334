package bot

import "time"

// Limits of messages made of components.
// https://discord.com/developers/docs/components/reference
const (
	maxComponents  = 40   // counted nested, buttons of sections too
	maxText        = 4000 // characters of all text displays together
	maxRowButtons  = 5
	maxButtons     = 10 // ours: two rows
	maxLabel       = 80
	maxCustomID    = 100
	maxOptions     = 25  // of a menu, and suggestions while typing
	maxOptionText  = 100 // label, value and description of each
	maxPlaceholder = 150 // of a menu
	maxModalTitle  = 45  // and the label of its field
	maxModalText   = 4000
	maxButtonURL   = 512
	maxImageURL    = 2048
)

// How much of a message each part of a reply may take, in characters as sent.
// Together they leave room for the article that a page of text comes from.
const (
	maxTitle       = 600  // a question that is longer is cut, and its buttons are left out
	maxAnswer      = 1500 // lines and facts beside quoted articles
	maxBody        = 3000 // lines and facts where nothing is quoted
	maxFactName    = 120
	maxFactValue   = 300
	maxNote        = 300
	maxSource      = 80
	maxItemTitle   = 200
	maxQuote       = 350
	itemHead       = 150 // outlet, day and title of an article, mostly
	minQuote       = 120 // at least so much of each quote where all are to be shown
	maxMore        = 300
	maxMarks       = 12  // words in bold in one quote
	maxCites       = 6   // marks behind one line
	minPiece       = 80  // a line is cut only where this much of it is left
	leftOutReserve = 120 // for saying what did not fit
)

// Limits of command definitions.
// https://discord.com/developers/docs/interactions/application-commands
const (
	maxOptionLength = 6000
	maxName         = 32
	maxDescription  = 100
)

// Message flags.
// https://discord.com/developers/docs/resources/message#message-object-message-flags
const (
	flagEphemeral  = 1 << 6
	flagComponents = 1 << 15
)

// Callback types: an answer that follows, one that edits the message whose
// button was pressed, suggestions, and a form to fill in.
// https://discord.com/developers/docs/interactions/receiving-and-responding
const (
	deferReply  = 5
	deferUpdate = 6
	giveChoices = 8
	openModal   = 9
)

// Permission bits.
// https://discord.com/developers/docs/topics/permissions
const (
	administrator      = 1 << 3
	manageServer       = 1 << 5
	viewChannel        = 1 << 10
	sendMessages       = 1 << 11
	readMessageHistory = 1 << 16 // for answering a message by reference
	sendInThreads      = 1 << 38

	// neededPermissions is what an invitation asks for, and neededWords what a
	// server's settings call it. Slash commands alone would need none of it;
	// answers to mentions do. Embed Links is not among it: replies are made of
	// components.
	neededPermissions = viewChannel | sendMessages | readMessageHistory | sendInThreads
	neededWords       = "View Channels, Send Messages, Send Messages in Threads, Read Message History"
)

// Discord's error codes.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
const (
	codeUnknownWebhook      = 10015 // a request that overtook the acknowledgement
	codeUnknownInteraction  = 10062
	codeAlreadyAcknowledged = 40060
)

// progressEvery is the shortest time between two edits that tell progress.
const progressEvery = 2 * time.Second
