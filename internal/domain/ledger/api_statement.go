package ledger

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// reportRoutes registers statements, the programme accounts and the liability.
func (s *Service) reportRoutes(api *web.API) {
	web.Register(api, web.Op{
		ID: "get-member-statement", Method: http.MethodGet, Path: "/members/{id}/statement", Tag: tag, Need: permit.LedgerRead,
		Summary: "Show a member's statement by month",
	}, s.statementOp)
	web.Register(api, web.Op{
		ID: "get-member-statement-file", Method: http.MethodGet, Path: "/members/{id}/statement/file", Tag: tag, Need: permit.LedgerRead,
		Summary: "Download a member's statement as CSV or XLSX",
	}, s.statementFile)
	web.Register(api, web.Op{
		ID: "get-programme", Method: http.MethodGet, Path: "/ledger/programme", Tag: tag, Need: permit.ReportRead,
		Summary: "Show the programme accounts by month: what was issued, redeemed, expired …",
	}, s.programmeOp)
	web.Register(api, web.Op{
		ID: "get-liability", Method: http.MethodGet, Path: "/ledger/liability", Tag: tag, Need: permit.ReportRead,
		Summary: "Show what the merchant owes its members, by expiry month and by tier",
	}, s.liabilityOp)
	web.Register(api, web.Op{
		ID: "get-liability-file", Method: http.MethodGet, Path: "/ledger/liability/file", Tag: tag, Need: permit.ReportRead,
		Summary: "Download the liability as CSV or XLSX",
	}, s.liabilityFile)
}

// MonthsInput is which months of a member's account are asked for; exported
// because it is embedded.
type MonthsInput struct {
	ID    string `path:"id" maxLength:"40"`
	Asset string `query:"asset" maxLength:"32" default:"points"`
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM in the merchant's time zone; the current one by default"`
	From  string `query:"from" maxLength:"7" doc:"instead of month: the first of up to 36 months"`
	To    string `query:"to" maxLength:"7" doc:"the last month, included"`
}

func (in *MonthsInput) ask() Ask {
	return Ask{Key: Key{id.Member(in.ID), Asset(in.Asset)}, Month: in.Month, From: in.From, To: in.To}
}

type kindSumView struct {
	Kind   string `json:"kind"`
	Amount int64  `json:"amount"`
	Count  int    `json:"count"`
}

type statementMonthView struct {
	Month    string        `json:"month" doc:"YYYY-MM"`
	Opening  int64         `json:"opening"`
	In       []kindSumView `json:"in" nullable:"false"`
	InTotal  int64         `json:"in_total"`
	Out      []kindSumView `json:"out" nullable:"false" doc:"below zero"`
	OutTotal int64         `json:"out_total"`
	Expired  int64         `json:"expired" doc:"below zero; what a reversal restored is added"`
	Adjusted int64         `json:"adjusted" doc:"signed: by hand, and what was written off"`
	Closing  int64         `json:"closing" doc:"opening + in_total + out_total + expired + adjusted"`
	Count    int           `json:"count" doc:"how many entries"`
}

type statementOutput struct {
	Body struct {
		Shop         string               `json:"shop"`
		MemberID     string               `json:"member_id"`
		MemberNo     string               `json:"member_no"`
		MemberName   string               `json:"member_name" doc:"Masked, as in 张*; empty when not given"`
		Asset        string               `json:"asset"`
		AssetName    string               `json:"asset_name"`
		Scale        int                  `json:"scale" doc:"decimal places of the amounts"`
		Timezone     string               `json:"timezone"`
		From         string               `json:"from" doc:"YYYY-MM"`
		To           string               `json:"to" doc:"YYYY-MM, included"`
		Opening      int64                `json:"opening"`
		Closing      int64                `json:"closing"`
		MadeAt       string               `json:"made_at"`
		CurrentMonth string               `json:"current_month" doc:"YYYY-MM in the merchant's time zone: it is not over"`
		Months       []statementMonthView `json:"months" nullable:"false"`
		Entries      []EntryView          `json:"entries" nullable:"false" doc:"the oldest first; each counts in the month it was recorded in"`
	}
}

func (s *Service) statementOp(ctx context.Context, in *MonthsInput) (*statementOutput, error) {
	st, err := s.Statement(ctx, web.Caller(ctx), in.ask())
	if err != nil {
		return nil, err
	}
	out := &statementOutput{}
	b := &out.Body
	b.Shop, b.MemberID, b.MemberNo, b.MemberName = st.Terms.Shop, string(st.Holder), st.Person.Number, st.Person.Name
	b.Asset, b.AssetName, b.Scale = string(st.Asset), st.Definition.Name.In(web.Lang(ctx)), st.Definition.Scale
	b.Timezone, b.From, b.To, b.Opening, b.Closing = st.Terms.Zone.String(), st.Period.From.String(), st.Period.To.String(), st.Opening, st.Closing
	b.MadeAt, b.CurrentMonth = web.Time(st.At.Time(), st.Terms.Zone), MonthOf(st.At.Time(), st.Terms.Zone).String()
	b.Months, b.Entries = make([]statementMonthView, 0, len(st.Months)), make([]EntryView, 0, len(st.Entries))
	for i := range st.Months {
		b.Months = append(b.Months, showMonth(&st.Months[i]))
	}
	for _, p := range st.Entries {
		b.Entries = append(b.Entries, showEntry(p, st.Terms.Zone, web.Lang(ctx)))
	}
	return out, nil
}

func showMonth(m *MonthSums) statementMonthView {
	return statementMonthView{
		Month: m.Month.String(), Opening: m.Opening, Closing: m.Closing, Expired: m.Expired, Adjusted: m.Adjusted, Count: m.Postings,
		In: showKinds(m.In), InTotal: total(m.In), Out: showKinds(m.Out), OutTotal: total(m.Out),
	}
}

func showKinds(sums []KindSum) []kindSumView {
	all := make([]kindSumView, 0, len(sums))
	for _, k := range sums {
		all = append(all, kindSumView{string(k.Kind), k.Amount, k.Postings})
	}
	return all
}

type statementFileInput struct {
	MonthsInput
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

// fileOutput is a file as a browser saves it.
type fileOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Service) statementFile(ctx context.Context, in *statementFileInput) (*fileOutput, error) {
	st, err := s.Statement(ctx, web.Caller(ctx), in.ask())
	if err != nil {
		return nil, err
	}
	months := st.Period.From.String()
	if st.Period.To != st.Period.From {
		months += "_" + st.Period.To.String()
	}
	return s.file(st.Paper(web.Lang(ctx)), in.Format, "statement-"+st.Person.Number+"-"+months)
}

func (s *Service) file(p Paper, format, name string) (*fileOutput, error) {
	content, err := s.Reports.Write(p, format)
	if err != nil {
		return nil, err
	}
	out := &fileOutput{Type: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + name + "." + format + `"`, Body: content}
	if format == "xlsx" {
		out.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return out, nil
}
