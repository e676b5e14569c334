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
	body  any               // decoded
	files map[string][]byte // parts of a multipart body beside payload_json, by file name
	notes []string          // house rules broken by a body that Discord would take
	after []func()          // run once the lock is free
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
		q.rec.Files = q.files
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

// splitMultipart gives payload_json and the files.
func splitMultipart(raw []byte, boundary string) ([]byte, map[string][]byte) {
	var body []byte
	files := map[string][]byte{}
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := parts.NextPart()
		if err != nil {
			return body, files
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, files
		}
		if part.FormName() == "payload_json" {
			body = data
		} else {
			files[part.FileName()] = data
		}
	}
}
