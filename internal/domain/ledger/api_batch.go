package ledger

import (
	"context"
	"net/http"

	"huiji/internal/core/fault"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// opsMax is how many ops a batch may carry.
const opsMax = 1000

const keyLongest = 255

// batchRoute registers the batch. It has no key of its own: each op has one.
func (s *Service) batchRoute(api *web.API) {
	web.Register(api, web.Op{
		ID: "ledger-batch", Method: http.MethodPost, Path: "/ledger/batch", Tag: tag, Need: permit.SignedIn, Parts: batchBody{},
		Summary: "Earn, redeem and reverse up to 1,000 times in one request, each op alone",
	}, s.batch)
}

// batchBody describes the request. What each field is, and which an op must have,
// is as in the operation of the same name.
type batchBody struct {
	Ops []batchOp `json:"ops" minItems:"1" maxItems:"1000" nullable:"false" doc:"Each stands alone and is answered in its place; those on one account act in their order"`
}

type batchOp struct {
	Op          string `json:"op" enum:"earn,redeem,reverse"`
	Key         string `json:"idempotency_key" minLength:"1" maxLength:"255" doc:"Names this op as the header Idempotency-Key names a single request, of which it may be the repetition"`
	Member      string `json:"member_id,omitempty" maxLength:"40" doc:"of earn and redeem"`
	Asset       string `json:"asset,omitempty" maxLength:"32" default:"points" doc:"of earn and redeem"`
	Amount      int64  `json:"amount,omitempty" doc:"above zero; of reverse all that is left by default"`
	Reason      string `json:"reason" minLength:"1" maxLength:"200"`
	Reference   string `json:"reference,omitempty" maxLength:"200" doc:"of earn and redeem"`
	AvailableAt string `json:"available_at,omitempty" maxLength:"40" doc:"of earn; RFC 3339"`
	ExpiresAt   string `json:"expires_at,omitempty" maxLength:"40" doc:"of earn; RFC 3339"`
	OccurredAt  string `json:"occurred_at,omitempty" maxLength:"40" doc:"of earn; RFC 3339"`
	Posting     string `json:"posting_id,omitempty" maxLength:"100" doc:"of reverse"`
}

// batchPosting is a posting as the single operation answers it: that of a reversal
// says what it did.
type batchPosting struct {
	PostingView
	Returned   *int64 `json:"returned,omitempty" doc:"of reverse: what came back to the member"`
	ClawedBack *int64 `json:"clawed_back,omitempty" doc:"of reverse: what was taken back, debt included"`
	Debt       *int64 `json:"debt,omitempty" doc:"of reverse: the part of clawed_back that the member now owes"`
	Forgiven   *int64 `json:"forgiven,omitempty" doc:"of reverse: what could not be taken and was written off"`
	Lapsed     *int64 `json:"lapsed,omitempty" doc:"of reverse: what had expired"`
}

type batchResult struct {
	OK       bool          `json:"ok"`
	Replayed bool          `json:"replayed,omitempty" doc:"the first answer again: the key acted before"`
	Posting  *batchPosting `json:"posting,omitempty" doc:"when ok"`
	Problem  *web.Problem  `json:"problem,omitempty" doc:"when not: as the single request would be answered"`
}

type batchOutput struct {
	Body struct {
		Results []batchResult `json:"results" nullable:"false" doc:"in the order of the ops"`
	}
}

func (s *Service) batch(ctx context.Context, _ *struct{}) (*batchOutput, error) {
	parts, err := web.Parts(ctx, "ops", opsMax)
	if err != nil {
		return nil, err
	}
	may, err := allowed(ctx)
	if err != nil {
		return nil, err
	}
	out := &batchOutput{}
	out.Body.Results = make([]batchResult, len(parts))
	asked, where := make([]Asked, 0, len(parts)), make([]int, 0, len(parts))
	for i := range parts {
		one, err := readOp(ctx, &parts[i], may)
		if err != nil {
			out.Body.Results[i].Problem = parts[i].Said(ctx, err)
			continue
		}
		asked, where = append(asked, one), append(where, i)
	}
	for n, a := range s.Batch(ctx, web.Caller(ctx), asked) {
		i := where[n]
		if a.Err != nil {
			out.Body.Results[i].Problem = parts[i].Said(ctx, a.Err)
			continue
		}
		out.Body.Results[i] = batchResult{OK: true, Replayed: a.Outcome.Again, Posting: showInBatch(a)}
	}
	return out, nil
}

// allowed says for each sort of op why the caller may not; an error when the
// caller may none.
func allowed(ctx context.Context) (map[string]error, error) {
	caller := web.Caller(ctx)
	if !caller.May(permit.LedgerEarn) && !caller.May(permit.LedgerRedeem) && !caller.May(permit.LedgerReverse) {
		return nil, web.Allow(ctx, "ledger-batch", permit.LedgerEarn)
	}
	return map[string]error{
		"earn": caller.Check(permit.LedgerEarn), "redeem": caller.Check(permit.LedgerRedeem), "reverse": caller.Check(permit.LedgerReverse),
	}, nil
}

// readOp reads one op as the body of the operation it names.
func readOp(ctx context.Context, p *web.Part, may map[string]error) (a Asked, err error) {
	verb, err := p.Take("op", keyLongest)
	if err != nil {
		return a, err
	}
	if refused, known := may[verb]; !known {
		return a, fault.New(fault.Invalid, "request.invalid", "须为以下之一：earn, redeem, reverse", "must be one of earn, redeem, reverse").At("body.op", verb)
	} else if refused != nil {
		return a, refused
	}
	key, err := p.Take("idempotency_key", keyLongest)
	if err != nil {
		return a, err
	}
	a.Key = p.Named(key)
	switch verb {
	case "earn":
		var in earnInput
		if err = p.Read(ctx, &in.Body); err == nil {
			a.Request, err = in.request()
		}
	case "redeem":
		var in redeemInput
		err = p.Read(ctx, &in.Body)
		a.Request = in.request()
	case "reverse":
		var in reverseInput
		err = p.Read(ctx, &in.Body)
		a.Request = in.request()
	}
	return a, err
}

func showInBatch(a Answered) *batchPosting {
	v := &batchPosting{PostingView: showPosting(a.Outcome.Posting, a.Rules.Zone)}
	if a.Outcome.Posting.Kind == Reversal {
		r := a.Outcome.Reversal
		v.Returned, v.ClawedBack, v.Debt, v.Forgiven, v.Lapsed = &r.Returned, &r.ClawedBack, &r.Debt, &r.Forgiven, &r.Lapsed
	}
	return v
}
