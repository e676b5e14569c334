package discordtest

import (
	"slices"
	"unicode/utf8"
)

// https://discord.com/developers/docs/components/reference
const (
	maxRows       = 5
	maxButtons    = 5 // in a row
	maxComponents = 40
	maxV2Text     = 4000
	maxCustomID   = 100
	maxButtonURL  = 512
)

// Component types.
const (
	typeRow       = 1
	typeButton    = 2
	typeSelect    = 3 // of strings; 5 to 8 choose users, roles, mentionables, channels
	typeTextInput = 4
	typeSection   = 9
	typeText      = 10
	typeThumbnail = 11
	typeGallery   = 12
	typeFile      = 13
	typeSeparator = 14
	typeContainer = 17
	typeLabel     = 18

	// In modals only.
	typeFileUpload    = 19
	typeRadioGroup    = 21
	typeCheckboxGroup = 22
	typeCheckbox      = 23

	linkButton    = 5
	premiumButton = 6
)

func isSelect(kind int) bool { return kind == typeSelect || kind >= 5 && kind <= 8 }

// componentTypes lists what may stand inside what; "" is the message itself.
func componentTypes(parent int) []int {
	switch parent {
	case 0:
		return []int{typeRow, typeSection, typeText, typeGallery, typeFile, typeSeparator, typeContainer}
	case typeContainer:
		return []int{typeRow, typeSection, typeText, typeGallery, typeFile, typeSeparator}
	case typeSection:
		return []int{typeText}
	case typeRow:
		return []int{typeButton, typeSelect, 5, 6, 7, 8}
	}
	return nil
}

// tree checks the components of one message.
type tree struct {
	*checker
	v2      bool
	count   int
	shown   int // characters of text displays
	customs map[string]bool
	ids     map[int]bool
}

func (c *checker) components(list []any, v2 bool) {
	t := &tree{checker: c, v2: v2, customs: map[string]bool{}, ids: map[int]bool{}}
	if !v2 && len(list) > maxRows {
		c.fail("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxRows)
	}
	for i, x := range list {
		t.visit(join("components", i), asObject(x), 0)
	}
	if v2 && t.count > maxComponents {
		c.fail("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed %d: %d, counted nested.", maxComponents, t.count)
	}
	if v2 && t.shown > maxV2Text {
		c.fail("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total displayable text size cannot exceed %d: %d.", maxV2Text, t.shown)
	}
}

func (t *tree) visit(at string, o object, parent int) {
	t.count++
	kind := t.number(o, at, "type", 1, 99, 0)
	allowed := componentTypes(parent)
	if !t.v2 && parent == 0 {
		allowed = []int{typeRow} // all else needs the flag
	}
	if !slices.Contains(allowed, kind) {
		t.fail(join(at, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of %v.", allowed)
		return
	}
	if id := t.number(o, at, "id", 0, 1<<31-1, 0); id != 0 {
		if t.ids[id] {
			t.fail(join(at, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
		}
		t.ids[id] = true
	}
	switch {
	case kind == typeRow:
		t.row(at, o)
	case kind == typeButton:
		t.button(at, o)
	case isSelect(kind):
		t.selectMenu(at, o, kind)
	case kind == typeSection:
		t.section(at, o)
	case kind == typeText:
		t.shown += utf8.RuneCountInString(t.text(o, at, "content", 1, maxV2Text))
	case kind == typeContainer:
		t.number(o, at, "accent_color", 0, 0xFFFFFF, 0)
		t.children(at, o, typeContainer, maxComponents)
	default:
		t.media(at, o, kind)
	}
}

func (t *tree) children(at string, o object, kind, most int) []any {
	list := t.list(o, at, "components", 1, most)
	for i, x := range list {
		t.visit(join(at, "components", i), asObject(x), kind)
	}
	return list
}

// row holds up to five buttons or one select, not both.
func (t *tree) row(at string, o object) {
	list := t.children(at, o, typeRow, maxButtons)
	for _, x := range list {
		if isSelect(integer(asObject(x)["type"])) && len(list) > 1 {
			t.fail(join(at, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Components displayed as part of a layout exceed its width: a select fills its row")
		}
	}
}

func (t *tree) section(at string, o object) {
	t.children(at, o, typeSection, 3)
	acc, path := asObject(o["accessory"]), join(at, "accessory")
	if acc == nil {
		t.required(path)
		return
	}
	t.count++
	switch kind := integer(acc["type"]); kind {
	case typeButton:
		t.button(path, acc)
	case typeThumbnail:
		t.media(path, acc, kind)
	default:
		t.fail(join(path, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of [2 11].")
	}
}

// custom checks a custom_id, which is unique in its message.
func (t *tree) custom(at string, o object) {
	id := t.text(o, at, "custom_id", 1, maxCustomID)
	if id != "" && t.customs[id] {
		t.fail(join(at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	t.customs[id] = true
}

func (t *tree) button(at string, o object) {
	style := t.number(o, at, "style", 1, 6, 0)
	if o["style"] == nil {
		t.required(join(at, "style"))
	}
	t.text(o, at, "label", 0, 80)
	t.flag(o, at, "disabled")
	if style != premiumButton && blank(o["label"]) && blank(o["emoji"]) {
		t.fail(at, "BUTTON_COMPONENT_MISSING_LABEL", "A button must have a label or an emoji")
	}
	switch style {
	case linkButton:
		t.linkButton(at, o)
	case premiumButton:
		if blank(o["sku_id"]) || !blank(o["custom_id"]) || !blank(o["url"]) || !blank(o["label"]) {
			t.fail(at, "BUTTON_COMPONENT_INVALID_PREMIUM", "A premium button has a sku_id and no custom_id, url or label")
		}
	default:
		t.custom(at, o)
		if !blank(o["url"]) {
			t.fail(join(at, "url"), "BUTTON_COMPONENT_CUSTOM_ID_URL", "A custom id and url cannot both be specified")
		}
	}
}

func (t *tree) linkButton(at string, o object) {
	if !blank(o["custom_id"]) {
		t.fail(join(at, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", "A custom id and url cannot both be specified")
	}
	raw := t.text(o, at, "url", 1, maxButtonURL)
	if schemes := []string{"http", "https", "discord"}; raw != "" && !validLink(raw, schemes) {
		t.fail(join(at, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme %q must be one of ('http', 'https', 'discord').", raw)
	}
}

func (t *tree) selectMenu(at string, o object, kind int) {
	t.custom(at, o)
	t.text(o, at, "placeholder", 0, 150)
	lo := t.number(o, at, "min_values", 0, 25, 1)
	hi := t.number(o, at, "max_values", 1, 25, 1)
	if lo > hi {
		t.fail(join(at, "min_values"), "NUMBER_TYPE_MAX", "min_values is above max_values")
	}
	if kind != typeSelect {
		if !blank(o["options"]) {
			t.fail(join(at, "options"), "UNKNOWN_FIELD", "Options are for selects of strings")
		}
		return
	}
	values := map[string]bool{}
	chosen := 0
	list := t.list(o, at, "options", 1, 25)
	for i, x := range list {
		opt, path := asObject(x), join(at, "options", i)
		t.option(opt, path, values)
		if t.flag(opt, path, "default") {
			chosen++
		}
	}
	if chosen > hi || hi > max(1, len(list)) {
		t.fail(join(at, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "max_values %d does not fit %d options with %d chosen", hi, len(list), chosen)
	}
}

// media checks the components that show something other than text.
func (t *tree) media(at string, o object, kind int) {
	item := func(path string, o object, key string, schemes ...string) {
		media := asObject(o[key])
		raw := t.text(media, join(path, key), "url", 1, 2048)
		if raw != "" && !validLink(raw, schemes) {
			t.fail(join(path, key, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme %q must be one of %v.", raw, schemes)
		}
		t.text(o, path, "description", 0, 1024)
	}
	switch kind {
	case typeThumbnail:
		item(at, o, "media", "http", "https", "attachment")
	case typeFile:
		item(at, o, "file", "attachment")
	case typeGallery:
		for i, x := range t.list(o, at, "items", 1, 10) {
			item(join(at, "items", i), asObject(x), "media", "http", "https", "attachment")
		}
	case typeSeparator:
		t.number(o, at, "spacing", 1, 2, 1)
		t.flag(o, at, "divider")
	}
}
