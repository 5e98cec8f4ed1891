package proof

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// Routes registers the proof of a posting.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "get-posting-proof", Method: http.MethodGet, Path: "/ledger/postings/{id}/proof", Tag: "Ledger", Need: permit.LedgerRead,
		Summary: "Prove that a posting is in the log and was not changed",
	}, s.receipt)
}

type receiptInput struct {
	ID string `path:"id" maxLength:"100"`
}

type receiptOutput struct{ Body receiptView }

type receiptView struct {
	PostingID  string   `json:"posting_id"`
	Leaf       []byte   `json:"leaf" doc:"The posting's canonical bytes, base64: every column with its length in front"`
	LeafHash   string   `json:"leaf_hash" doc:"SHA-256 of a zero byte and the leaf, base64"`
	Index      int64    `json:"index" doc:"Which leaf of the log it is; the first is 0"`
	Size       int64    `json:"size" doc:"How many leaves the log has at the checkpoint"`
	Root       string   `json:"root" doc:"The hash of the whole log at the checkpoint, base64"`
	Path       []string `json:"path" nullable:"false" doc:"The hashes beside the way from the leaf to the root, base64, from the bottom up (RFC 6962)"`
	Checkpoint string   `json:"checkpoint" doc:"The signed note on size and root"`
	Key        string   `json:"key" doc:"The merchant's public key; compare it with the one they told you"`
	VerifiedAt string   `json:"verified_at" doc:"When the posting was held against the log and the checkpoint signed"`
}

func (s *Service) receipt(ctx context.Context, in *receiptInput) (*receiptOutput, error) {
	r, zone, err := s.Prove(ctx, web.Caller(ctx), id.Posting(in.ID))
	if err != nil {
		return nil, err
	}
	c := r.Checkpoint
	v := receiptView{
		PostingID: string(r.Posting), Leaf: r.Leaf, LeafHash: encoded(r.Hash()), Index: r.Index, Size: c.Size, Root: encoded(c.Root),
		Path: make([]string, 0, len(r.Path)), Checkpoint: c.Note, Key: r.Key, VerifiedAt: web.Time(c.At, zone),
	}
	for _, h := range r.Path {
		v.Path = append(v.Path, encoded(h))
	}
	return &receiptOutput{Body: v}, nil
}
