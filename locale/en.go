package locale

// english holds only what counts something: all else is its own key.
var english = phrases{
	"%d articles": {"%d article", "%d articles"},
}
