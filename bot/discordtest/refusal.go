package discordtest

import (
	"fmt"
	"strings"
	"time"
)

// refusal is an error answer.
type refusal struct {
	status, code int
	message      string
	problems     []problem
	retry        time.Duration // for a 429
	scope        string        // of a 429: "user" or "global"
	page         bool          // answered before the API, not in its shape
	innocent     bool          // the state of the world, not a mistake of the bot
}

func refuse(status, code int, message string) *refusal {
	return &refusal{status: status, code: code, message: message}
}

// invalid is nil when there are no problems.
func invalid(problems []problem) *refusal {
	if len(problems) == 0 {
		return nil
	}
	return &refusal{status: 400, code: 50035, message: "Invalid Form Body", problems: problems}
}

func (r *refusal) String() string {
	text := fmt.Sprintf("%d %d %s", r.status, r.code, r.message)
	for _, p := range r.problems {
		text += "; " + p.String()
	}
	return text
}

// body builds Discord's shape: the path of each problem nested under errors.
func (r *refusal) body() object {
	out := object{"message": r.message, "code": r.code}
	if r.retry > 0 {
		out["retry_after"], out["global"] = r.retry.Seconds(), r.scope == "global"
	}
	if len(r.problems) == 0 {
		return out
	}
	root := object{}
	for _, p := range r.problems {
		place(root, strings.FieldsFunc(p.path, func(c rune) bool { return c == '.' }), object{"code": p.code, "message": p.text})
	}
	out["errors"] = root
	return out
}

// place puts a problem where its path leads. A value has problems of its own
// or of its parts, never both: its own go first.
func place(at object, path []string, entry object) {
	own, ok := at["_errors"].([]any)
	switch {
	case len(path) == 0:
		clear(at)
		at["_errors"] = append(own, entry)
	case !ok:
		next := asObject(at[path[0]])
		if next == nil {
			next = object{}
			at[path[0]] = next
		}
		place(next, path[1:], entry)
	}
}
