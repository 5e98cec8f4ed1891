package auth

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/id"
	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

func (s *Service) staffRoutes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-staff", Method: http.MethodGet, Path: "/staff", Tag: tagStaff, Need: permit.StaffRead,
		Summary: "List the staff, newest first",
	}, s.listStaff)
	web.Register(api, web.Op{
		ID: "get-staff", Method: http.MethodGet, Path: "/staff/{id}", Tag: tagStaff, Need: permit.StaffRead,
		Summary: "Show one staff account",
	}, s.getStaff)
	web.Register(api, web.Op{
		ID: "create-staff", Method: http.MethodPost, Path: "/staff", Tag: tagStaff, Need: permit.StaffWrite, Status: http.StatusCreated,
		Summary: "Add a staff account; nobody grants a role or a store beyond their own",
	}, s.createStaff)
	web.Register(api, web.Op{
		ID: "update-staff", Method: http.MethodPatch, Path: "/staff/{id}", Tag: tagStaff, Need: permit.StaffWrite, Patch: true,
		Summary: "Change, disable or enable an account, or give it a new password; its sessions end",
	}, s.updateStaff)
	web.Register(api, web.Op{
		ID: "list-roles", Method: http.MethodGet, Path: "/roles", Tag: tagStaff, Need: permit.StaffRead,
		Summary: "List the roles with what they may do",
	}, s.listRoles)
}

type staffView struct {
	ID          id.Staff      `json:"id"`
	Account     string        `json:"account"`
	Name        string        `json:"name"`
	Roles       []permit.Role `json:"roles" nullable:"false"`
	Stores      []id.Store    `json:"stores" nullable:"false" doc:"empty means every store"`
	Status      Status        `json:"status" enum:"active,disabled"`
	CreatedAt   string        `json:"created_at"`
	LastLoginAt *string       `json:"last_login_at" doc:"null for never"`
}

func viewOf(a Account, zone *time.Location) staffView {
	v := staffView{
		ID: a.ID, Account: a.Account, Name: a.Name, Roles: filled(a.Roles), Stores: filled(a.Stores),
		Status: a.Status, CreatedAt: web.Time(a.CreatedAt, zone),
	}
	if !a.LastLoginAt.IsZero() {
		at := web.Time(a.LastLoginAt, zone)
		v.LastLoginAt = &at
	}
	return v
}

type listStaffInput struct {
	Status string `query:"status" enum:"active,disabled"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type listStaffOutput struct {
	Body struct {
		Items      []staffView `json:"items" nullable:"false"`
		NextCursor *string     `json:"next_cursor"`
	}
}

func (s *Service) listStaff(ctx context.Context, in *listStaffInput) (*listStaffOutput, error) {
	p, zone, err := s.Staff(ctx, web.Caller(ctx), Status(in.Status), page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &listStaffOutput{}
	out.Body.Items = []staffView{}
	for _, a := range p.Items {
		out.Body.Items = append(out.Body.Items, viewOf(a, zone))
	}
	if p.Next != "" {
		out.Body.NextCursor = &p.Next
	}
	return out, nil
}

type oneStaffInput struct {
	ID string `path:"id" maxLength:"40"`
}

func (s *Service) getStaff(ctx context.Context, in *oneStaffInput) (*staffOutput, error) {
	a, zone, err := s.OneOfStaff(ctx, web.Caller(ctx), id.Staff(in.ID))
	if err != nil {
		return nil, err
	}
	return &staffOutput{Body: viewOf(a, zone)}, nil
}

type createStaffInput struct {
	Body struct {
		Account  string        `json:"account" doc:"2 to 64 letters, digits and . _ - @ +; unique over the installation"`
		Name     string        `json:"name,omitempty" doc:"the account when left out"`
		Password string        `json:"password" doc:"at least 12 characters for owners and managers, 8 for others; at most 128"`
		Roles    []permit.Role `json:"roles" nullable:"false" maxItems:"4"`
		Stores   []id.Store    `json:"stores,omitempty" nullable:"false" doc:"empty means every store"`
	}
}

type staffOutput struct{ Body staffView }

func (s *Service) createStaff(ctx context.Context, in *createStaffInput) (*staffOutput, error) {
	a, zone, err := s.Hire(ctx, web.Caller(ctx), Draft{
		Account: in.Body.Account, Name: in.Body.Name, Password: in.Body.Password, Roles: in.Body.Roles, Stores: in.Body.Stores,
	})
	if err != nil {
		return nil, err
	}
	return &staffOutput{Body: viewOf(a, zone)}, nil
}

type updateStaffInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Name     *string        `json:"name,omitempty" nullable:"false"`
		Roles    *[]permit.Role `json:"roles,omitempty" nullable:"false" maxItems:"4"`
		Stores   *[]id.Store    `json:"stores,omitempty" nullable:"false" doc:"empty means every store"`
		Status   *string        `json:"status,omitempty" nullable:"false" enum:"active,disabled"`
		Password *string        `json:"password,omitempty" nullable:"false" doc:"a new password, for somebody else"`
	}
}

func (s *Service) updateStaff(ctx context.Context, in *updateStaffInput) (*staffOutput, error) {
	change := Change{Name: in.Body.Name, Roles: in.Body.Roles, Stores: in.Body.Stores, Password: in.Body.Password}
	if in.Body.Status != nil {
		status := Status(*in.Body.Status)
		change.Status = &status
	}
	a, zone, err := s.UpdateStaff(ctx, web.Caller(ctx), id.Staff(in.ID), change)
	if err != nil {
		return nil, err
	}
	return &staffOutput{Body: viewOf(a, zone)}, nil
}

type rolesOutput struct {
	Body struct {
		Items []roleView `json:"items" nullable:"false"`
	}
}

type roleView struct {
	Role        permit.Role         `json:"role"`
	Permissions []permit.Permission `json:"permissions" nullable:"false"`
}

func (s *Service) listRoles(context.Context, *struct{}) (*rolesOutput, error) {
	out := &rolesOutput{}
	for _, r := range permit.Roles() {
		out.Body.Items = append(out.Body.Items, roleView{Role: r, Permissions: r.Permissions()})
	}
	return out, nil
}
