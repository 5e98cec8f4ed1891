package ledger

import (
	"strconv"
	"strings"
	"time"

	"huiji/internal/core/fault"
	"huiji/internal/core/id"
	"huiji/internal/core/unit"
)

// Causes that the ledger derives itself.
const (
	derivedExpiry  = "expire:"
	derivedRelease = "release:"
	derivedPart    = "part:"
)

const causeLongest = 320

// latest is the end of the year 9999: a later moment is a mistake.
const latest Moment = 253402300799999

// check refuses an op that could not be right on any account.
func check(op *Op) error {
	if !id.Is(id.OfMember, op.Holder) {
		return fault.New(fault.NotFound, "member.not_found", "没有这位会员", "there is no such member")
	}
	if !wellFormed(op.Key().Asset) {
		return fault.New(fault.Invalid, "asset.unknown", "资产代码只含小写字母、数字与下划线", "an asset's code is of small letters, digits and underscores").At("asset", string(op.Asset))
	}
	if err := checkCause(op.Cause); err != nil {
		return err
	}
	if err := checkAmount(op); err != nil {
		return err
	}
	if err := checkSides(op); err != nil {
		return err
	}
	return checkTimes(op)
}

// checkSides checks where value goes that leaves an account for another.
func checkSides(op *Op) error {
	switch op.Kind {
	case Transfer:
		if !id.Is(id.OfMember, op.To) {
			return fault.New(fault.NotFound, "member.not_found", "没有这位会员", "there is no such member").At("to_member_id", string(op.To))
		}
		if op.To == op.Holder {
			return fault.New(fault.Invalid, "transfer.to_self", "不能转赠给自己", "nobody transfers to themselves").At("to_member_id", string(op.To))
		}
	case Exchange:
		if !wellFormed(op.Into) || op.Into == op.Key().Asset {
			return fault.New(fault.Invalid, "exchange.same_asset", "须兑换成另一种资产", "exchange into another asset").At("into", string(op.Into))
		}
		if op.Gets <= 0 || op.Gets > unit.Max {
			return errAmount.At("gets", op.Gets)
		}
	}
	return nil
}

func checkCause(cause string) error {
	if cause == "" || len(cause) > causeLongest {
		return fault.Newf(fault.Invalid, "cause.invalid", "每笔记账须注明起因（1–%d 字节）", "every op names its cause (1 to %d bytes)", causeLongest)
	}
	if strings.HasPrefix(cause, derivedExpiry) || strings.HasPrefix(cause, derivedRelease) || strings.HasPrefix(cause, derivedPart) {
		return fault.New(fault.Invalid, "cause.invalid", "起因不能以账本自用的前缀开头", "a cause must not begin with one of the ledger's own prefixes").At("cause", cause)
	}
	return nil
}

func checkAmount(op *Op) error {
	switch op.Kind {
	case Earn, Redeem, Opening, Hold, Transfer, Exchange:
		if op.Amount <= 0 {
			return errAmount.At("amount", op.Amount)
		}
	case Adjust:
		if op.Amount == 0 {
			return errZero.At("amount", op.Amount)
		}
	case Release, Extend, Activate:
		if op.Amount != 0 {
			return fault.New(fault.Invalid, "amount.not_needed", "这类操作不填数量", "this takes no amount").At("amount", op.Amount)
		}
	case Reversal, Capture:
		if op.Whole && op.Amount != 0 {
			return fault.New(fault.Invalid, "amount.not_needed", "全额时不填数量", "the whole takes no amount").At("amount", op.Amount)
		}
		if !op.Whole && op.Amount <= 0 {
			return errAmount.At("amount", op.Amount)
		}
		switch op.Debt {
		case "", Negative, Forgive, Refuse:
		default:
			return fault.New(fault.Invalid, "debt.unknown", "欠分处理方式须为 negative、forgive 或 refuse", "the debt policy must be negative, forgive or refuse").At("debt", string(op.Debt))
		}
	default:
		return fault.Newf(fault.Invalid, "kind.unknown", "不能记 %q 类账", "nothing of kind %q can be booked", string(op.Kind))
	}
	if op.Amount > unit.Max || op.Amount < -unit.Max {
		return unit.ErrOverflow.At("amount", op.Amount)
	}
	return nil
}

func checkTimes(op *Op) error {
	for _, at := range [...]struct {
		location string
		time     time.Time
	}{{"available_at", op.AvailableAt}, {"expires_at", op.ExpiresAt}, {"occurred_at", op.OccurredAt}, {"reinstate_until", op.ReinstateUntil}, {"held_until", op.HeldUntil}} {
		if m := At(at.time); !at.time.IsZero() && (m <= 0 || m > latest) {
			return fault.New(fault.Invalid, "time.out_of_range", "时间须在 1970 年至 9999 年之间", "a time must lie between the years 1970 and 9999").At(at.location, at.time.Format(time.RFC3339))
		}
	}
	if !op.ExpiresAt.IsZero() && At(op.ExpiresAt) <= At(op.AvailableAt) {
		return fault.New(fault.Invalid, "expiry.before_available", "到期时间须晚于生效时间", "value must not expire before it becomes available").At("expires_at", op.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
