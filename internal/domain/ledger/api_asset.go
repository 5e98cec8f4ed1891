package ledger

import (
	"context"
	"net/http"
	"slices"

	"huiji/internal/core/day"
	"huiji/internal/core/lang"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

// assetRoutes registers what is set for assets.
func (s *Service) assetRoutes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-assets", Method: http.MethodGet, Path: "/settings/assets", Tag: "Settings", Need: permit.SettingRead,
		Summary: "List the kinds of value that members can own",
	}, s.listAssets)
	web.Register(api, web.Op{
		ID: "put-asset", Method: http.MethodPut, Path: "/settings/assets/{code}", Tag: "Settings", Need: permit.SettingWrite,
		Summary: "Define an asset, or change what is set for it",
	}, s.putAsset)
}

type nameBody struct {
	ZH string `json:"zh" maxLength:"200"`
	EN string `json:"en" maxLength:"200"`
}

type rateBody struct {
	Into string `json:"into" maxLength:"32"`
	Give int64  `json:"give" doc:"This many of the smallest unit become …"`
	Get  int64  `json:"get" doc:"… so many of the other's smallest unit"`
}

// AssetBody is what is set for an asset; exported because it is embedded.
type AssetBody struct {
	Name         nameBody     `json:"name"`
	Class        string       `json:"class" enum:"points,growth,principal,bonus,pass,currency"`
	Scale        int          `json:"scale" doc:"Decimal places of one unit: amounts count the smallest. 2 for stored value"`
	Validity     day.Validity `json:"validity" doc:"Of value that comes without an end. For points: settings/earning"`
	Debt         string       `json:"debt" enum:"negative,forgive,refuse" doc:"When a claw-back finds too little. For points: settings/debt"`
	Cap          int64        `json:"cap" doc:"The most a member may hold, in the smallest unit; 0 = any"`
	Transferable bool         `json:"transferable"`
	Partial      bool         `json:"partial" doc:"Whether less than all that is available may be redeemed"`
	Rates        []rateBody   `json:"rates" nullable:"false" doc:"What it may be exchanged into"`
	Archived     bool         `json:"archived" doc:"Nothing comes in any more; what is there can be spent"`
}

type assetView struct {
	Code string `json:"code"`
	AssetBody
	Version int64 `json:"version" doc:"0 = as the product brings it"`
}

func showAsset(d Definition) assetView {
	v := assetView{Code: string(d.Asset), Version: d.Version, AssetBody: AssetBody{
		Name: nameBody(d.Name), Class: string(d.Class), Scale: d.Scale, Validity: d.Validity, Debt: string(d.Debt), Cap: d.Cap,
		Transferable: d.Transferable, Partial: d.Partial, Rates: make([]rateBody, 0, len(d.Rates)), Archived: d.Archived,
	}}
	for _, r := range d.Rates {
		v.Rates = append(v.Rates, rateBody{string(r.Into), r.Give, r.Get})
	}
	return v
}

type assetsOutput struct {
	Body struct {
		Items []assetView `json:"items" nullable:"false"`
	}
}

func (s *Service) listAssets(ctx context.Context, _ *struct{}) (*assetsOutput, error) {
	all, err := s.ShowAssets(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &assetsOutput{}
	for _, d := range all.sorted() {
		out.Body.Items = append(out.Body.Items, showAsset(d))
	}
	return out, nil
}

type putAssetInput struct {
	Code string `path:"code" maxLength:"100"`
	Body AssetBody
}

type assetOutput struct{ Body assetView }

func (s *Service) putAsset(ctx context.Context, in *putAssetInput) (*assetOutput, error) {
	b := in.Body
	d := Definition{
		Asset: Asset(in.Code), Name: lang.Text(b.Name), Class: Class(b.Class), Scale: b.Scale, Validity: b.Validity, Debt: DebtPolicy(b.Debt),
		Cap: b.Cap, Transferable: b.Transferable, Partial: b.Partial, Archived: b.Archived,
	}
	for _, r := range slices.Clip(b.Rates) {
		d.Rates = append(d.Rates, Rate{Asset(r.Into), r.Give, r.Get})
	}
	set, err := s.SetAsset(ctx, web.Caller(ctx), d)
	if err != nil {
		return nil, err
	}
	return &assetOutput{Body: showAsset(set)}, nil
}
