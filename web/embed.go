//go:build !noweb

// Package web holds the built web apps, so that one binary serves them.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Apps is what `npm run build` made: a folder an app, as in "console/index.html".
// Before the first build it is empty but for a placeholder.
func Apps() fs.FS {
	apps, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // The name is a constant and valid: this never happens.
	}
	return apps
}
