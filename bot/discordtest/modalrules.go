package discordtest

// checkModal checks the data of a modal: 1 to 5 rows of a text input each, or
// labels of one input each, with text between them.
func checkModal(data object) []problem {
	c := &checker{}
	t := &tree{checker: c, customs: map[string]bool{}}
	c.text(data, "data", "custom_id", 1, maxCustomID)
	c.text(data, "data", "title", 1, 45)
	for i, x := range c.list(data, "data", "components", 1, 5) {
		o, at := asObject(x), join("data.components", i)
		switch integer(o["type"]) {
		case typeRow:
			for j, y := range c.list(o, at, "components", 1, 1) {
				t.textInput(join(at, "components", j), asObject(y), true)
			}
		case typeLabel:
			c.text(o, at, "label", 1, 45)
			c.text(o, at, "description", 0, 100)
			t.labelled(join(at, "component"), asObject(o["component"]))
		case typeText:
			c.text(o, at, "content", 1, maxV2Text)
		default:
			c.fail(join(at, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of [1 10 18].")
		}
	}
	return c.problems
}

func (t *tree) labelled(at string, o object) {
	switch kind := integer(o["type"]); {
	case kind == typeTextInput:
		t.textInput(at, o, false)
	case isSelect(kind):
		t.selectMenu(at, o, kind)
		if asBool(o["disabled"]) {
			t.fail(join(at, "disabled"), "COMPONENT_INVALID_DISABLED", "A select in a modal cannot be disabled")
		}
	case kind == typeFileUpload:
		t.custom(at, o)
		t.number(o, at, "min_values", 0, 10, 1)
		t.number(o, at, "max_values", 1, 10, 1)
	case kind == typeRadioGroup:
		t.custom(at, o)
		t.marks(at, o, 2)
	case kind == typeCheckboxGroup:
		t.custom(at, o)
		t.marks(at, o, 1)
	case kind == typeCheckbox:
		t.custom(at, o)
		t.flag(o, at, "default")
	default:
		t.fail(join(at, "type"), "UNION_TYPE_CHOICES", "A label holds a text input, a select or a file upload.")
	}
}

// marks checks the options of a group of radio buttons or checkboxes.
func (t *tree) marks(at string, o object, least int) {
	values := map[string]bool{}
	for i, x := range t.list(o, at, "options", least, 10) {
		t.option(asObject(x), join(at, "options", i), values)
	}
}

// option checks one option of several, of which values are those before it.
func (t *tree) option(o object, at string, values map[string]bool) {
	t.text(o, at, "label", 1, 100)
	t.text(o, at, "description", 0, 100)
	v := t.text(o, at, "value", 1, 100)
	if values[v] {
		t.fail(join(at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
	}
	values[v] = true
}

// textInput checks a field; only one outside a label carries its own label.
func (t *tree) textInput(at string, o object, bare bool) {
	if integer(o["type"]) != typeTextInput {
		t.fail(join(at, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of [4].")
		return
	}
	t.custom(at, o)
	if bare {
		t.text(o, at, "label", 1, 45)
	} else if !blank(o["label"]) {
		t.fail(join(at, "label"), "UNKNOWN_FIELD", "The label of a text input inside a label is the label's")
	}
	if t.number(o, at, "style", 1, 2, 0) == 0 {
		t.required(join(at, "style"))
	}
	lo := t.number(o, at, "min_length", 0, 4000, 0)
	hi := t.number(o, at, "max_length", 1, 4000, 4000)
	if lo > hi {
		t.fail(join(at, "min_length"), "NUMBER_TYPE_MAX", "min_length is above max_length")
	}
	t.text(o, at, "value", 0, hi)
	t.flag(o, at, "required")
	t.text(o, at, "placeholder", 0, 100)
}
