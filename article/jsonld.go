package article

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// A linkedData is an article as a page describes it for search engines, after
// https://schema.org/Article.
type linkedData struct {
	Type     values      `json:"@type"`
	ID       values      `json:"@id"`
	Graph    ldList      `json:"@graph"`
	Main     ldList      `json:"mainEntity"`
	Headline values      `json:"headline"`
	Name     values      `json:"name"`
	Body     values      `json:"articleBody"`
	URL      values      `json:"url"`
	Page     ldReference `json:"mainEntityOfPage"`
	Date     values      `json:"datePublished"`
	Modified values      `json:"dateModified"`
	Section  values      `json:"articleSection"`
	Language values      `json:"inLanguage"`
	Image    ldImages    `json:"image"`
	Thumb    ldImages    `json:"thumbnailUrl"`
	Content  values      `json:"contentUrl"`
	Author   ldNames     `json:"author"`
	Creator  ldNames     `json:"creator"`
	Free     ldBool      `json:"isAccessibleForFree"`
	Parts    ldList      `json:"hasPart"`
	Selector values      `json:"cssSelector"`
	Updates  ldList      `json:"liveBlogUpdate"`

	Publisher ldNames `json:"publisher"`
}

// maxLinked is how many things of JSON-LD are looked at on one page.
const maxLinked = 500

// linkedThings are the things that the JSON-LD of a page describes.
type linkedThings struct {
	articles []*linkedData
	named    map[string]*linkedData // by @id, which other things refer to
	seen     int
}

// add reads the JSON-LD of one script element.
func (l *linkedThings) add(raw []byte, depth int) {
	raw = bytes.TrimSpace(raw)
	if l.seen++; depth > maxNesting || len(raw) == 0 || l.seen > maxLinked {
		return
	}
	if raw[0] == '[' {
		var list ldList
		if json.Unmarshal(raw, &list) == nil {
			l.addAll(list, depth)
		}
		return
	}
	ld := new(linkedData)
	if raw[0] != '{' || json.Unmarshal(raw, ld) != nil {
		return
	}
	if len(ld.ID) > 0 && l.named[ld.ID[0]] == nil {
		if l.named == nil {
			l.named = make(map[string]*linkedData)
		}
		l.named[ld.ID[0]] = ld
	}
	for _, t := range ld.Type {
		if isArticleType(t) {
			l.articles = append(l.articles, ld)
			return
		}
	}
	l.addAll(ld.Graph, depth)
	l.addAll(ld.Main, depth)
}

func (l *linkedThings) addAll(list ldList, depth int) {
	for _, raw := range list {
		l.add(raw, depth+1)
	}
}

// article returns the article that the page is about: of several the one with
// a headline that the page's title repeats, else the first. It is never nil.
func (l *linkedThings) article(titles []string) *linkedData {
	if len(l.articles) == 0 {
		return &linkedData{}
	}
	chosen := l.articles[0]
	for _, ld := range l.articles {
		headline := strings.ToLower(cleanLine(strings.Join(ld.Headline, " ")))
		for _, t := range titles {
			if headline != "" && strings.Contains(strings.ToLower(cleanLine(t)), headline) {
				l.resolve(ld)
				return ld
			}
		}
	}
	l.resolve(chosen)
	return chosen
}

// resolve puts in what the article only refers to by its @id.
func (l *linkedThings) resolve(ld *linkedData) {
	for _, names := range []*ldNames{&ld.Author, &ld.Creator, &ld.Publisher} {
		for _, id := range names.ids {
			if thing := l.named[id]; thing != nil {
				names.values = append(names.values, thing.Name...)
			}
		}
	}
	for i, image := range ld.Image {
		if thing := l.named[image]; thing != nil {
			if address := first(join(thing.URL, thing.Content), statedURL); address != "" {
				ld.Image[i] = address
			}
		}
	}
	ld.Image = append(ld.Image, ld.Thumb...)
}

// isArticleType knows NewsArticle and all its relatives by their endings.
func isArticleType(t string) bool {
	t = t[strings.LastIndexAny(t, "/#:")+1:]
	return strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "BlogPosting") || t == "Report"
}

// paywalled reports whether the article, or a part of it, is declared not to be
// free. Such a part stands for all: it is the text, or what is left of it.
func (ld *linkedData) paywalled() bool {
	return ld.Free == ldNo || slices.ContainsFunc(ld.Parts, func(raw json.RawMessage) bool {
		var part linkedData
		return json.Unmarshal(raw, &part) == nil && part.Free == ldNo
	})
}

// maxPaidParts bounds what one page may ask to be looked for.
const maxPaidParts = 20

// paidParts returns the CSS selectors of what is declared not to be free, each
// once and no more than maxPaidParts.
func (ld *linkedData) paidParts() []string {
	var selectors []string
	for _, raw := range ld.Parts {
		var part linkedData
		if json.Unmarshal(raw, &part) != nil || part.Free != ldNo {
			continue
		}
		for _, s := range part.Selector {
			if !slices.Contains(selectors, s) && len(selectors) < maxPaidParts {
				selectors = append(selectors, s)
			}
		}
	}
	return selectors
}

// body returns the article's text as told to search engines, which may be free
// to show or not, and of a live blog its entries behind it.
func (ld *linkedData) body() string {
	texts := join(ld.Body)
	for _, raw := range ld.Updates {
		var entry linkedData
		if json.Unmarshal(raw, &entry) == nil {
			texts = append(texts, join(entry.Headline, entry.Body)...)
		}
	}
	return strings.Join(texts, "\n\n")
}

// Pages often write one thing where a list is meant, a list where one thing is,
// or something odd. The types below take what they can of it; none of them ever
// returns an error, since a page's oddities are no reason to lose its date.

// An ldList is a list of things, or one.
type ldList []json.RawMessage

func (l *ldList) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	switch {
	case raw[0] == '{':
		list = []json.RawMessage{bytes.Clone(raw)}
	case json.Unmarshal(raw, &list) != nil:
		list = nil
	}
	*l = list
	return nil
}

// An ldReference is an address, or an object that has one for its @id.
type ldReference string

func (r *ldReference) UnmarshalJSON(raw []byte) error {
	var object struct {
		ID  values `json:"@id"`
		URL values `json:"url"`
	}
	switch {
	case len(raw) > 1 && raw[0] == '"':
		s, _ := unquote(raw)
		*r = ldReference(s)
	case raw[0] == '{' && json.Unmarshal(raw, &object) == nil:
		*r = ldReference(first(join(object.ID, object.URL), strings.TrimSpace))
	}
	return nil
}

// ldNames are the names of persons or organisations, and the ids of those that
// are only referred to.
type ldNames struct {
	values
	ids []string
}

func (n *ldNames) UnmarshalJSON(raw []byte) error {
	_ = n.values.UnmarshalJSON(raw) // never fails
	var list ldList
	_ = list.UnmarshalJSON(raw)
	for _, element := range list {
		var thing struct {
			ID   values `json:"@id"`
			Name values `json:"name"`
		}
		if json.Unmarshal(element, &thing) == nil && !thing.Name.hold() {
			n.ids = append(n.ids, thing.ID...)
		}
	}
	return nil
}

// ldImages are addresses of pictures, or the ids of what describes one.
type ldImages []string

func (i *ldImages) UnmarshalJSON(raw []byte) error {
	var list ldList
	if raw[0] == '"' {
		list = ldList{raw}
	} else {
		_ = list.UnmarshalJSON(raw)
	}
	for _, element := range list {
		if len(element) > 1 && element[0] == '"' {
			s, _ := unquote(element)
			*i = append(*i, s)
			continue
		}
		var thing struct {
			URL     values `json:"url"`
			Content values `json:"contentUrl"`
			ID      values `json:"@id"`
		}
		if json.Unmarshal(element, &thing) == nil {
			if s := first(join(thing.URL, thing.Content, thing.ID), strings.TrimSpace); s != "" {
				*i = append(*i, s)
			}
		}
	}
	return nil
}

// An ldBool is yes or no, as JSON, as a word, or as an address of schema.org;
// "" where it is not stated or means nothing.
type ldBool string

const (
	ldYes ldBool = "yes"
	ldNo  ldBool = "no"
)

func (b *ldBool) UnmarshalJSON(raw []byte) error {
	word := strings.ToLower(strings.Trim(string(bytes.TrimSpace(raw)), `"[] `))
	word = strings.TrimSpace(word[strings.LastIndexAny(word, "/:")+1:])
	switch word {
	case "true", "yes", "1":
		*b = cmp.Or(*b, ldYes)
	case "false", "no", "0":
		*b = ldNo
	}
	return nil
}
