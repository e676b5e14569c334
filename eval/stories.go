package eval

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
)

// A label is what a corpus tells of an article for measuring.
type label struct {
	ID    string `json:"id"`
	Story string `json:"story"`
	Topic string `json:"topic"` // of several stories that are alike
}

// labelsOf reads the labels of the articles, by id, from files of JSON lines.
func labelsOf(ctx context.Context, corpus fs.FS) (map[string]label, error) {
	files, _, err := article.Files(ctx, corpus)
	if err != nil {
		return nil, err
	}
	labels := make(map[string]label)
	for _, f := range files {
		if strings.HasSuffix(strings.TrimSuffix(f.Path, ".gz"), ".jsonl") {
			if err := readLabels(corpus, f.Path, labels); err != nil {
				return nil, fmt.Errorf("read the stories of %s: %w", f.Path, err)
			}
		}
	}
	return labels, nil
}

func readLabels(corpus fs.FS, path string, labels map[string]label) error {
	file, err := corpus.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return err
		}
	}
	for r := bufio.NewReader(in); ; {
		line, err := r.ReadBytes('\n')
		var l label
		if json.Unmarshal(line, &l) == nil && l.Story != "" { // broken lines are no articles either
			labels[l.ID] = l
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// maxGrouped is how many articles are grouped at once, which takes the square
// of it in memory and more in time.
const maxGrouped = 2000

// groupings measures how the articles that have labels are grouped: all, and
// where the corpus names topics, every other topic by itself, since what is
// learnt on one half is to be measured on the other.
func groupings(leads []index.Passage, labels map[string]label) []Grouping {
	var all []index.Passage
	var halves [2][]index.Passage
	topics := make(map[string]int)
	for _, p := range leads {
		l, ok := labels[p.Article]
		if !ok || len(all) == maxGrouped {
			continue
		}
		all = append(all, p)
		if _, seen := topics[l.Topic]; !seen {
			topics[l.Topic] = len(topics)
		}
		half := topics[l.Topic] % 2
		halves[half] = append(halves[half], p)
	}
	if len(all) == 0 {
		return nil
	}
	list := []Grouping{grouping("all", all, labels)}
	if len(halves[1]) > 0 {
		list = append(list, grouping("1st, 3rd … topic", halves[0], labels), grouping("2nd, 4th … topic", halves[1], labels))
	}
	return list
}

func grouping(part string, list []index.Passage, labels map[string]label) Grouping {
	groups := answer.Stories(list)
	inStory := make(map[string]int)
	for _, p := range list {
		inStory[labels[p.Article].Story]++
	}
	g := Grouping{Part: part, Articles: len(list), Stories: len(inStory), Groups: len(groups)}
	together, wanted, right := 0, 0, 0 // pairs
	precision, recall := 0.0, 0.0      // summed over articles
	for _, n := range inStory {
		wanted += n * (n - 1) / 2
	}
	for _, group := range groups {
		together += len(group) * (len(group) - 1) / 2
		ofStory := make(map[string]int)
		for _, i := range group {
			ofStory[labels[list[i].Article].Story]++
		}
		for story, n := range ofStory {
			right += n * (n - 1) / 2
			precision += float64(n*n) / float64(len(group))
			recall += float64(n*n) / float64(inStory[story])
		}
	}
	g.Pairs = matchOf(float64(right)/float64(max(1, together)), float64(right)/float64(max(1, wanted)))
	g.BCubed = matchOf(precision/float64(len(list)), recall/float64(len(list)))
	return g
}
