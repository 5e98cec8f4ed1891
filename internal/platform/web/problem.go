package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"huiji/internal/core/fault"
	"huiji/internal/core/lang"
)

// Problem is an error as RFC 9457 writes it, with our stable code, the wrong
// fields and the facts of the fault beside it.
type Problem struct {
	Type   string         `json:"type" doc:"urn:huiji:problem:<code>"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"a sentence in the caller's language"`
	Code   string         `json:"code" doc:"stable, dotted, for programs"`
	Errors []ProblemField `json:"errors,omitempty"`
	Data   map[string]any `json:"-"`

	retryAfter int
	requestID  string
}

// ProblemField is one wrong field.
type ProblemField struct {
	Location string `json:"location"`
	Message  string `json:"message"`
	Value    any    `json:"value,omitempty"`
}

// Error is the sentence, for logs.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is application/problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells when to try again.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retryAfter)}}
}

// MarshalJSON writes the facts of the fault as members of the problem itself,
// as RFC 9457 section 3.2 has it.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type bare Problem
	raw, err := json.Marshal((*bare)(p))
	if err != nil || (len(p.Data) == 0 && p.requestID == "") {
		return raw, err
	}
	all := map[string]any{}
	for name, value := range p.Data {
		all[name] = value
	}
	if p.requestID != "" {
		all["request_id"] = p.requestID
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Malformed: http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Denied: http.StatusForbidden,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Invalid: http.StatusUnprocessableEntity,
	fault.TooMany: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

var titles = map[int]lang.Text{
	400: lang.Say("请求无法读取", "Bad request"), 401: lang.Say("未登录", "Not signed in"), 403: lang.Say("没有权限", "Not allowed"),
	404: lang.Say("不存在", "Not found"), 405: lang.Say("方法不支持", "Method not allowed"), 409: lang.Say("状态冲突", "Conflict"),
	413: lang.Say("内容过大", "Too large"), 415: lang.Say("内容类型不支持", "Unsupported media type"), 422: lang.Say("请求有误", "Invalid request"),
	429: lang.Say("请求过于频繁", "Too many requests"), 500: lang.Say("系统内部错误", "Internal error"), 503: lang.Say("暂时不可用", "Unavailable"),
}

var errInternal = fault.New(fault.Internal, "internal", "系统内部错误，已记录；请稍后重试，或把请求编号告诉管理员", "something went wrong on our side and was logged; try again, or tell the administrator the request id")

// problem turns any error into the answer. What nobody named is logged and
// shown as our fault without its text.
func (a *API) problem(ctx context.Context, err error) *Problem {
	r := requestOf(ctx)
	f := fault.Of(err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		f = fault.New(fault.Unavailable, "request.timeout", "处理超时，请稍后用同一 Idempotency-Key 重试", "this took too long; try again with the same Idempotency-Key")
	}
	if f == nil || f.Kind == fault.Internal {
		a.options.Log.ErrorContext(ctx, "request failed", "request", r.id, "error", err)
		p := write(errInternal, r.tag)
		p.requestID = r.id
		return p
	}
	return write(f, r.tag)
}

func write(f *fault.Error, tag lang.Tag) *Problem {
	status := statuses[f.Kind]
	p := &Problem{
		Type: "urn:huiji:problem:" + f.Code, Title: titles[status].In(tag), Status: status,
		Detail: Spoken(f.Text, tag), Code: f.Code, Data: f.Data,
	}
	if f.RetryAfter > 0 {
		p.retryAfter = max(1, int(f.RetryAfter.Seconds()+0.999))
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{Location: field.Location, Message: Spoken(field.Text, tag), Value: field.Value})
	}
	return p
}

// Spoken is a sentence as people read it: rules state theirs in English as the
// logs want it, beginning small. A name of a field that begins it, such as
// use_points, stays as it is written in requests.
func Spoken(text lang.Text, tag lang.Tag) string {
	said := text.In(tag)
	first, size := utf8.DecodeRuneInString(said)
	if word, _, _ := strings.Cut(said, " "); !unicode.IsLower(first) || strings.Contains(word, "_") {
		return said
	}
	return string(unicode.ToUpper(first)) + said[size:]
}

// respond writes a problem outside of an operation and reports its status.
func (a *API) respond(w http.ResponseWriter, r *http.Request, err error) int {
	p := a.problem(r.Context(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	raw, err := json.Marshal(p)
	if err != nil {
		raw = []byte(`{"status":500,"code":"internal"}`)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(raw) // The caller may have left.
	return p.Status
}

// setErrors makes the framework's own refusals speak our vocabulary. The
// framework keeps this in a variable, so it is set once for the process.
var setErrors = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return refusal(requestOf(ctx.Context()), status, msg, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return refusal(&request{tag: lang.ZH}, status, msg, errs)
	}
})

func refusal(r *request, status int, msg string, errs []error) *Problem {
	for _, err := range errs {
		var p *Problem
		if errors.As(err, &p) {
			return p
		}
	}
	p := &Problem{Status: status, Title: titles[status].In(r.tag)}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			p.Errors = append(p.Errors, ProblemField{
				Location: detail.Location, Message: Spoken(translate(detail.Message), r.tag), Value: safe(status, detail.Value),
			})
		} else if err != nil {
			p.Errors = append(p.Errors, ProblemField{Message: Spoken(translate(err.Error()), r.tag)})
		}
	}
	switch {
	case status == http.StatusUnprocessableEntity:
		p.Code, p.Detail = "request.invalid", Spoken(lang.Say("请求中有字段不正确", "fields of the request are wrong"), r.tag)
	case status == http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = "request.too_large", Spoken(errLarge.Text, r.tag)
	case status >= 500:
		p.Code, p.Detail, p.requestID = "internal", Spoken(errInternal.Text, r.tag), r.id
	default:
		p.Code, p.Detail = "request.malformed", Spoken(lang.Say("请求无法读取："+translate(msg).ZH, "the request cannot be read: "+translate(msg).EN), r.tag)
	}
	p.Type = "urn:huiji:problem:" + p.Code
	return p
}

// safe keeps a wrong value in the answer only when it is small and simple. Of a
// body that cannot be read nothing is repeated: nobody knows what it holds.
func safe(status int, value any) any {
	if status != http.StatusUnprocessableEntity {
		return nil
	}
	switch v := value.(type) {
	case string:
		if len(v) > 100 {
			return v[:100] + "…"
		}
		return v
	case bool, int, int64, float64, json.Number:
		return v
	}
	return nil
}

// sentence pairs the beginning of one of the framework's messages with ours. A
// %s in it takes the rest of the message.
type sentence struct{ begins, zh, en string }

var sentences = []sentence{
	{"validation failed", "不是有效的 JSON", "it is not valid JSON"},
	{"request body is malformed", "不是有效的 JSON", "it is not valid JSON"},
	{"invalid character", "不是有效的 JSON", "it is not valid JSON"},
	{"unexpected end of JSON", "JSON 不完整", "the JSON is not complete"},
	{"unexpected EOF", "JSON 不完整", "the JSON is not complete"},
	{"unexpected property", "没有这个字段", "there is no such field"},
	{"expected required property ", "缺少必填字段 %s", "the required field %s is missing"},
	{"required", "必填", "required"},
	{"expected string to be RFC 3339 date-time", "须为带时区的时间，如 2026-01-31T09:00:00+08:00", "must be a time with an offset, as in 2026-01-31T09:00:00+08:00"},
	{"expected string to be RFC 3339 date", "须为日期 YYYY-MM-DD", "must be a date, YYYY-MM-DD"},
	{"expected string to match pattern ", "格式不正确，须符合 %s", "must match %s"},
	{"expected string to be ", "格式不正确，须为 %s", "must be %s"},
	{"expected boolean", "须为 true 或 false", "must be true or false"},
	{"expected integer", "须为整数", "must be a whole number"},
	{"expected number >= ", "不能小于 %s", "must be at least %s"},
	{"expected number > ", "须大于 %s", "must be more than %s"},
	{"expected number <= ", "不能大于 %s", "must be at most %s"},
	{"expected number < ", "须小于 %s", "must be less than %s"},
	{"expected number", "须为数字", "must be a number"},
	{"expected string", "须为文字", "must be a string"},
	{"expected array length >= ", "至少要有 %s 项", "must have at least %s items"},
	{"expected array length <= ", "至多 %s 项", "must have at most %s items"},
	{"expected array items to be unique", "各项不能重复", "items must not repeat"},
	{"expected array", "须为数组", "must be an array"},
	{"expected object", "须为对象", "must be an object"},
	{"expected length >= ", "至少 %s 个字符", "must have at least %s characters"},
	{"expected length <= ", "至多 %s 个字符", "must have at most %s characters"},
	{"expected value to be one of ", "须为以下之一：%s", "must be one of %s"},
	{"request body is required", "缺少请求内容", "the request body is missing"},
	{"invalid integer", "须为整数", "must be a whole number"},
	{"invalid boolean", "须为 true 或 false", "must be true or false"},
}

// translate says one of the framework's messages in both languages. What it does
// not know stays as it is.
func translate(msg string) lang.Text {
	for _, s := range sentences {
		rest, found := strings.CutPrefix(msg, s.begins)
		if !found {
			continue
		}
		rest = strings.TrimSuffix(rest, " to be present")
		if !strings.Contains(s.zh, "%s") {
			return lang.Say(s.zh, s.en)
		}
		return lang.Say(fmt.Sprintf(s.zh, rest), fmt.Sprintf(s.en, rest))
	}
	return lang.Say(msg, msg)
}
