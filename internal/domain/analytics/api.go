package analytics

import (
	"context"
	"net/http"

	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/core/unit"
	"huiji/internal/platform/web"
)

// Routes registers the reports.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "report-home", Method: http.MethodGet, Path: "/reports/home", Tag: "Reports", Need: permit.ReportRead,
		Summary: "Today, yesterday and the last 30 days, at one store or at all the caller may see",
	}, s.home)
}

type homeInput struct {
	Store string `query:"store_id" maxLength:"40"`
}

type figuresView struct {
	Sales          unit.Money  `json:"sales" doc:"what orders came to; refunds are not taken off"`
	Orders         int64       `json:"orders"`
	Refunds        unit.Money  `json:"refunds" doc:"money that went back"`
	MemberSales    unit.Money  `json:"member_sales"`
	NewMembers     int64       `json:"new_members"`
	PointsEarned   unit.Points `json:"points_earned"`
	PointsRedeemed unit.Points `json:"points_redeemed"`
	PointsExpired  unit.Points `json:"points_expired"`
}

type trendView struct {
	Day            string      `json:"day" format:"date"`
	Sales          unit.Money  `json:"sales"`
	Orders         int64       `json:"orders"`
	Refunds        unit.Money  `json:"refunds"`
	NewMembers     int64       `json:"new_members"`
	PointsEarned   unit.Points `json:"points_earned"`
	PointsRedeemed unit.Points `json:"points_redeemed"`
	PointsExpired  unit.Points `json:"points_expired"`
}

type homeOutput struct {
	Body struct {
		Day          string      `json:"day" format:"date"`
		Today        figuresView `json:"today"`
		Yesterday    figuresView `json:"yesterday"`
		Trend        []trendView `json:"trend" nullable:"false" doc:"30 days, the oldest first"`
		MembersTotal int64       `json:"members_total"`
		Setup        setupView   `json:"setup"`
	}
}

type setupView struct {
	Products int64 `json:"products"`
	Members  int64 `json:"members"`
	Orders   int64 `json:"orders"`
	Staff    int64 `json:"staff"`
	Demo     bool  `json:"demo" doc:"whether demo data is loaded"`
}

func (s *Service) home(ctx context.Context, in *homeInput) (*homeOutput, error) {
	h, err := s.Home(ctx, web.Caller(ctx), id.Store(in.Store))
	if err != nil {
		return nil, err
	}
	out := &homeOutput{}
	out.Body.Day, out.Body.Today, out.Body.Yesterday = h.Day.String(), figuresView(h.Today), figuresView(h.Yesterday)
	for _, d := range h.Trend {
		out.Body.Trend = append(out.Body.Trend, trendView{
			Day: d.Day.String(), Sales: d.Sales, Orders: d.Orders, Refunds: d.Refunds, NewMembers: d.NewMembers,
			PointsEarned: d.PointsEarned, PointsRedeemed: d.PointsRedeemed, PointsExpired: d.PointsExpired,
		})
	}
	out.Body.MembersTotal = h.Counts.MembersTotal
	out.Body.Setup = setupView{
		Products: h.Counts.Products, Members: h.Counts.Members, Orders: h.Counts.Orders, Staff: h.Counts.Staff, Demo: h.Counts.Demo,
	}
	return out, nil
}
