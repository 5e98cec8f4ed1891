// Package merchant knows whose installation this is and how they want it: name,
// trade, currency, time zone, and the settings of each capability. Settings are
// versioned: a change writes a new version, and the old ones stay, so that what
// was in force can be told.
package merchant

import (
	"strings"
	"time"
	"unicode/utf8"

	"huiji/internal/core/fault"
	"huiji/internal/core/fold"
	"huiji/internal/core/id"
)

// Trade is the line of business; it chooses what the settings begin with.
type Trade string

// The trades.
const (
	Retail      Trade = "retail"
	Restaurant  Trade = "restaurant"
	Beauty      Trade = "beauty"
	Supermarket Trade = "supermarket"
)

// Limits of a merchant's own texts.
const (
	nameRunes   = 60
	footerRunes = 300
)

// Faults that callers tell apart.
var (
	ErrNotFound = fault.New(fault.NotFound, "merchant.not_found", "没有这个商户", "there is no such merchant")
	errChanged  = fault.New(fault.Conflict, "setting.changed", "设置刚被他人修改，请刷新后重试", "the setting was changed by somebody else just now; reload and try again")
)

// Merchant is who runs the shops.
type Merchant struct {
	ID        id.Merchant
	Name      string
	Trade     Trade
	Currency  string // ISO 4217; never changes
	Timezone  string // IANA name
	CreatedAt time.Time
}

// Clean brings the merchant's texts into form and says everything that is wrong
// with them.
func (m Merchant) Clean(at string) (Merchant, error) {
	var c fault.Collect
	m.Name, m.Currency, m.Timezone = fold.Line(m.Name), strings.ToUpper(strings.TrimSpace(m.Currency)), strings.TrimSpace(m.Timezone)
	if n := utf8.RuneCountInString(m.Name); n < 1 || n > nameRunes {
		c.Add(at+".name", m.Name, "商户名称须为 1–60 个字", "a merchant's name has 1 to 60 characters")
	}
	if _, known := TemplateOf(m.Trade); !known {
		c.Add(at+".trade", string(m.Trade), "行业须为 retail、restaurant、beauty 或 supermarket", "trade must be retail, restaurant, beauty or supermarket")
	}
	if !isCurrency(m.Currency) {
		c.Add(at+".currency", m.Currency, "币种须为三个字母的 ISO 4217 代码，且最小单位为百分之一，如 CNY", "a currency is an ISO 4217 code of three letters whose smallest unit is a hundredth, as in CNY")
	}
	if !isZone(m.Timezone) {
		c.Add(at+".timezone", m.Timezone, "时区须为 IANA 名称，如 Asia/Shanghai", "a time zone is an IANA name, as in Asia/Shanghai")
	}
	return m, c.Err()
}

// isCurrency accepts currencies of two decimals: amounts are kept and shown in
// hundredths everywhere.
func isCurrency(code string) bool {
	if len(code) != 3 || strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return false
	}
	return !strings.Contains(" BHD BIF CLF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX UYI UYW VND VUV XAF XOF XPF ", " "+code+" ")
}

func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
