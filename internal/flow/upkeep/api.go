package upkeep

import (
	"context"
	"net/http"
	"time"

	"huiji/internal/core/page"
	"huiji/internal/core/permit"
	"huiji/internal/platform/web"
)

const tag = "Jobs"

// Routes registers looking and replaying.
func (s *Service) Routes(api *web.API) {
	web.Register(api, web.Op{
		ID: "list-jobs", Method: http.MethodGet, Path: "/jobs", Tag: tag, Need: permit.JobRead,
		Summary: "How the work in the background stands, and what has failed for the last time, newest first",
	}, s.list)
	web.Register(api, web.Op{
		ID: "replay-job", Method: http.MethodPost, Path: "/jobs/{id}/replay", Tag: tag, Need: permit.JobReplay, Key: true,
		Summary: "Try a dead letter again",
	}, s.replay)
	web.Register(api, web.Op{
		ID: "replay-jobs", Method: http.MethodPost, Path: "/jobs/replay", Tag: tag, Need: permit.JobReplay, Key: true,
		Summary: "Try up to 1,000 dead letters of one kind again",
	}, s.replayAll)
}

type jobsInput struct {
	Kind   string `query:"kind" maxLength:"100" doc:"only dead letters of this kind of job"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type jobsOutput struct {
	Body struct {
		Summary    summaryView  `json:"summary"`
		Items      []letterView `json:"items" nullable:"false" doc:"Dead letters"`
		NextCursor *string      `json:"next_cursor"`
	}
}

type summaryView struct {
	Waiting  int64      `json:"waiting" doc:"To be run, now or later"`
	Retrying int64      `json:"retrying" doc:"Of these, those that have failed before"`
	Running  int64      `json:"running" doc:"Talking to the outside world right now"`
	Dead     int64      `json:"dead" doc:"Failed for the last time"`
	Kinds    []kindView `json:"kinds" nullable:"false" doc:"The dead letters by kind of job"`
	DueFor   int64      `json:"due_for" doc:"Seconds for which the job that is due longest has waited; 0 when none is due"`
}

type kindView struct {
	Kind string `json:"kind"`
	Dead int64  `json:"dead"`
}

type letterView struct {
	ID        string `json:"id"`
	Kind      string `json:"kind" doc:"The kind of job, as in ledger.posted>bookkeeping: what happened, and who hears of it"`
	Attempts  int    `json:"attempts"`
	LastError string `json:"last_error" doc:"What the last attempt said; what could be about a person is left out"`
	CreatedAt string `json:"created_at"`
	FailedAt  string `json:"failed_at" doc:"When it was tried last"`
}

func (s *Service) list(ctx context.Context, in *jobsInput) (*jobsOutput, error) {
	seen, err := s.Look(ctx, web.Caller(ctx), in.Kind, page.Want{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &jobsOutput{}
	out.Body.Summary = summaryView{
		Waiting: seen.Waiting, Retrying: seen.Retrying, Running: seen.Running, Dead: seen.Dead,
		Kinds: make([]kindView, 0, len(seen.Kinds)), DueFor: int64(seen.DueFor / time.Second),
	}
	for _, k := range seen.Kinds {
		out.Body.Summary.Kinds = append(out.Body.Summary.Kinds, kindView(k))
	}
	out.Body.Items = make([]letterView, 0, len(seen.Letters.Items))
	for _, l := range seen.Letters.Items {
		out.Body.Items = append(out.Body.Items, letterView{
			ID: l.ID, Kind: l.Kind, Attempts: l.Attempts, LastError: l.Error,
			CreatedAt: web.Time(l.CreatedAt, seen.Zone), FailedAt: web.Time(l.FailedAt, seen.Zone),
		})
	}
	if seen.Letters.Next != "" {
		out.Body.NextCursor = &seen.Letters.Next
	}
	return out, nil
}

type replayInput struct {
	ID string `path:"id" maxLength:"60"`
}

type replayAllInput struct {
	Body struct {
		Kind string `json:"kind" minLength:"1" maxLength:"100" doc:"as GET /jobs names it"`
	}
}

type replayOutput struct{ Body replayView }

type replayView struct {
	Replayed int64 `json:"replayed" doc:"How many will be tried again"`
	Left     int64 `json:"left" doc:"Dead letters of the same kind that are still there"`
}

func (s *Service) replay(ctx context.Context, in *replayInput) (*replayOutput, error) {
	return answer(s.Replay(ctx, web.Caller(ctx), web.OnceKey(ctx), in.ID))
}

func (s *Service) replayAll(ctx context.Context, in *replayAllInput) (*replayOutput, error) {
	return answer(s.ReplayAll(ctx, web.Caller(ctx), web.OnceKey(ctx), in.Body.Kind))
}

func answer(done Replayed, err error) (*replayOutput, error) {
	if err != nil {
		return nil, err
	}
	return &replayOutput{Body: replayView(done)}, nil
}
