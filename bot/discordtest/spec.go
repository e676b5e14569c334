package discordtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Spec is Discord's OpenAPI description, made stricter for requests. It never
// changes once loaded; schemas are compiled when they are first needed.
type Spec struct {
	doc      object // as published
	mu       sync.Mutex
	requests *jsonschema.Compiler
	answers  *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// sharedSpec loads the file at SpecPath once a process: compiling takes longer
// than most tests.
var sharedSpec = sync.OnceValues(func() (*Spec, error) {
	path, err := SpecPath()
	if err != nil {
		return nil, err
	}
	return LoadSpec(path)
})

// SpecPath finds ../shared/discord/openapi.json seen from the root of the
// module that holds the working directory.
func SpecPath() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = up
	}
	path := filepath.Join(dir, "..", "shared", "discord", "openapi.json")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no ../shared/discord/openapi.json beside the module")
	}
	return path, nil
}

// LoadSpec reads an OpenAPI 3.1 file.
func LoadSpec(path string) (*Spec, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	// Two copies, because a bot may write a number as a string and Discord
	// does not.
	var docs [2]object
	for i := range docs {
		v, err := decode(raw)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		docs[i] = asObject(v)
	}
	sp := &Spec{doc: docs[0], compiled: map[string]*jsonschema.Schema{}}
	correct(docs[0])
	correct(docs[1])
	answers := tightener{doc: docs[0], seen: map[string]bool{}}
	requests := tightener{doc: docs[1], seen: map[string]bool{}, lenient: true}
	for _, path := range asObject(docs[0]["paths"]) {
		for _, op := range asObject(path) {
			for _, res := range asObject(asObject(op)["responses"]) {
				answers.content(res)
			}
		}
	}
	for _, path := range asObject(docs[1]["paths"]) {
		for _, op := range asObject(path) {
			requests.content(asObject(op)["requestBody"])
		}
	}
	if sp.answers, err = compiler(docs[0]); err != nil {
		return nil, err
	}
	if sp.requests, err = compiler(docs[1]); err != nil {
		return nil, err
	}
	return sp, nil
}

// correct mends what the published file has wrong: the code of a single problem
// is a word, and a command may be marked as not for minors.
func correct(doc object) {
	schema := func(name string) object {
		return asObject(asObject(lookup(doc, "#/components/schemas/"+name))["properties"])
	}
	if inner := asObject(schema("InnerErrors")["_errors"]); inner != nil {
		inner["items"] = object{"type": "object", "required": []any{"code", "message"},
			"properties": object{"code": object{"type": "string"}, "message": object{"type": "string"}}}
	}
	for _, name := range []string{"ApplicationCommandUpdateRequest", "ApplicationCommandCreateRequest"} {
		if command := schema(name); command != nil {
			command["nsfw"] = object{"type": []any{"boolean", "null"}}
		}
	}
}

// query names the parameters of a route that the description does not know.
func (sp *Spec) query(route string, values url.Values) []problem {
	method, path, _ := strings.Cut(route, " ")
	at := asObject(asObject(sp.doc["paths"])[path])
	known := map[string]bool{}
	for _, list := range []any{at["parameters"], asObject(at[strings.ToLower(method)])["parameters"]} {
		for _, p := range asList(list) {
			known[asText(asObject(p)["name"])] = asObject(p)["in"] == "query"
		}
	}
	var out []problem
	for name := range values {
		if !known[name] {
			out = append(out, problem{name, "SPEC", "unknown query parameter"})
		}
	}
	return out
}

func compiler(doc object) (*jsonschema.Compiler, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	return c, c.AddResource("openapi.json", doc)
}

// request checks a body against the schema of its route; nil where the
// description has no JSON body for it.
func (sp *Spec) request(route string, body any) []problem {
	return sp.validate(sp.requests, route, "requestBody", body)
}

// answer checks an answer of this server against what Discord says it sends.
func (sp *Spec) answer(route string, status int, body any) []problem {
	code := fmt.Sprint(status)
	if status >= 400 && status != 429 {
		code = "4XX"
	}
	return sp.validate(sp.answers, route, "responses/"+code, body)
}

func (sp *Spec) validate(c *jsonschema.Compiler, route, part string, body any) []problem {
	schema, err := sp.schema(c, route, part)
	if err != nil {
		return []problem{{code: "SPEC", text: err.Error()}}
	}
	if schema == nil {
		return nil
	}
	var out []problem
	if err := schema.Validate(body); err != nil {
		for _, leaf := range leaves(err.(*jsonschema.ValidationError)) {
			out = append(out, problem{strings.Join(leaf.InstanceLocation, "."), "SPEC", reason(leaf)})
		}
	}
	return out
}

func (sp *Spec) schema(c *jsonschema.Compiler, route, part string) (*jsonschema.Schema, error) {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	key := route + " " + part
	if s, ok := sp.compiled[key]; ok {
		return s, nil
	}
	method, path, _ := strings.Cut(route, " ")
	steps := append([]string{"paths", path, strings.ToLower(method)}, strings.Split(part, "/")...)
	at, pointer := any(sp.doc), "openapi.json#"
	for _, step := range steps {
		at = asObject(at)[step]
		pointer += "/" + pointerEscape.Replace(step)
		if ref := asText(asObject(at)["$ref"]); ref != "" {
			pointer = "openapi.json" + ref
			at = lookup(sp.doc, ref)
		}
	}
	if asObject(asObject(at)["content"])["application/json"] == nil {
		sp.compiled[key] = nil
		return nil, nil
	}
	s, err := c.Compile(pointer + "/content/application~1json/schema")
	if err != nil {
		return nil, fmt.Errorf("compile the schema of %s: %w", key, err)
	}
	sp.compiled[key] = s
	return s, nil
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")

func lookup(doc object, ref string) any {
	at := any(doc)
	for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = asObject(at)[step]
	}
	return at
}

// tightener makes schemas refuse fields that they do not name, which Discord
// passes over in silence, so that a misspelt one does not go unnoticed.
type tightener struct {
	doc     object
	seen    map[string]bool
	lenient bool // numbers may be written as strings
}

// content tightens the JSON of a request or an answer.
func (t *tightener) content(v any) {
	o := asObject(v)
	if ref := asText(o["$ref"]); ref != "" {
		o = asObject(lookup(t.doc, ref))
	}
	t.schema(asObject(asObject(o["content"])["application/json"])["schema"], false, true)
}

// schema tightens one schema and what it refers to. Inside allOf an object
// must stay open, since its other parts may name the field; beside a string
// alternative a number must stay a number, or both would fit.
func (t *tightener) schema(v any, inAllOf, coerce bool) {
	s := asObject(v)
	if s == nil {
		return
	}
	if ref := asText(s["$ref"]); ref != "" {
		if !t.seen[ref] {
			t.seen[ref] = true
			t.schema(lookup(t.doc, ref), inAllOf, coerce)
		}
		return
	}
	if s["properties"] != nil && s["additionalProperties"] == nil && !inAllOf {
		// Values that say nothing are let through: libraries send null, false
		// and empty strings for fields they do not use.
		s["additionalProperties"] = object{"enum": []any{nil, false, "", []any{}}}
	}
	if t.lenient && coerce && s["enum"] == nil && s["oneOf"] == nil && s["const"] == nil {
		t.coerce(s)
	}
	for _, p := range asObject(s["properties"]) {
		t.schema(p, false, true)
	}
	t.schema(s["items"], false, true)
	t.schema(s["additionalProperties"], false, true)
	for _, x := range asList(s["allOf"]) {
		t.schema(x, true, false)
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		text := slices.ContainsFunc(asList(s[key]), func(x any) bool { return asObject(x)["type"] == "string" })
		for _, x := range asList(s[key]) {
			t.schema(x, inAllOf, !text)
		}
	}
}

func (t *tightener) coerce(s object) {
	types, ok := s["type"].([]any)
	if !ok {
		types = []any{s["type"]}
	}
	if slices.Contains(types, any("integer")) && !slices.Contains(types, any("string")) {
		s["type"] = append(slices.Clone(types), "string")
		s["pattern"] = "^-?[0-9]+$" // looks at strings only
	}
}

// leaves gives the errors that matter: of a choice of forms, those of the form
// that was meant, told by its type.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		for _, branch := range e.Causes {
			if found := leaves(branch); !slices.ContainsFunc(found, func(l *jsonschema.ValidationError) bool { return otherForm(e, l) }) {
				return found
			}
		}
		return []*jsonschema.ValidationError{{SchemaURL: e.SchemaURL, InstanceLocation: e.InstanceLocation, ErrorKind: e.ErrorKind}}
	}
	var out []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

// otherForm reports that a leaf only says that its branch of a choice was not
// the one meant.
func otherForm(choice, leaf *jsonschema.ValidationError) bool {
	depth := len(choice.InstanceLocation)
	switch leaf.ErrorKind.(type) {
	case *kind.Type:
		return len(leaf.InstanceLocation) == depth
	case *kind.Enum, *kind.Const:
		return len(leaf.InstanceLocation) == depth+1 && leaf.InstanceLocation[depth] == "type" || len(leaf.InstanceLocation) == depth
	}
	return false
}

func reason(e *jsonschema.ValidationError) string {
	if _, ok := e.ErrorKind.(*kind.Enum); ok && strings.HasSuffix(e.SchemaURL, "/additionalProperties") {
		return "unknown field"
	}
	if unit := e.BasicOutput(); unit.Error != nil {
		return unit.Error.String()
	}
	raw, _ := json.Marshal(e.InstanceLocation)
	return "does not fit the schema at " + string(raw)
}
