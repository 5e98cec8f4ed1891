package ledger

import (
	"encoding/json"

	"huiji/internal/core/lang"
)

// Snapshot is what a posting keeps to explain itself. Flows write it, the ledger
// only shows it.
type Snapshot struct {
	Because lang.Text      `json:"because"`
	Lines   []SnapshotLine `json:"lines"`
}

// SnapshotLine is one line of an order as it was then.
type SnapshotLine struct {
	LineNo   int    `json:"line_no,omitempty"`
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	Money    int64  `json:"money"` // in the currency's smallest unit
	Points   int64  `json:"points"`
}

// Kept reads the posting's snapshot. One that cannot be read is an empty one: an
// explanation never stands in the way of what it explains.
func (p Posting) Kept() Snapshot {
	var s struct {
		Snapshot
		lang.Text // the sentence may also stand by itself
	}
	if p.Snapshot == "" || json.Unmarshal([]byte(p.Snapshot), &s) != nil {
		return Snapshot{}
	}
	if s.Because.Empty() {
		s.Because = s.Text
	}
	return s.Snapshot
}

// Explain says in both languages why the posting is there.
func (p Posting) Explain() lang.Text {
	if because := p.Kept().Because; !because.Empty() {
		return because
	}
	t := p.what()
	if p.Reason != "" {
		t.ZH += "：" + p.Reason
		t.EN += ": " + p.Reason
	}
	return t
}

func (p Posting) what() lang.Text {
	switch p.Kind {
	case Earn:
		return lang.Say("发放", "Granted")
	case Redeem:
		return lang.Say("使用", "Used")
	case Expire:
		return lang.Say("到期未使用，已失效", "Expired unused")
	case Opening:
		return lang.Say("期初余额", "Opening balance")
	case Hold:
		return lang.Sayf("冻结 %d，待完成或释放", "%d held until it is spent or released", p.Reserved())
	case Capture:
		return lang.Say("使用已冻结的部分", "Used what was held")
	case Release:
		if p.Actor == "expiry" {
			return lang.Sayf("冻结到期，自动释放 %d", "The hold's time was up: %d released", -p.Reserved())
		}
		return lang.Sayf("释放冻结的 %d", "%d of the hold released", -p.Reserved())
	case Transfer:
		if p.Amount < 0 {
			return lang.Say("转赠他人", "Given to another member")
		}
		return lang.Say("他人转赠", "Received from another member")
	case Exchange:
		if p.Amount < 0 {
			return lang.Say("兑换为其他资产", "Exchanged for another asset")
		}
		return lang.Say("由其他资产兑换而来", "Exchanged from another asset")
	case Extend:
		return lang.Say("延长有效期", "Validity extended")
	case Activate:
		return lang.Say("提前生效", "Made available")
	case Adjust:
		switch {
		case p.Contra == Forgiven:
			return lang.Say("扣回时余额不足的部分，已免除", "Written off: there was too little to take back")
		case p.Amount < 0:
			return lang.Say("人工调减", "Adjusted downwards")
		}
		return lang.Say("人工调增", "Adjusted upwards")
	}
	switch {
	case p.Contra == Expired:
		return lang.Say("已失效的部分视同已退回，先行恢复", "What had expired unused counts as given back: restored for the reversal")
	case p.Amount > 0:
		return lang.Say("冲正：退回已使用的部分", "Reversed: what was used is returned")
	}
	return lang.Say("冲正：扣回已发放的部分", "Reversed: what was granted is taken back")
}
