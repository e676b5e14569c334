package article

// A Change says what putting an article into a Store did.
type Change string

const (
	Added     Change = "added"
	Edited    Change = "edited"    // a new version of one that was there
	Unchanged Change = "unchanged" // it was there, just so
	Forgotten Change = "forgotten" // people wanted it gone; it was not taken
)
