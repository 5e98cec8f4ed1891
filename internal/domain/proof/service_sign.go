package proof

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
	"huiji/internal/platform/vault"
)

// sign makes the checkpoint of the day, of all that is sealed by then.
func (s *Service) sign(ctx context.Context, merchant id.Merchant, _ string, _ Sign) error {
	_, err := s.Checkpoint(ctx, merchant)
	return err
}

// Checkpoint signs the log as it is and keeps the note. A log without leaves has
// nothing to sign: the answer is then the zero value.
func (s *Service) Checkpoint(ctx context.Context, merchant id.Merchant) (c Checkpoint, err error) {
	err = s.DB.Write(ctx, merchant, func(ctx context.Context, tx *db.Tx) error {
		size, err := holdLog(ctx, tx)
		if c = (Checkpoint{}); err != nil || size == 0 {
			return err
		}
		if err := s.makeKey(ctx, tx); err != nil {
			return fmt.Errorf("make the signing key: %w", err)
		}
		if c, _, err = s.signed(ctx, tx, size); err != nil {
			return err
		}
		return insertCheckpoint(ctx, tx, c)
	})
	return c, err
}

// signed signs a log of this size, and tells the public key.
func (s *Service) signed(ctx context.Context, tx *db.Tx, size int64) (c Checkpoint, key string, err error) {
	pair, err := findKey(ctx, tx)
	if err != nil {
		return c, "", fmt.Errorf("read the signing key: %w", err)
	}
	ring, err := s.Vault.For(ctx, tx)
	if err != nil {
		return c, "", err
	}
	secret, err := ring.Open(pair.sealed, sealedAt(tx.Merchant()))
	if err != nil {
		return c, "", fmt.Errorf("open the signing key: %w", err)
	}
	e, err := edgeOf(size, tilesOf(ctx, tx))
	if err != nil {
		return c, "", fmt.Errorf("read the log's edge: %w", err)
	}
	c, err = Checkpoint{Merchant: tx.Merchant(), Size: size, Root: e.root(), At: tx.Now()}.sign(string(secret))
	return c, pair.verifier, err
}

// makeKey makes the merchant's key pair when there is none. The secret is sealed
// by the merchant's vault.
func (s *Service) makeKey(ctx context.Context, tx *db.Tx) error {
	pair, err := findKey(ctx, tx)
	if err != nil || pair.verifier != "" {
		return err
	}
	secret, verifier, err := vault.NoteKey(keyName(tx.Merchant()))
	if err != nil {
		return err
	}
	ring, err := s.Vault.For(ctx, tx)
	if err != nil {
		return err
	}
	sealed, err := ring.Seal([]byte(secret), sealedAt(tx.Merchant()))
	if err != nil {
		return err
	}
	return insertKey(ctx, tx, signing{verifier, sealed})
}

func sealedAt(of id.Merchant) string { return "proof_key|" + string(of) }
