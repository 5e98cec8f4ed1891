package ledger

import (
	"context"

	"huiji/internal/core/unit"
	"huiji/internal/platform/web"
)

type programmeInput struct {
	Asset string `query:"asset" maxLength:"32" default:"points"`
	From  string `query:"from" maxLength:"7" doc:"YYYY-MM in the merchant's time zone; eleven months back by default"`
	To    string `query:"to" maxLength:"7" doc:"YYYY-MM, included; the current month by default"`
}

type flowView struct {
	Account  string `json:"account" doc:"issued, opening, redeemed, expired, adjusted, forgiven, exchanged, in_transit …"`
	Given    int64  `json:"given" doc:"into members' accounts"`
	Taken    int64  `json:"taken" doc:"out of members' accounts"`
	Sum      int64  `json:"sum" doc:"taken − given: the programme account's own leg"`
	Postings int64  `json:"postings"`
}

type programmeMonthView struct {
	Month    string     `json:"month" doc:"YYYY-MM"`
	Opening  int64      `json:"opening" doc:"what all members had"`
	Accounts []flowView `json:"accounts" nullable:"false"`
	Closing  int64      `json:"closing" doc:"opening − Σ sum"`
}

type programmeOutput struct {
	Body struct {
		Asset     string               `json:"asset"`
		AssetName string               `json:"asset_name"`
		Scale     int                  `json:"scale" doc:"decimal places of the amounts"`
		From      string               `json:"from"`
		To        string               `json:"to"`
		Opening   int64                `json:"opening"`
		Closing   int64                `json:"closing"`
		Months    []programmeMonthView `json:"months" nullable:"false" doc:"the oldest first"`
		Totals    []flowView           `json:"totals" nullable:"false" doc:"over the months asked for"`
		Audit     struct {
			Programme int64 `json:"programme" doc:"Σ of all programme accounts over all time"`
			Members   int64 `json:"members" doc:"Σ of all members' balances"`
			Ties      bool  `json:"ties" doc:"whether both come to zero and every posting is counted"`
		} `json:"audit"`
	}
}

func (s *Service) programmeOp(ctx context.Context, in *programmeInput) (*programmeOutput, error) {
	p, err := s.Programme(ctx, web.Caller(ctx), Asset(in.Asset), in.From, in.To)
	if err != nil {
		return nil, err
	}
	out := &programmeOutput{}
	b := &out.Body
	b.Asset, b.AssetName, b.Scale = in.Asset, p.Definition.Name.In(web.Lang(ctx)), p.Definition.Scale
	b.From, b.To, b.Opening, b.Closing = p.Period.From.String(), p.Period.To.String(), p.Opening, p.Closing
	b.Months, b.Totals = make([]programmeMonthView, 0, len(p.Months)), showFlows(p.Totals)
	for _, m := range p.Months {
		b.Months = append(b.Months, programmeMonthView{m.Month.String(), m.Opening, showFlows(m.Flows), m.Closing})
	}
	b.Audit.Programme, b.Audit.Members, b.Audit.Ties = p.Sum, p.Balances, p.Ties
	return out, nil
}

func showFlows(all []Flow) []flowView {
	views := make([]flowView, 0, len(all))
	for _, f := range all {
		views = append(views, flowView{string(f.Contra), f.Given, f.Taken, f.Sum(), f.Postings})
	}
	return views
}

// LiabilityInput is which liability is asked for; exported because it is embedded.
type LiabilityInput struct {
	Asset string `query:"asset" maxLength:"32" default:"points"`
	AsOf  string `query:"as_of" maxLength:"40" doc:"a past day, the whole of it, or an RFC 3339 time; now by default"`
}

// DuesView is what is owed; exported because it is embedded.
type DuesView struct {
	Units     int64       `json:"units" doc:"available + pending + held"`
	Available int64       `json:"available"`
	Pending   int64       `json:"pending"`
	Held      int64       `json:"held"`
	Amount    *unit.Money `json:"amount" doc:"in money, by the rate at which points pay today; null where the asset has none"`
}

type monthDuesView struct {
	Month *string `json:"month" doc:"YYYY-MM: the month of the last day on which it is good; null = never ends"`
	DuesView
}

type tierDuesView struct {
	Tier     string `json:"tier"`
	Name     string `json:"name"`
	Accounts int64  `json:"accounts"`
	DuesView
}

type rateView struct {
	Points int64      `json:"points"`
	Amount unit.Money `json:"amount"`
}

type usageView struct {
	Redeemed int64  `json:"redeemed" doc:"to date, less what came back"`
	Expired  int64  `json:"expired" doc:"to date"`
	Rate     *int64 `json:"rate" doc:"redeemed ÷ (redeemed + expired) in basis points; null when there is too little to say"`
}

type allocationView struct {
	Sale      unit.Money `json:"sale"`
	Points    int64      `json:"points" doc:"what the sale gives at the base rate"`
	Value     unit.Money `json:"value" doc:"of these points if all were used"`
	Rate      int64      `json:"rate" doc:"how much of them is expected to be used, in basis points: usage.rate, 10000 as long as that is null"`
	Revenue   unit.Money `json:"revenue"`
	Liability unit.Money `json:"liability"`
}

type liabilityOutput struct {
	Body struct {
		Asset     string          `json:"asset"`
		AssetName string          `json:"asset_name"`
		Scale     int             `json:"scale" doc:"decimal places of the units"`
		AsOf      string          `json:"as_of"`
		Past      bool            `json:"past" doc:"computed from the postings recorded by then"`
		Currency  string          `json:"currency"`
		Worth     *rateView       `json:"worth" doc:"points pay this amount today; null where points do not pay"`
		Accounts  int64           `json:"accounts" doc:"how many members have any"`
		Total     DuesView        `json:"total"`
		Months    []monthDuesView `json:"months" nullable:"false" doc:"by expiry, the soonest first, never last; add up to total"`
		Tiers     []tierDuesView  `json:"tiers" nullable:"false" doc:"the largest first; add up to total; by the members' tiers of today"`
		Debt      int64           `json:"debt" doc:"what members owe; not taken off"`
		Debtors   int64           `json:"debtors"`
		Usage     usageView       `json:"usage"`
		Example   *allocationView `json:"example" doc:"how the price of a sale divides (IFRS 15, 企业会计准则第14号); null where points are worth nothing"`
	}
}

func (s *Service) liabilityOp(ctx context.Context, in *LiabilityInput) (*liabilityOutput, error) {
	l, u, err := s.Owed(ctx, web.Caller(ctx), Asset(in.Asset), in.AsOf)
	if err != nil {
		return nil, err
	}
	out := &liabilityOutput{}
	b := &out.Body
	b.Asset, b.AssetName, b.Scale = in.Asset, l.Definition.Name.In(web.Lang(ctx)), l.Definition.Scale
	b.AsOf, b.Past, b.Currency, b.Accounts = web.Time(l.AsOf.Time(), l.Terms.Zone), l.Past, l.Terms.Currency, l.Accounts
	if w := l.Terms.Worth; l.Definition.Asset == Points && w.Points > 0 && w.Amount > 0 {
		b.Worth = &rateView{w.Points, w.Amount}
	}
	b.Total, b.Debt, b.Debtors = showDues(l.Total, l.Valued), l.Debt, l.Debtors
	b.Months, b.Tiers = make([]monthDuesView, 0, len(l.Months)), make([]tierDuesView, 0, len(l.Tiers))
	for _, m := range l.Months {
		v := monthDuesView{DuesView: showDues(m.Dues, l.Valued)}
		if m.Month != 0 {
			name := m.Month.String()
			v.Month = &name
		}
		b.Months = append(b.Months, v)
	}
	for _, t := range l.Tiers {
		b.Tiers = append(b.Tiers, tierDuesView{t.Tier, s.Reports.TierName(t.Tier).In(web.Lang(ctx)), t.Accounts, showDues(t.Dues, l.Valued)})
	}
	b.Usage = usageView{Redeemed: u.Redeemed, Expired: u.Expired}
	if rate, known := u.Rate(); known {
		b.Usage.Rate = &rate
	}
	if points, a, ok := l.Terms.example(u); ok && l.Definition.Asset == Points {
		b.Example = &allocationView{a.Price, points, a.Value, a.Rate, a.Revenue, a.Liability}
	}
	return out, nil
}

func showDues(d Dues, valued bool) DuesView {
	v := DuesView{Units: d.Units(), Available: d.Available, Pending: d.Pending, Held: d.Held}
	if money := unit.Money(d.Money); valued {
		v.Amount = &money
	}
	return v
}

type liabilityFileInput struct {
	LiabilityInput
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

func (s *Service) liabilityFile(ctx context.Context, in *liabilityFileInput) (*fileOutput, error) {
	l, _, err := s.Owed(ctx, web.Caller(ctx), Asset(in.Asset), in.AsOf)
	if err != nil {
		return nil, err
	}
	return s.file(l.Paper(web.Lang(ctx), s.Reports.TierName), in.Format, "liability-"+in.Asset+"-"+dayName(l.AsOf, l.Terms.Zone))
}
