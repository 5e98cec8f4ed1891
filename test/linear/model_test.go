package linear

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// act is what a client asks of an account.
type act struct {
	account string
	verb    string // "earn", "redeem" or "read"
	amount  int64
}

// said is what it hears.
type said struct {
	refused bool // for want of points
	balance int64
}

// model is an account that does one thing at a time, without a thought: histories
// of a real one must be explained by it.
func model() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			var all [][]porcupine.Operation
			at := map[string]int{}
			for _, o := range history {
				account := o.Input.(act).account
				if _, there := at[account]; !there {
					at[account] = len(all)
					all = append(all, nil)
				}
				all[at[account]] = append(all[at[account]], o)
			}
			return all
		},
		Init: func() any { return int64(0) },
		Step: func(state, input, output any) (bool, any) {
			balance, in, out := state.(int64), input.(act), output.(said)
			switch {
			case in.verb == "earn":
				balance += in.amount
			case in.verb == "redeem" && out.refused:
				return balance < in.amount, balance
			case in.verb == "redeem":
				balance -= in.amount
			}
			return !out.refused && balance >= 0 && out.balance == balance, balance
		},
		DescribeOperation: func(input, output any) string {
			in, out := input.(act), output.(said)
			if out.refused {
				return fmt.Sprintf("%s %d: refused", in.verb, in.amount)
			}
			return fmt.Sprintf("%s %d: %d", in.verb, in.amount, out.balance)
		},
	}
}
