package index

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Texts that codes of words do not shorten, such as those of scripts without
// spaces, are compressed each by itself.
var (
	zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderCRC(true), zstd.WithSingleSegment(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxZstd))
		if err != nil {
			panic(err) // as above
		}
		return d
	})
)

// A packer is values one behind the other.
type packer []byte

func (p *packer) number(n int)   { *p = binary.AppendUvarint(*p, uint64(n)) }
func (p *packer) signed(n int64) { *p = binary.AppendVarint(*p, n) }

func (p *packer) text(s string) {
	p.number(len(s))
	*p = append(*p, s...)
}
