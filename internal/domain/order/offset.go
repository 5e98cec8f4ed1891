package order

import (
	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
	"huiji/internal/core/unit"
)

// Offset is what points are worth at the till: Points are worth Amount, used in
// steps, up to a share of the order. The zero value means points cannot pay.
type Offset struct {
	Points     unit.Points
	Amount     unit.Money
	Step       unit.Points // 0 or 1 = any number
	MaxPercent int64       // of the order after its discount, 0–100
	MinPoints  unit.Points // fewer are not used at all
}

// Use is how many points the customer wants to pay with.
type Use struct {
	Points unit.Points
	Max    bool // as many as can be used
}

// Usage is how many points pay for an order.
type Usage struct {
	Points  unit.Points
	Amount  unit.Money  // what they are worth
	Usable  unit.Points // the most that can be used on this order
	Because lang.Text   // what limits Usable; empty when only the points at hand do
}

// Usage decides how many points pay for goods worth eligible when available
// points can be spent. The number asked for is the number used, or an error that
// says how many could be; only points beyond the whole bill are left out quietly.
func (o Offset) Usage(asked Use, available unit.Points, eligible unit.Money) (Usage, error) {
	most, because, covers, err := o.most(max(available, 0), eligible)
	if err != nil {
		return Usage{}, err
	}
	u := Usage{Usable: most, Because: because}
	switch {
	case asked.Max:
		u.Points = most
	case asked.Points == 0:
	case asked.Points > available:
		return Usage{}, fault.Newf(fault.Conflict, "points.insufficient", "可用积分不足：有 %d 分", "not enough points: %d are available", int64(max(available, 0))).
			With("available", int64(max(available, 0))).With("usable", int64(most))
	case asked.Points > most && covers:
		u.Points = most
	case asked.Points > most || asked.Points%o.step() != 0 || asked.Points < o.MinPoints:
		return Usage{}, o.unusable(asked.Points, most, because)
	default:
		u.Points = asked.Points
	}
	u.Amount, err = o.worth(u.Points)
	return u, err
}

// most is the largest number of points that can be used, what limits it, and
// whether the limit is that they cover the whole bill.
func (o Offset) most(available unit.Points, eligible unit.Money) (most unit.Points, because lang.Text, covers bool, err error) {
	if o.Points <= 0 || o.Amount <= 0 || o.MaxPercent <= 0 {
		return 0, lang.Say("商家未开启积分抵现", "points cannot be used to pay here"), false, nil
	}
	limit := share(int64(eligible), min(o.MaxPercent, 100), 100)
	n, err := unit.Ratio(limit, int64(o.Points), int64(o.Amount))
	if err != nil {
		return 0, lang.Text{}, false, err
	}
	step := o.step()
	byMoney, byHand := unit.Points(n)/step*step, available/step*step
	most = min(byMoney, byHand)
	switch {
	case most < o.MinPoints || most == 0:
		least := max(o.MinPoints, step)
		because = lang.Sayf("本单可用 %d 分，至少须用 %d 分", "%d points could be used on this order, and at least %d must be", int64(min(unit.Points(n), available)), int64(least))
		most = 0
	case byMoney <= byHand && o.MaxPercent >= 100:
		because, covers = lang.Say("积分已可抵扣整单", "the points cover the whole order"), true
	case byMoney <= byHand:
		because = lang.Sayf("积分最多抵扣本单的 %d%%，每 %d 分一档，这笔最多可用 %d 分", "points pay at most %d%% of an order, in steps of %d points: at most %d for this order", o.MaxPercent, int64(step), int64(most))
	case byHand < available:
		because = lang.Sayf("每 %d 分一档，这笔最多可用 %d 分", "in steps of %d points, at most %d for this order", int64(step), int64(most))
	}
	return most, because, covers, nil
}

// step is the smallest number of points that is both a multiple of Step and
// worth whole units of money.
func (o Offset) step() unit.Points {
	if o.Points <= 0 || o.Amount <= 0 {
		return max(o.Step, 1)
	}
	whole := int64(o.Points) / gcd(int64(o.Points), int64(o.Amount))
	asked := int64(max(o.Step, 1))
	return unit.Points(asked / gcd(asked, whole) * whole)
}

// worth is what a number of points pays; points are whole steps, so nothing is
// lost.
func (o Offset) worth(points unit.Points) (unit.Money, error) {
	if points == 0 {
		return 0, nil
	}
	n, err := unit.Ratio(int64(points), int64(o.Amount), int64(o.Points))
	return unit.Money(n), err
}

func (o Offset) unusable(asked, most unit.Points, because lang.Text) error {
	step, near := o.step(), min(asked, most)
	near = near / step * step
	if near < o.MinPoints {
		near = 0
	}
	zh, en := because.ZH, because.EN
	switch {
	case asked < o.MinPoints:
		t := lang.Sayf("至少须用 %d 分", "at least %d points must be used", int64(o.MinPoints))
		zh, en = t.ZH, t.EN
	case asked <= most:
		t := lang.Sayf("须为 %d 的整数倍", "points are used in multiples of %d", int64(step))
		zh, en = t.ZH, t.EN
	}
	f := fault.New(fault.Invalid, "points.not_usable", "本单不能使用这么多积分："+zh, "this many points cannot be used on this order: "+en)
	return f.At("body.use_points", int64(asked)).With("usable", int64(near)).With("most", int64(most))
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
