package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// schema numbers the stored form of an index. Raise it with any change to
// what passages, terms or fields look like on disk; an index of an earlier
// schema is then built anew, one of a later schema is left alone.
const schema = 5

const (
	manifestName = "manifest.json"
	checkName    = "manifest.crc" // the manifest's own CRC-32C, in hexadecimal
)

// manifest says what a generation was built from.
type manifest struct {
	Schema     int            `json:"schema"`
	Program    string         `json:"program"`    // version of newsdesk that wrote it
	Collection string         `json:"collection"` // name of the articles' folder
	Folder     string         `json:"folder,omitempty"`
	Created    time.Time      `json:"created"`
	Articles   int            `json:"articles"`
	Passages   int            `json:"passages"`
	Purged     bool           `json:"purged,omitempty"` // no earlier generation may be kept
	Lengths    lengths        `json:"lengths"`
	Sums       map[string]sum `json:"sums"`   // of all files of the generation but this and its check, by their place in it
	Ledger     []sheet        `json:"ledger"` // in order
}

// errLater is wrapped by errors about an index of a later schema.
var errLater = errors.New("written by a later newsdesk")

func readManifest(dir string) (manifest, error) {
	var m manifest
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestName, err)
	}
	if m.Schema > schema {
		return m, fmt.Errorf("%w (schema %d; this program reads up to %d)", errLater, m.Schema, schema)
	}
	check, err := os.ReadFile(filepath.Join(dir, checkName))
	if err != nil {
		return m, err
	}
	if string(check) != checkOf(raw) {
		return m, fmt.Errorf("%s is not what was written", manifestName)
	}
	return m, nil
}

// checkOf is what checkName holds for a manifest.
func checkOf(manifest []byte) string {
	return fmt.Sprintf("%08x\n", crc32.Checksum(manifest, castagnoli))
}

func writeManifest(dir string, m manifest) error {
	raw, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	raw = append(raw, '\n')
	return errors.Join(
		os.WriteFile(filepath.Join(dir, manifestName), raw, 0o644),
		os.WriteFile(filepath.Join(dir, checkName), []byte(checkOf(raw)), 0o644),
	)
}

// writeDurably replaces a small file so that after a crash it holds either
// the old content or the new: temporary file, fsync, rename, fsync the folder.
func writeDurably(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// syncTree makes every file and folder below dir durable, but for files of known
// sums that never change, which are so already. Bleve fsyncs its .zap and root.bolt,
// but neither what lies beside them nor the folders.
func syncTree(dir string, known map[string]sum) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if _, ok := known[filepath.ToSlash(rel)]; ok && isImmutable(rel) {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
