package bot

import (
	"errors"
	"fmt"
	"net/http"
)

// A fatalError is one that connecting again does not mend.
type fatalError struct{ error }

func (e *fatalError) Unwrap() error { return e.error }

// fatal returns the error to stop with, or nil for trouble that may pass.
func fatal(err error) error {
	var closed *closeError
	var f *fatalError
	switch {
	case errors.Is(err, ErrToken):
		return err
	case errors.As(err, &f):
		return f.error
	case errors.As(err, &closed):
		return fatalClose(closed)
	}
	if status, _ := restStatus(err); status >= 400 && status < 500 && status != http.StatusTooManyRequests {
		return err // Discord understood, and will say the same again
	}
	return nil
}

// fatalClose says what to do about a close code behind which Discord wants no
// new connection, and nil for the others.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
func fatalClose(e *closeError) error {
	switch e.code {
	case 4004:
		return fmt.Errorf("%w (%w)", ErrToken, e)
	case 4010:
		return fmt.Errorf("discord does not know the shard: SHARDS has to name the same number of shards in every process (%w)", e)
	case 4011:
		return fmt.Errorf("the bot is in more servers than its connections may serve, about 2500 each: set SHARDS=auto (%w)", e)
	case 4012:
		return fmt.Errorf("discord no longer speaks this version of the gateway: update newsdesk (%w)", e)
	case 4013:
		return fmt.Errorf("discord does not know the intents that the bot asks for: update newsdesk (%w)", e)
	case 4014:
		return fmt.Errorf("discord does not let the bot see messages, though it asks for no privileged intent: see whether the application is limited or unverified at https://discord.com/developers/applications (%w)", e)
	}
	return nil
}
