package article

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A linkedData is an article as a page describes it for search engines, after
// https://schema.org/Article.
type linkedData struct {
	Type     values            `json:"@type"`
	Graph    []json.RawMessage `json:"@graph"`
	Main     json.RawMessage   `json:"mainEntity"`
	Headline values            `json:"headline"`
	Name     values            `json:"name"`
	Body     values            `json:"articleBody"`
	URL      values            `json:"url"`
	Page     ldReference       `json:"mainEntityOfPage"`
	Date     values            `json:"datePublished"`
	Section  values            `json:"articleSection"`
	Language values            `json:"inLanguage"`
	Image    values            `json:"image"`
	Author   values            `json:"author"`
	Creator  values            `json:"creator"`

	Publisher values `json:"publisher"`
}

// An ldReference is an address, or an object that has one for its @id.
type ldReference string

func (r *ldReference) UnmarshalJSON(raw []byte) error {
	var object struct {
		ID string `json:"@id"`
	}
	switch {
	case len(raw) > 1 && raw[0] == '"':
		s, _ := unquote(raw)
		*r = ldReference(s)
	case json.Unmarshal(raw, &object) == nil:
		*r = ldReference(object.ID)
	}
	return nil // a page's oddities are no reason to lose its date
}

// articleData finds the article in the JSON-LD of one script element, which
// may be an object, an array, or a @graph of objects. It is nil if there is none.
func articleData(raw []byte, depth int) *linkedData {
	raw = bytes.TrimSpace(raw)
	if depth > maxNesting || len(raw) == 0 {
		return nil
	}
	if raw[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return nil
		}
		return firstArticle(list, depth)
	}
	var ld linkedData
	if raw[0] != '{' || json.Unmarshal(raw, &ld) != nil {
		return nil
	}
	for _, t := range ld.Type {
		if isArticleType(t) {
			return &ld
		}
	}
	if found := firstArticle(ld.Graph, depth); found != nil {
		return found
	}
	return articleData(ld.Main, depth+1)
}

func firstArticle(list []json.RawMessage, depth int) *linkedData {
	for _, raw := range list {
		if found := articleData(raw, depth+1); found != nil {
			return found
		}
	}
	return nil
}

// isArticleType knows NewsArticle and all its relatives by their endings.
func isArticleType(t string) bool {
	t = t[strings.LastIndexAny(t, "/#:")+1:]
	return strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "BlogPosting") || t == "Report"
}
