package importing

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiji/internal/core/deed"
	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
	"huiji/internal/core/permit"
	"huiji/internal/domain/catalog"
	"huiji/internal/domain/earning"
	"huiji/internal/domain/ledger"
	"huiji/internal/domain/member"
	"huiji/internal/domain/merchant"
	"huiji/internal/domain/order"
	"huiji/internal/domain/store"
	"huiji/internal/platform/db"
	"huiji/internal/platform/job"
)

// Service imports.
type Service struct {
	DB        *db.DB
	Jobs      *job.Queue
	Merchants *merchant.Service
	Stores    *store.Service
	Members   *member.Service
	Catalog   *catalog.Service
	Rules     *earning.Service
	Ledger    *ledger.Service
	Orders    *order.Service
}

// Options say how to import.
type Options struct {
	DryRun   bool
	Progress func(done, total int64) // rows; may be nil
	deals    int                     // in one transaction; 0 = mostDeals
}

// Result is what an import came to.
type Result struct {
	Report *Report
	Aside  []Aside // for WriteAside
}

var errNoStore = fault.New(fault.Conflict, "import.no_store", "请先建立门店：订单须属于一家门店", "open a store first: orders belong to one")

// attempts is how often members and goods are looked for again when somebody else
// imports the same ones at the same time.
const attempts = 3

// Import brings a file in. It books chunk after chunk, each in a transaction of
// its own; a second run books what is not there yet. A dry run books nothing and
// reports what would come of the file by itself, without earlier ones.
func (s *Service) Import(ctx context.Context, caller permit.Caller, f File, p Profile, o Options) (*Result, error) {
	facts, known, err := s.gather(ctx, caller, p)
	if err != nil {
		return nil, err
	}
	sheet, err := ReadSheet(f, p, known, nil)
	if err != nil {
		return nil, err
	}
	run := &run{s: s, Facts: facts, plan: NewPlan(sheet), orders: map[int]id.Order{}, places: map[int][]place{}, mine: map[id.Order]bool{}}
	run.report = newReport(f.Name, p, run.plan)
	run.report.DryRun, run.report.Currency = o.DryRun, facts.Currency
	if p.Currency != facts.Currency {
		run.report.FileCurrency = p.Currency
	}
	if err := run.all(ctx, o); err != nil {
		return nil, err
	}
	aside := slices.Concat(sheet.Aside, run.aside)
	slices.SortStableFunc(aside, func(a, b Aside) int { return cmp.Compare(a.Row, b.Row) })
	return &Result{Report: run.report, Aside: aside}, run.report.check()
}

// gather reads what is there before the file.
func (s *Service) gather(ctx context.Context, caller permit.Caller, p Profile) (f *Facts, k Known, err error) {
	err = s.DB.Read(ctx, caller.Merchant, func(ctx context.Context, tx *db.Tx) error {
		terms, err := s.Merchants.Terms(ctx, tx)
		if err != nil {
			return err
		}
		f = &Facts{Profile: p, Zone: terms.Zone, Currency: terms.Currency, Debt: debtOf(terms.Debt.Points), Actor: caller}
		if f.Policies, err = s.Rules.Versions(ctx, tx); err != nil {
			return err
		}
		stores, err := s.Stores.All(ctx, tx)
		if err != nil {
			return err
		}
		k, err = knownFrom(tx.Now(), stores)
		return err
	})
	return f, k, err
}

// debtOf is what becomes of points that a past refund takes back and that were
// spent. A past refund cannot be refused any more: it leaves a debt.
func debtOf(setting string) ledger.DebtPolicy {
	if setting == merchant.Forgive {
		return ledger.Forgive
	}
	return ledger.Negative
}

// knownFrom names stores by code and by name; the first one opened is where rows
// without a store belong.
func knownFrom(now time.Time, stores []store.Store) (Known, error) {
	if len(stores) == 0 {
		return Known{}, errNoStore
	}
	k := Known{Now: now, Stores: map[string]id.Store{}, Home: stores[0].ID}
	for _, one := range stores {
		k.Stores[fold.Code(one.Name)] = one.ID
	}
	for _, one := range stores {
		k.Stores[fold.Code(one.Code)] = one.ID
	}
	return k, nil
}

// run is one import on its way.
type run struct {
	*Facts
	s      *Service
	plan   *Plan
	report *Report
	aside  []Aside              // good rows that could not be booked
	orders map[int]id.Order     // by deal: what has been booked
	places map[int][]place      // by sale: where its lines stand, if not as the file has them
	mine   map[id.Order]bool    // the same orders
	trial  map[int]*order.Order // of a dry run, by deal: what will be given back
}

func (r *run) all(ctx context.Context, o Options) error {
	if err := r.goods(ctx, o.DryRun); err != nil {
		return err
	}
	if err := r.members(ctx, o.DryRun); err != nil {
		return err
	}
	if o.DryRun {
		r.trial = map[int]*order.Order{}
	}
	for _, span := range r.plan.chunks(cmp.Or(o.deals, mostDeals)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		deals := make([]Deal, 0, span[1]-span[0])
		for n := span[0]; n < span[1]; n++ {
			deals = append(deals, r.plan.Deal(n))
		}
		done, err := r.chunk(ctx, deals, o.DryRun)
		if err != nil {
			return fmt.Errorf("book rows %d to %d: %w", r.report.RowsUsed+1, r.report.RowsUsed+int64(rowsOf(deals)), err)
		}
		r.keep(done)
		if o.Progress != nil {
			o.Progress(r.report.RowsUsed+int64(len(r.aside)), r.plan.Rows())
		}
	}
	if o.DryRun {
		return nil
	}
	return r.finish(ctx)
}

// keep remembers a chunk that was committed.
func (r *run) keep(done *booked) {
	for group, as := range done.orders {
		r.orders[group], r.mine[as] = as, true
	}
	maps.Copy(r.places, done.places)
	for _, a := range done.aside {
		r.report.setAside(r.plan, a.item, a.reason)
		r.aside = append(r.aside, Aside{Row: int(r.plan.items[a.item].row), Reason: a.reason})
	}
	r.report.add(done, r.Profile.Zone)
}

func rowsOf(deals []Deal) (rows int) {
	for _, d := range deals {
		rows += d.Rows
	}
	return rows
}

// chunk books deals in one transaction, or only decides them.
func (r *run) chunk(ctx context.Context, deals []Deal, dry bool) (done *booked, err error) {
	if dry {
		return r.try(deals)
	}
	err = r.s.DB.Write(ctx, r.Actor.Merchant, func(ctx context.Context, tx *db.Tx) error {
		c := &chunk{run: r, done: &booked{orders: map[int]id.Order{}, places: map[int][]place{}, rows: int64(rowsOf(deals))}, held: map[int]*order.Order{}, stored: map[id.Order]int{}}
		done = c.done
		return c.book(ctx, tx, deals)
	})
	return done, err
}

// finish leaves a trace of what was written and takes the digest.
func (r *run) finish(ctx context.Context) error {
	err := r.s.DB.Write(ctx, r.Actor.Merchant, func(ctx context.Context, tx *db.Tx) error {
		if r.report.New == (Made{}) {
			return nil
		}
		d := deed.By(r.Actor, "import.orders", string(r.Actor.Merchant))
		d.Label = r.report.File
		d.After = map[string]any{
			"profile": r.report.Profile, "rows_read": r.report.RowsRead, "rows_used": r.report.RowsUsed,
			"members": r.report.New.Members, "products": r.report.New.Products, "orders": r.report.New.Orders,
			"refunds": r.report.New.Refunds, "credits": r.report.New.Credits,
		}
		return r.s.Jobs.Emit(ctx, tx, 0, tx.NewID(id.OfAudit, 0), d)
	})
	if err != nil {
		return fmt.Errorf("note the import: %w", err)
	}
	if r.report.New != (Made{}) {
		if err := r.s.DB.Analyze(ctx); err != nil {
			return fmt.Errorf("analyze the database: %w", err)
		}
	}
	balances, err := r.s.balances(ctx, r.Actor)
	r.report.Digest = Digest(balances)
	return err
}
