package earning

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/day"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/platform/web"
)

// Routes registers the settings of earning.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "get-earning", Method: http.MethodGet, Path: "/settings/earning", Tag: "settings",
		Summary: "The earning rule in force", Need: permit.SettingRead,
	}, s.get)
	web.Register(api, web.Op{
		ID: "set-earning", Method: http.MethodPut, Path: "/settings/earning", Tag: "settings",
		Summary: "Set the earning rule from now on", Need: permit.SettingWrite,
	}, s.put)
	web.Register(api, web.Op{
		ID: "list-earning-versions", Method: http.MethodGet, Path: "/settings/earning/versions", Tag: "settings",
		Summary: "Every version of the earning rule, newest first", Need: permit.SettingRead,
	}, s.versions)
}

type rateBody struct {
	Category  string `json:"category"`
	Points    int64  `json:"points" doc:"for every per_amount"`
	PerAmount int64  `json:"per_amount"`
}

type ruleBody struct {
	Points       int64        `json:"points" doc:"for every per_amount; 0 = only categories earn"`
	PerAmount    int64        `json:"per_amount" doc:"in the smallest unit of money"`
	Rounding     string       `json:"rounding,omitempty" doc:"down (default) or half_up; once per order"`
	Validity     day.Validity `json:"validity,omitempty" doc:"how long points live; never by default"`
	PendingDays  int          `json:"pending_days,omitempty" doc:"local midnights until points can be used"`
	Categories   []rateBody   `json:"categories,omitempty" doc:"rates that take the place of the base rate"`
	ExcludedSKUs []string     `json:"excluded_skus,omitempty" doc:"goods that earn nothing"`
}

// policyBody is the whole rule as it is answered: nothing is left out.
type policyBody struct {
	Points       int64        `json:"points"`
	PerAmount    int64        `json:"per_amount"`
	Rounding     string       `json:"rounding"`
	Validity     day.Validity `json:"validity"`
	PendingDays  int          `json:"pending_days"`
	Categories   []rateBody   `json:"categories"`
	ExcludedSKUs []string     `json:"excluded_skus"`
	Version      int64        `json:"version"`
	EffectiveAt  string       `json:"effective_at"`
	SetBy        string       `json:"set_by"`
}

type putInput struct{ Body ruleBody }

type policyOutput struct{ Body policyBody }

type versionsOutput struct {
	Body struct {
		Items []policyBody `json:"items"`
	}
}

func (s *Service) get(ctx context.Context, _ *struct{}) (*policyOutput, error) {
	p, zone, err := s.Current(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	return &policyOutput{Body: p.body(zone)}, nil
}

func (s *Service) put(ctx context.Context, in *putInput) (*policyOutput, error) {
	p, zone, err := s.Set(ctx, web.Caller(ctx), in.Body.policy())
	if err != nil {
		return nil, err
	}
	return &policyOutput{Body: p.body(zone)}, nil
}

func (s *Service) versions(ctx context.Context, _ *struct{}) (*versionsOutput, error) {
	all, zone, err := s.History(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &versionsOutput{}
	out.Body.Items = make([]policyBody, len(all))
	for i, p := range all {
		out.Body.Items[len(all)-1-i] = p.body(zone)
	}
	return out, nil
}

// policy reads the rule; what was left out takes its default.
func (b ruleBody) policy() Policy {
	p := Policy{
		Points: unit.Points(b.Points), PerAmount: unit.Money(b.PerAmount), Rounding: Rounding(b.Rounding),
		Validity: b.Validity, PendingDays: b.PendingDays, ExcludedSKUs: b.ExcludedSKUs,
	}
	if p.Rounding == "" {
		p.Rounding = Down
	}
	if p.Validity == (day.Validity{}) {
		p.Validity = day.Never()
	}
	for _, r := range b.Categories {
		p.Categories = append(p.Categories, Rate{Category: r.Category, Points: unit.Points(r.Points), PerAmount: unit.Money(r.PerAmount)})
	}
	return p
}

func (p Policy) body(zone *time.Location) policyBody {
	b := policyBody{
		Points: int64(p.Points), PerAmount: int64(p.PerAmount), Rounding: string(p.Rounding), Validity: p.Validity,
		PendingDays: p.PendingDays, Categories: []rateBody{}, ExcludedSKUs: append([]string{}, p.ExcludedSKUs...),
		Version: p.Version, EffectiveAt: web.Time(p.EffectiveAt, zone), SetBy: p.SetBy,
	}
	for _, r := range p.Categories {
		b.Categories = append(b.Categories, rateBody{Category: r.Category, Points: int64(r.Points), PerAmount: int64(r.PerAmount)})
	}
	return b
}
