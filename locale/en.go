package locale

// english holds what counts something, and words that stand for two things: all
// else is its own key.
var english = phrases{
	"%d articles": {"%d article", "%d articles"},
	"%d passages": {"%d passage", "%d passages"},
	"%d outlets":  {"%d outlet", "%d outlets"},
	"%d outlets say so, all with the same text.": {"%d outlet says so.", "%d outlets say so, all with the same text."},
	"in %d independent texts":                    {"in %d independent text", "in %d independent texts"},
	"from %d sources":                            {"from %d source", "from %d sources"},
	"in %d files":                                {"in %d file", "in %d files"},
	"from %d files":                              {"from %d file", "from %d files"},
	"of %d files":                                {"of %d file", "of %d files"},
	"%d things could not be read and were left out:": {"%d thing could not be read and was left out:", "%d things could not be read and were left out:"},
	"%d days":                   {"%d day", "%d days"},
	"%d hours":                  {"%d hour", "%d hours"},
	"%d minutes":                {"%d minute", "%d minutes"},
	"%d seconds":                {"%d second", "%d seconds"},
	"%d more lines did not fit": {"%d more line did not fit", "%d more lines did not fit"},
	"for %d days":               {"for %d day", "for %d days"},
	"%d times":                  {"%d time", "%d times"},
	"%d feeds":                  {"%d feed", "%d feeds"},
	"%d questions":              {"%d question", "%d questions"},
	"%d questions deleted.":     {"%d question deleted.", "%d questions deleted."},
	"only articles of %s":       {"only those of %s"},
}
