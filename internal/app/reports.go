package app

import (
	"context"

	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/flow/statement"
	"huiji/internal/platform/db"
)

// bookReports is what the ledger's reports need from the merchant, the earning
// rule and the members.
func (a *App) bookReports() ledger.Reports {
	return ledger.Reports{Terms: a.reportTerms, Tiers: a.Members.Tiers, TierName: member.TierName, Write: statement.Write}
}

func (a *App) reportTerms(ctx context.Context, tx *db.Tx) (ledger.Terms, error) {
	terms, err := a.Merchants.Terms(ctx, tx)
	if err != nil {
		return ledger.Terms{}, err
	}
	policy, err := a.Rulebook.At(ctx, tx, tx.Now())
	if err != nil {
		return ledger.Terms{}, err
	}
	return ledger.Terms{
		Shop: terms.Name, Currency: terms.Currency, Zone: terms.Zone,
		Worth: ledger.Worth{Points: int64(terms.Offset.Points), Amount: terms.Offset.Amount},
		Gives: ledger.Worth{Points: int64(policy.Points), Amount: policy.PerAmount},
	}, nil
}
