package bot

import "encoding/binary"

// frames finds the messages in the bytes that a WebSocket server sends,
// however the network has cut them. It skips the answer to the handshake.
//
// It keeps only short messages sent in one piece: those that steer a gateway
// connection are. Longer ones pass by unseen.
type frames struct {
	ending int    // how much of the end of the handshake's answer was seen
	head   []byte // of the frame that is being read
	left   uint64 // of its payload
	keep   bool
	kept   []byte
}

// longestKept is far above what HELLO takes, the longest message that matters.
const longestKept = 4096

// https://www.rfc-editor.org/rfc/rfc6455#section-5.2
const (
	opcodeText  = 1
	opcodeClose = 8

	handshakeEnd = "\r\n\r\n"
)

// feed reads on through p and calls found for each message that ends in it,
// until that reports false. payload is good until found returns. It returns how
// much of p stands before the message that it stopped at; all of it does where
// it did not stop.
func (f *frames) feed(p []byte, found func(opcode byte, payload []byte) bool) (before int) {
	for at := 0; at < len(p); {
		goOn := true
		switch {
		case f.ending < len(handshakeEnd):
			f.handshake(p[at])
			at++
			before = at
		case f.left > 0:
			n := int(min(f.left, uint64(len(p)-at)))
			if f.keep {
				f.kept = append(f.kept, p[at:at+n]...)
			}
			f.left -= uint64(n)
			at += n
			goOn = f.done(found)
		default:
			if len(f.head) == 0 {
				before = at
			}
			f.head = append(f.head, p[at])
			at++
			if len(f.head) == f.headLen() {
				f.open()
				goOn = f.done(found)
			}
		}
		if !goOn {
			return before
		}
	}
	return len(p)
}

func (f *frames) handshake(c byte) {
	switch c {
	case handshakeEnd[f.ending]:
		f.ending++
	case '\r':
		f.ending = 1
	default:
		f.ending = 0
	}
}

// headLen is the length of the frame's head, as far as what was read tells.
func (f *frames) headLen() int {
	if len(f.head) < 2 {
		return 2
	}
	n := 2
	switch f.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if f.head[1]&0x80 != 0 {
		n += 4 // a mask, which no server sends
	}
	return n
}

func (f *frames) open() {
	switch f.left = uint64(f.head[1] & 0x7f); f.left {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(f.head[2:]))
	case 127:
		f.left = binary.BigEndian.Uint64(f.head[2:])
	}
	whole := f.head[0]&0x80 != 0
	f.keep = whole && f.head[1]&0x80 == 0 && f.left <= longestKept
	f.kept = f.kept[:0]
}

// done ends the frame if nothing of it is left, and reports whether to go on.
func (f *frames) done(found func(opcode byte, payload []byte) bool) bool {
	if f.left > 0 {
		return true
	}
	opcode := f.head[0] & 0x0f
	f.head = f.head[:0]
	return !f.keep || found(opcode, f.kept)
}
