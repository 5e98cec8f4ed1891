package ledger

import (
	"context"
	"fmt"

	"huiji/internal/core/id"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/db"
)

// Reports is what the reports of the book need from others.
type Reports struct {
	// Terms reads the merchant.
	Terms func(ctx context.Context, tx *db.Tx) (Terms, error)
	// Tiers says of what tier the members of a bucket are; who is not in the answer
	// is of tier "".
	Tiers func(ctx context.Context, tx *db.Tx, bucket id.Bucket) (map[id.Member]string, error)
	// TierName names a tier.
	TierName func(code string) lang.Text
	// Write writes a paper in a format: csv or xlsx.
	Write func(p Paper, format string) ([]byte, error)
}

// Ask is which months of an account a statement is asked for; Month, or From and
// To, as in "2026-01"; the current month when all are empty.
type Ask struct {
	Key
	Month, From, To string
}

// Statement is what was recorded on an account in whole months.
func (s *Service) Statement(ctx context.Context, caller permit.Caller, ask Ask) (st Statement, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		st, err = s.statement(ctx, tx, ask)
		return err
	})
	return st, err
}

func (s *Service) statement(ctx context.Context, tx *db.Tx, ask Ask) (Statement, error) {
	if _, err := s.rulesOf(ctx, tx, ask.Holder); err != nil {
		return Statement{}, err
	}
	definition, err := s.definition(ctx, tx, ask.Asset)
	if err != nil {
		return Statement{}, err
	}
	terms, err := s.Reports.Terms(ctx, tx)
	if err != nil {
		return Statement{}, err
	}
	p, err := ParsePeriod(ask.Month, ask.From, ask.To, MonthOf(tx.Now(), terms.Zone), statementMonths)
	if err != nil {
		return Statement{}, err
	}
	from, to := At(p.From.Start(terms.Zone)), At(p.To.End(terms.Zone))
	opening, err := balanceBefore(ctx, tx, ask.Key, from)
	if err != nil {
		return Statement{}, fmt.Errorf("find the balance of %s before %s: %w", ask.Holder, p.From, err)
	}
	postings, err := listRecorded(ctx, tx, ask.Key, from, to, statementEntries+1)
	if err != nil {
		return Statement{}, fmt.Errorf("read the postings of %s: %w", ask.Holder, err)
	}
	if len(postings) > statementEntries {
		return Statement{}, errStatementLong
	}
	people, err := s.Names(ctx, tx, []id.Member{ask.Holder})
	if err != nil {
		return Statement{}, fmt.Errorf("find how %s is called: %w", ask.Holder, err)
	}
	st := newStatement(p, terms.Zone, opening, postings)
	st.At = At(tx.Now())
	st.Key, st.Definition, st.Terms, st.Person = ask.Key, definition, terms, people[ask.Holder]
	return st, nil
}

// definition is what the merchant has set for an asset that a request names.
func (s *Service) definition(ctx context.Context, tx *db.Tx, asset Asset) (Definition, error) {
	if err := s.knows(ctx, tx, "query.asset", asset); err != nil {
		return Definition{}, err
	}
	all, err := s.Assets(ctx, tx)
	if err != nil {
		return Definition{}, err
	}
	return all.Define(asset)
}
