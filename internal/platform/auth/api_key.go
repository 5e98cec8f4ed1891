package auth

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

func (s *Service) keyRoutes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-keys", Method: http.MethodGet, Path: "/keys", Tag: tagKeys, Need: permit.KeyManage,
		Summary: "List the API keys in force, newest first",
	}, s.listKeys)
	web.Register(api, web.Op{
		ID: "create-key", Method: http.MethodPost, Path: "/keys", Tag: tagKeys, Need: permit.KeyManage, Status: http.StatusCreated,
		Summary: "Make an API key; the key itself is answered once and never again",
	}, s.createKey)
	web.Register(api, web.Op{
		ID: "revoke-key", Method: http.MethodDelete, Path: "/keys/{id}", Tag: tagKeys, Need: permit.KeyManage,
		Summary: "End an API key for ever",
	}, s.revokeKey)
}

type keyView struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Tail      string   `json:"tail" doc:"the key's last four characters"`
	Scopes    []string `json:"scopes" nullable:"false"`
	Rate      int64    `json:"rate" doc:"requests a second; 0 means no limit"`
	CreatedAt string   `json:"created_at"`
	ExpiresAt string   `json:"expires_at"`
	Key       string   `json:"key,omitempty" doc:"the key itself, only in the answer to its creation"`
}

func keyViewOf(k Key, zone *time.Location) keyView {
	return keyView{
		ID: k.ID, Name: k.Name, Tail: k.Tail, Scopes: filled(k.Scopes), Rate: k.Rate,
		CreatedAt: web.Time(k.CreatedAt, zone), ExpiresAt: web.Time(k.EndsAt, zone),
	}
}

type keysOutput struct {
	Body struct {
		Items []keyView `json:"items" nullable:"false"`
	}
}

func (s *Service) listKeys(ctx context.Context, _ *struct{}) (*keysOutput, error) {
	keys, zone, err := s.Keys(ctx, web.Caller(ctx))
	if err != nil {
		return nil, err
	}
	out := &keysOutput{}
	out.Body.Items = []keyView{}
	for _, k := range keys {
		out.Body.Items = append(out.Body.Items, keyViewOf(k, zone))
	}
	return out, nil
}

type createKeyInput struct {
	Body struct {
		Name      string   `json:"name"`
		Scopes    []string `json:"scopes" nullable:"false" maxItems:"100" doc:"permission names, or * alone for everything"`
		Rate      *int64   `json:"rate,omitempty" nullable:"false" doc:"requests a second, 50 when left out; 0 means no limit"`
		ExpiresAt string   `json:"expires_at,omitempty" doc:"RFC 3339 with an offset; in a year at the latest, and when left out"`
	}
}

type keyOutput struct{ Body keyView }

func (s *Service) createKey(ctx context.Context, in *createKeyInput) (*keyOutput, error) {
	d := KeyDraft{Name: in.Body.Name, Scopes: in.Body.Scopes, Rate: DefaultRate}
	if in.Body.Rate != nil {
		d.Rate = *in.Body.Rate
	}
	var err error
	if d.EndsAt, err = web.ParseTime("body.expires_at", in.Body.ExpiresAt); err != nil {
		return nil, err
	}
	k, token, zone, err := s.MakeKey(ctx, web.Caller(ctx), d)
	if err != nil {
		return nil, err
	}
	out := &keyOutput{Body: keyViewOf(k, zone)}
	out.Body.Key = token
	return out, nil
}

func (s *Service) revokeKey(ctx context.Context, in *idInput) (*struct{}, error) {
	return &struct{}{}, s.RevokeKey(ctx, web.Caller(ctx), in.ID)
}
