// Package importing brings another system's sales history in: the rows of a
// CSV or XLSX file become members, products, orders and refunds at their real
// times, and points by the rules that were in force then.
//
// What a file's columns and marks mean is said by a profile, never by code. The
// rules below hold for every profile.
//
// Rows and orders. Rows with the same order number are one order, wherever they
// stand in the file; its time is that of its earliest row. A row that cannot be
// used is set aside with a reason and never stops the import. Rows that are
// equal in every column are real lines and all of them count. Every row read is
// either used or set aside; a report for which that does not hold is an error.
//
// Money. A line's amount is its quantity times its exact decimal price, rounded
// half away from zero to the smallest unit of money once, for the whole line:
// 1,000 × 0.001 is 1.00 and 1 × 0.001 is 0.00. The unit price stored beside it
// is rounded in the same way and only shown. A file in another currency is
// booked unit for unit in the merchant's.
//
// Goods. Codes are the same in either case, as everywhere in the product:
// 85123a is 85123A. A product's name is its most frequent description and its
// price the last one it was sold at. Charges, such as postage, are sold as
// services that earn nothing. A line at price 0 is a gift and stays in its order.
// A quantity with a fraction, as of weighed goods, is sold as one piece with the
// line's amount as its price.
//
// Set aside. A negative quantity without the mark of a return is stock written
// off. A negative price, or what the profile calls so, is a bad debt.
//
// Returns. The rows of a return that share a number are one cancellation. Each
// is matched to earlier sales in the same file: of the order it names, by giving
// it or by bearing its number, or else of the same member. The most recent line of
// the same article at the same price that has enough left comes first, then
// several such lines from the most recent backwards, then lines at any price in
// the same way. What is matched becomes a refund of those lines, which takes back
// exactly what their units earned; it pays what the file gave back, but never more
// than was paid: what a return at a higher price gave back above that becomes a
// line of a credit. Charges match at the same price only, because a code such as
// M stands for many things. What matches no sale in the file is matched to sales
// of files that were imported before, by the same rules. What still is left, such
// as a return of something bought before the first file begins, a return by
// nobody in particular or a discount given afterwards, becomes one credit order
// per cancellation: money given back, with no points to take, because none were
// given here. A walk-in's return that names no order is never matched: whose it
// was would be a guess.
//
// Points. An order earns by the rule in force at its own time; before the first
// version of the rule, by the first. A past refund cannot be refused any more:
// where the merchant's setting for spent points is to refuse, it leaves a debt.
//
// Members are known by the other system's id, or else by phone, or else by card,
// whoever enrolled them; who is not there yet joins on the day of their first
// order. Nothing that is there already, member or product, is changed.
//
// Again. The number of an order and of a cancellation acts once: a second run
// changes nothing, and a run that was killed is completed by the next. The plan
// depends on the file alone, and everything of one cancellation is booked in one
// transaction; it is known by its number, however a later plan would match it.
// What an order can no longer give back, because somebody refunded it otherwise
// meanwhile, becomes a credit too.
//
// Rows put right. An order that comes again is laid beside what was booked of it,
// row by row: article, units and money, equal rows by their number. Rows that are
// new are booked as one more order of the same member at the same time, whose name
// is the order's with "#part2", "#part3" and so on behind it. It earns by itself:
// what is rounded down is rounded once for each. That is done only where nothing
// can be booked twice: the file must hold all rows that were booked before, as
// they were, or be the file of rows set aside, whose rows say so themselves.
// Otherwise a row may be one that was changed, or the number may be that of
// another order, and it is set aside. The rows of a return that was booked without
// them are always set aside: under a number of their own they are a return.
package importing

import "huiji/internal/core/lang"

// Reason is why a row was set aside, as a stable code.
type Reason string

// The reasons. A malformed row names the field, as in "malformed.quantity".
const (
	WriteOff       Reason = "write_off"
	BadDebt        Reason = "bad_debt"
	Ignored        Reason = "ignored"
	ZeroQuantity   Reason = "zero_quantity"
	FutureTime     Reason = "future_time"
	OtherMember    Reason = "conflict.member"
	OtherOrder     Reason = "conflict.order"
	OtherReturn    Reason = "conflict.return"
	UnknownStore   Reason = "unknown.store"
	BadRecord      Reason = "malformed.record"
	BadEncoding    Reason = "malformed.encoding"
	BadOrder       Reason = "malformed.order"
	BadOriginal    Reason = "malformed.original"
	BadCustomer    Reason = "malformed.customer"
	BadPhone       Reason = "malformed.phone"
	BadCard        Reason = "malformed.card"
	BadSKU         Reason = "malformed.sku"
	BadDescription Reason = "malformed.description"
	BadQuantity    Reason = "malformed.quantity"
	BadPrice       Reason = "malformed.price"
	BadAmount      Reason = "malformed.amount"
	BadDiscount    Reason = "malformed.discount"
	BadTime        Reason = "malformed.time"
	BadType        Reason = "malformed.type"
)

// Text says in both languages why a row was set aside and what would be right.
func (r Reason) Text() lang.Text {
	if t, ok := reasons()[r]; ok {
		return t
	}
	return lang.Say("未知原因", "unknown reason")
}

func reasons() map[Reason]lang.Text {
	return map[Reason]lang.Text{
		WriteOff:       lang.Say("库存核销：数量为负且没有退货标记，不是销售", "stock written off: a negative quantity without the mark of a return is no sale"),
		BadDebt:        lang.Say("坏账调整，不是销售", "an adjustment of a bad debt is no sale"),
		Ignored:        lang.Say("方案要求忽略此类型的行", "the profile says to ignore rows of this type"),
		ZeroQuantity:   lang.Say("数量为 0，没有卖出任何东西", "the quantity is 0: nothing was sold"),
		FutureTime:     lang.Say("时间在未来", "the time lies in the future"),
		OtherMember:    lang.Say("同一订单的各行属于不同会员，以最先出现的会员为准", "the rows of one order name different members; the first one counts"),
		OtherOrder:     lang.Say("该订单以前已导入，其中没有此行，或当时此行的内容不同：要补录，请连同该订单原有的各行（保持原样）一起导入，或导入更正后的搁置文件；要更改已入账的行，请在系统中退货", "the order was imported before without this row, or with another one in its place: to add the row, import it together with all rows of the order as they were, or put it right in the file of rows set aside; to change what was booked, refund it"),
		OtherReturn:    lang.Say("该退货以前已导入，其中没有此行，或当时此商品的退货数量不同：要补录，请给此行一个新的退货单号；要更改已入账的退货，请在系统中更正", "the return was imported before without this row, or with another quantity of this article: to add the row, give it a return number of its own"),
		UnknownStore:   lang.Say("没有此门店：请先建立门店，或在方案的 stores 中写明对应的门店编码", "no such store: create it first, or name its code under stores in the profile"),
		BadRecord:      lang.Say("无法拆分成列：引号不成对、内容过长或列数多于表头", "the row cannot be cut into columns: a quote is not closed, it is too long, or it has more columns than the header"),
		BadEncoding:    lang.Say("含有无法识别的字符，请检查文件编码", "it holds characters that cannot be read; check the encoding of the file"),
		BadOrder:       lang.Say("订单号须为 1–64 个字", "an order number has 1 to 64 characters"),
		BadOriginal:    lang.Say("原订单号最多 64 个字", "an original order number has at most 64 characters"),
		BadCustomer:    lang.Say("会员编号最多 64 个字", "a customer id has at most 64 characters"),
		BadPhone:       lang.Say("手机号须为中国大陆 11 位手机号，或以 + 开头的国际号码", "a phone is a mainland mobile number of 11 digits, or begins with + and a country code"),
		BadCard:        lang.Say("会员卡号最多 40 个字", "a card number has at most 40 characters"),
		BadSKU:         lang.Say("商品编码须为 1–64 个字", "an article code has 1 to 64 characters"),
		BadDescription: lang.Say("商品名称最多 200 个字", "a description has at most 200 characters"),
		BadQuantity:    lang.Say("数量须为数字，且不超过一百万；有小数时须在方案中允许", "a quantity is a number up to one million; with a fraction only where the profile allows it"),
		BadPrice:       lang.Say("单价须为数字，最多六位小数", "a price is a number with at most six decimals"),
		BadAmount:      lang.Say("金额须为数字，且不超过可记账范围", "an amount is a number inside what can be booked"),
		BadDiscount:    lang.Say("折扣须为 0 至该行金额之间的数字", "a discount is a number from 0 to the amount of its line"),
		BadTime:        lang.Say("时间不符合方案中的任何格式", "the time fits none of the formats of the profile"),
		BadType:        lang.Say("类型未在方案的 types 中写明", "the type is not named under types in the profile"),
	}
}

// Limits of a file. They keep the memory of an import bounded.
const (
	MostRows       = 3_000_000 // of a CSV file
	MostSheetRows  = 200_000   // of an XLSX file
	MostColumns    = 100
	longestRecord  = 64 << 10 // bytes of one row
	longestCode    = 64       // characters
	longestName    = 200
	longestGoods   = 120 // the name of a product
	longestLabel   = 40  // its category
	longestMember  = 40
	longestCard    = 40
	mostQuantity   = 1_000_000
	mostDecimals   = 6
	longestProfile = 256 << 10
	mostProfile    = 1000 // entries of one list
)
