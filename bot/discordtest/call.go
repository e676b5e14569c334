package discordtest

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// call is a request on its way through the server.
type call struct {
	*http.Request
	rec   Request
	body  any      // decoded
	files int      // parts of a multipart body beside payload_json
	notes []string // house rules broken by a body that Discord would take
	after []func() // run once the lock is free
}

func (q *call) object() object { return asObject(q.body) }

// maxBody is 1 MB: far above what any operation here needs.
const maxBody = 1 << 20

// read takes the JSON out of a body, plain or multipart.
func (q *call) read() *refusal {
	kind, params, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	raw, err := io.ReadAll(http.MaxBytesReader(nil, q.Body, maxBody))
	if err != nil {
		return refuse(413, 40005, "Request entity too large")
	}
	if kind == "multipart/form-data" {
		raw, q.files = splitMultipart(raw, params["boundary"])
	} else if kind != "application/json" && len(raw) > 0 {
		return refuse(400, 50109, "The request body contains invalid JSON.")
	}
	if len(raw) == 0 {
		q.body = object{}
		return nil
	}
	q.rec.Body = raw
	if q.body, err = decode(raw); err != nil {
		q.rec.Body = encode(string(raw))
		return refuse(400, 50109, "The request body contains invalid JSON.")
	}
	return nil
}

// splitMultipart gives payload_json and the number of the other parts.
func splitMultipart(raw []byte, boundary string) ([]byte, int) {
	var body []byte
	files := 0
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := parts.NextPart()
		if err != nil {
			return body, files
		}
		if part.FormName() != "payload_json" {
			files++
			continue
		}
		if body, err = io.ReadAll(part); err != nil {
			return nil, files
		}
	}
}
