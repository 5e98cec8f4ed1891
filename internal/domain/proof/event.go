package proof

// Seal asks that the postings recorded since are appended to the log.
type Seal struct {
	Slot string
	Part int
}

// Kind names the job on disk.
func (Seal) Kind() string { return "proof.seal" }

// Sign asks for the checkpoint of a day.
type Sign struct{ Day string }

// Kind names the job on disk.
func (Sign) Kind() string { return "proof.sign" }

// Look asks for the check of a day, from a leaf on: that no posting was missed.
type Look struct {
	Day  string
	From int64
}

// Kind names the job on disk.
func (Look) Kind() string { return "proof.look" }
