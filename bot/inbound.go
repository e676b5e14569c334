package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"

	dg "github.com/bwmarrin/discordgo"
)

// maxInteraction bounds the body of a request, in bytes. The largest ones hold
// a message with all its embeds, some 50,000.
const maxInteraction = 256 << 10

// An arrival is an interaction that came by HTTP.
type arrival struct {
	in   *interaction
	over chan struct{} // closed when nothing more is done for it
}

// A word is the first answer to an interaction.
type word struct {
	body []byte
	sent chan error // how sending went; holds one
}

// A desk joins interactions that came by HTTP with the requests that brought
// them, which wait for the first word.
type desk struct {
	mu      sync.Mutex
	waiting map[string]chan<- word // by the interaction's token; each holds one
}

func (d *desk) open(token string) <-chan word {
	c := make(chan word, 1)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting[token] = c
	return c
}

// take gives the request that waits for an interaction's first word, or nil.
func (d *desk) take(token string) chan<- word {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.waiting[token]
	delete(d.waiting, token)
	return c
}

// callback says the first word to an interaction: in the response to the
// request that brought it, or else by a request of our own. Behind a response
// it pauses: what follows travels another way, and Discord refuses it until it
// has read the response. What is early all the same is repeated, see
// retryAfter.
func (b *Bot) callback(ctx context.Context, rest *dg.Session, in *dg.Interaction, body any) error {
	waiting := b.desk.take(in.Token)
	if waiting == nil {
		return b.call(ctx, rest, http.MethodPost, dg.EndpointInteractionResponse(in.ID, in.Token), body, nil)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		close(waiting)
		return err
	}
	w := word{raw, make(chan error, 1)}
	waiting <- w
	select {
	case err := <-w.sent:
		_ = b.sleep(ctx, b.waits.settle) // cut short, the next request says so
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Interactions serves the address that the application's page calls the
// Interactions Endpoint URL. Requests are answered while Run runs. It panics
// unless the configuration has a public key.
func (b *Bot) Interactions() http.Handler {
	if b.verifier == nil {
		panic("bot: no public key is configured")
	}
	return http.HandlerFunc(b.receive)
}

func (b *Bot) receive(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "Discord sends interactions by POST", http.StatusMethodNotAllowed)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInteraction))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		return // the connection is lost
	}
	came := b.now()
	if err := b.verifier.verify(r.Header, raw, came); err != nil {
		b.log.Debug("request refused", "err", err)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	in, err := decodeInteraction(raw, came)
	if err != nil || in.Token == "" && in.Type != dg.InteractionPing {
		b.log.Error("an interaction that cannot be read", "err", err)
		http.Error(w, "the interaction cannot be read", http.StatusBadRequest)
		return
	}
	if in.Type == dg.InteractionPing {
		b.log.Info("Discord tries the address for interactions")
		respond(w, []byte(`{"type":1}`))
		return
	}
	b.await(w, r, in)
}

// await hands an interaction over and responds with the first word to it.
func (b *Bot) await(w http.ResponseWriter, r *http.Request, in *interaction) {
	ctx, cancel := context.WithTimeout(r.Context(), b.waits.acknowledge)
	defer cancel()
	first := b.desk.open(in.Token)
	defer b.desk.take(in.Token)
	a := arrival{in, make(chan struct{})}
	select {
	case b.arrivals <- a:
	case <-b.leaving:
		http.Error(w, "the bot is stopping", http.StatusServiceUnavailable)
		return
	case <-ctx.Done():
		http.Error(w, "the bot does not run", http.StatusServiceUnavailable)
		return
	}
	select {
	case word, ok := <-first:
		if ok {
			word.sent <- respond(w, word.body)
			return
		}
	case <-a.over:
	case <-ctx.Done():
	}
	http.Error(w, "there is no answer", http.StatusInternalServerError)
}

// respond sends a response at once: what follows, Discord takes only behind it.
func respond(w http.ResponseWriter, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// welcome takes interactions that come by HTTP until ctx ends.
func (b *Bot) welcome(ctx, work context.Context) {
	defer close(b.leaving)
	for {
		select {
		case a := <-b.arrivals:
			begun := b.spawn("interaction", func() {
				defer close(a.over)
				b.interact(work, a.in)
			})
			if !begun {
				close(a.over)
			}
		case <-ctx.Done():
			return
		}
	}
}
