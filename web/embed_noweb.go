//go:build noweb

// Package web holds nothing in this build: the server runs without the web apps.
package web

import (
	"embed"
	"io/fs"
)

// Apps is empty: the binary was built with the tag noweb.
func Apps() fs.FS { return embed.FS{} }
