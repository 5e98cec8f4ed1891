package importing

// try decides deals without booking them, in memory.
func (r *run) try(deals []Deal) (*booked, error) {
	b := &booked{rows: int64(rowsOf(deals))}
	for _, d := range deals {
		var err error
		if d.Back {
			err = r.tryBack(b, d)
		} else {
			err = r.trySale(b, d)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (r *run) trySale(b *booked, d Deal) error {
	o, _, err := r.sale(d, "")
	if err != nil {
		return err
	}
	if r.plan.shrinks[int32(d.Group)] {
		r.trial[d.Group] = &o
	}
	b.sold(&o, false)
	return nil
}

func (r *run) tryBack(b *booked, d Deal) error {
	var extra []Line
	for n, take := range d.Takes {
		refund, _, excess, err := r.refund(r.trial[take.Group], d, take, n+1, "")
		if err != nil {
			return err
		}
		if excess > 0 {
			extra = append(extra, take.difference(excess))
		}
		b.refunded(&refund)
	}
	if len(d.Lines)+len(extra) == 0 {
		return nil
	}
	credit, err := r.credit(d, extra, "")
	if err != nil {
		return err
	}
	b.credited(&credit)
	return nil
}
