//go:build !linux

package eval

import "errors"

func evictTree(string) error { return errors.ErrUnsupported }
