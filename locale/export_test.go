package locale

// Phrases returns what messages are in a language.
func Phrases(l Language) map[string][]string { return spoken(l) }
