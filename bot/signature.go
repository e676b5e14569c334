package bot

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Requests that carry interactions are signed. Discord tries now and then
// whether bad signatures are refused, and gives an address up where not.
// https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
const (
	headerSignature = "X-Signature-Ed25519"
	headerTimestamp = "X-Signature-Timestamp" // Unix time in s

	oldest = 5 * time.Minute // a request that was signed earlier is a replay
	newest = time.Minute     // by how much Discord's clock may be ahead of ours
)

var (
	errUnsigned = errors.New("the signature is missing or wrong")
	errStale    = errors.New("the request was not signed just now")
	errReplayed = errors.New("the request came before")
)

// A verifier tells Discord's requests from others, and from copies of its own.
// It remembers the signatures of the last minutes. Only sound ones: strangers
// cannot fill its memory.
type verifier struct {
	key ed25519.PublicKey

	mu           sync.Mutex
	seen, before map[string]struct{} // before is what was seen until turned
	turned       time.Time
}

// verify returns nil for a request that Discord signed and that came never
// before.
func (v *verifier) verify(h http.Header, body []byte, now time.Time) error {
	stamp := h.Get(headerTimestamp)
	sig, err := hex.DecodeString(h.Get(headerSignature))
	if err != nil || len(sig) != ed25519.SignatureSize || !ed25519.Verify(v.key, append([]byte(stamp), body...), sig) {
		return errUnsigned
	}
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if age := now.Sub(time.Unix(sec, 0)); err != nil || age > oldest || age < -newest {
		return errStale
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if now.Sub(v.turned) > oldest+newest { // what was seen before cannot come again
		v.before, v.seen, v.turned = v.seen, map[string]struct{}{}, now
	}
	_, again := v.seen[string(sig)]
	_, earlier := v.before[string(sig)]
	if again || earlier {
		return errReplayed
	}
	v.seen[string(sig)] = struct{}{}
	return nil
}

// parseKey reads an application's public key, as the developer portal shows it.
func parseKey(s string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(s)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("it is 64 digits and letters from a to f")
	}
	return key, nil
}
