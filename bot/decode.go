package bot

import (
	"bytes"
	"encoding/json"
	"time"

	dg "github.com/bwmarrin/discordgo"
)

// An interaction is one with what discordgo v0.29.0 leaves out.
type interaction struct {
	*dg.Interaction
	came   time.Time
	parent string // id of the channel that its channel is a thread of, or of a category
}

// decodeInteraction reads an interaction as Discord sends it, which came then.
func decodeInteraction(raw []byte, came time.Time) (*interaction, error) {
	var in dg.Interaction
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	var more struct {
		Channel struct {
			Parent string `json:"parent_id"`
		} `json:"channel"`
	}
	if err := json.Unmarshal(raw, &more); err != nil {
		return nil, err
	}
	return &interaction{&in, came, more.Channel.Parent}, nil
}

// decode reads an event. One component of a kind that discordgo v0.29.0 does
// not know makes it give up half-way, so messages then go without theirs: a
// button that is pressed on one no longer knows its question, and says so.
func decode(raw []byte, v any) error {
	err := json.Unmarshal(raw, v)
	if err == nil {
		return nil
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&tree) != nil {
		return err
	}
	stripComponents(tree)
	bare, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	return json.Unmarshal(bare, v)
}

// stripComponents takes the components off all messages, which are the objects
// that have an author.
func stripComponents(tree any) {
	switch t := tree.(type) {
	case []any:
		for _, v := range t {
			stripComponents(v)
		}
	case map[string]any:
		if t["author"] != nil {
			delete(t, "components")
		}
		for _, v := range t {
			stripComponents(v)
		}
	}
}
