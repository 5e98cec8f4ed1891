package member

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"huiji/internal/core/id"
	"huiji/internal/platform/db"
)

// row is a member as it lies on disk: what is personal is sealed.
type row struct {
	Member
	sealed []byte
}

// inOne is how many members or claims one statement names.
const inOne = 100

func insertMembers(ctx context.Context, tx *db.Tx, rows []row) error {
	values := make([][]any, 0, len(rows))
	for _, r := range rows {
		values = append(values, []any{
			r.ID.Bucket(), tx.Merchant(), r.ID, r.Number, r.sealed, r.Gender, encodeTags(r.Tags), r.Tier, r.Status,
			r.Store, r.Referrer, r.Source, db.Millis(r.JoinedAt), db.Millis(tx.Now()),
		})
	}
	return tx.InsertLater(ctx, `INSERT INTO member (bucket, merchant_id, id, member_no, sealed, gender, tags, tier, status,
		store_id, referrer_id, source, joined_at, updated_at) VALUES`, values, "")
}

func updateMember(ctx context.Context, tx *db.Tx, r row) error {
	return tx.Later(ctx, `UPDATE member SET sealed = $4, gender = $5, tags = $6, tier = $7, status = $8, store_id = $9, updated_at = $10
		WHERE bucket = $1 AND merchant_id = $2 AND id = $3`,
		r.ID.Bucket(), tx.Merchant(), r.ID, r.sealed, r.Gender, encodeTags(r.Tags), r.Tier, r.Status, r.Store, db.Millis(tx.Now()))
}

func find(ctx context.Context, tx *db.Tx, who id.Member) (row, error) {
	return db.One(ctx, tx, scan, `SELECT id, member_no, sealed, gender, tags, tier, status, store_id, referrer_id, source, joined_at
		FROM member WHERE bucket = $1 AND merchant_id = $2 AND id = $3`, who.Bucket(), tx.Merchant(), who)
}

// hold reads the member and keeps others from changing it until the commit.
func hold(ctx context.Context, tx *db.Tx, who id.Member) (row, error) {
	return db.One(ctx, tx, scan, `SELECT id, member_no, sealed, gender, tags, tier, status, store_id, referrer_id, source, joined_at
		FROM member WHERE bucket = $1 AND merchant_id = $2 AND id = $3`+tx.ForUpdate(), who.Bucket(), tx.Merchant(), who)
}

// standings reads members by their ids; who is not there is not in the answer.
func standings(ctx context.Context, tx *db.Tx, ids []id.Member) ([]Standing, error) {
	return db.AllOf(ctx, tx, func(r db.Row) (s Standing, err error) {
		return s, r.Scan(&s.ID, &s.Number, &s.Tier, &s.Status, &s.Store)
	}, byID(ids),
		`SELECT m.id, m.member_no, m.tier, m.status, m.store_id FROM key CROSS JOIN member m
		WHERE m.bucket = key.bucket AND m.merchant_id = $1 AND m.id = key.member_id`, tx.Merchant())
}

// findMany reads members by their ids; who is not there is not in the answer.
func findMany(ctx context.Context, tx *db.Tx, ids []id.Member) ([]row, error) {
	return db.AllOf(ctx, tx, scan, byID(ids),
		`SELECT m.id, m.member_no, m.sealed, m.gender, m.tags, m.tier, m.status, m.store_id, m.referrer_id, m.source, m.joined_at
		FROM key CROSS JOIN member m WHERE m.bucket = key.bucket AND m.merchant_id = $1 AND m.id = key.member_id`, tx.Merchant())
}

// byID are members as keys to look for.
func byID(ids []id.Member) db.Keys {
	rows := make([][]any, len(ids))
	for i, one := range ids {
		rows[i] = []any{one.Bucket(), one}
	}
	return db.Keys{Columns: "bucket smallint, member_id text", Rows: rows}
}

func scan(r db.Row) (m row, err error) {
	var tags string
	var joined int64
	if err := r.Scan(&m.ID, &m.Number, &m.sealed, &m.Gender, &tags, &m.Tier, &m.Status, &m.Store, &m.Referrer, &m.Source, &joined); err != nil {
		return row{}, err
	}
	m.JoinedAt = db.Time(joined)
	if err := json.Unmarshal([]byte(tags), &m.Tags); err != nil {
		return row{}, fmt.Errorf("read the tags of %s: %w", m.ID, err)
	}
	return m, nil
}

func encodeTags(tags []string) string {
	raw, err := json.Marshal(append([]string{}, tags...))
	if err != nil {
		return "[]" // Strings always encode.
	}
	return string(raw)
}

// key is one value that is unique among the merchant's members.
type key struct {
	bucket id.Bucket
	kind   Identity
	value  string // the blind index
	member id.Member
}

// insertClaims writes what is not claimed yet and reports how many that were.
func insertClaims(ctx context.Context, tx *db.Tx, keys []key) (int64, error) {
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, []any{k.bucket, tx.Merchant(), k.kind, k.value, k.member})
	}
	return tx.Insert(ctx, `INSERT INTO member_claim (bucket, merchant_id, kind, value, member_id) VALUES`, rows,
		"ON CONFLICT (bucket, merchant_id, kind, value) DO NOTHING")
}

func deleteClaim(ctx context.Context, tx *db.Tx, k key) error {
	return tx.Later(ctx, `DELETE FROM member_claim WHERE bucket = $1 AND merchant_id = $2 AND kind = $3 AND value = $4 AND member_id = $5`,
		k.bucket, tx.Merchant(), k.kind, k.value, k.member)
}

// findClaims reads who holds the keys.
func findClaims(ctx context.Context, tx *db.Tx, keys []key) ([]key, error) {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{k.bucket, k.kind, k.value}
	}
	return db.AllOf(ctx, tx, func(r db.Row) (k key, err error) { return k, r.Scan(&k.bucket, &k.kind, &k.value, &k.member) },
		db.Keys{Columns: "bucket smallint, wanted_kind text, wanted text", Rows: rows},
		`SELECT c.bucket, c.kind, c.value, c.member_id FROM key CROSS JOIN member_claim c
		WHERE c.bucket = key.bucket AND c.merchant_id = $1 AND c.kind = key.wanted_kind AND c.value = key.wanted`, tx.Merchant())
}

// found is a blind token by which a member is found.
type found struct {
	member Member
	token  int64
}

func insertTokens(ctx context.Context, tx *db.Tx, tokens []found) error {
	rows := make([][]any, 0, len(tokens))
	for _, t := range tokens {
		rows = append(rows, []any{t.member.ID.Bucket(), tx.Merchant(), t.member.ID, t.token, db.Millis(t.member.JoinedAt)})
	}
	return insertLater(ctx, tx, `INSERT INTO member_token (bucket, merchant_id, member_id, token, joined_at) VALUES`, rows,
		"ON CONFLICT (bucket, member_id, token) DO NOTHING")
}

// insertLater is for rows of which there may be none.
func insertLater(ctx context.Context, tx *db.Tx, statement string, rows [][]any, suffix string) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.InsertLater(ctx, statement, rows, suffix)
}

func deleteTokens(ctx context.Context, tx *db.Tx, who id.Member) error {
	return tx.Later(ctx, `DELETE FROM member_token WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3`, who.Bucket(), tx.Merchant(), who)
}

func insertTags(ctx context.Context, tx *db.Tx, members []Member) error {
	var rows [][]any
	for _, m := range members {
		for _, tag := range m.Tags {
			rows = append(rows, []any{m.ID.Bucket(), tx.Merchant(), m.ID, tag, db.Millis(m.JoinedAt)})
		}
	}
	return insertLater(ctx, tx, `INSERT INTO member_tag (bucket, merchant_id, member_id, tag, joined_at) VALUES`, rows, "")
}

func deleteTags(ctx context.Context, tx *db.Tx, who id.Member) error {
	return tx.Later(ctx, `DELETE FROM member_tag WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3`, who.Bucket(), tx.Merchant(), who)
}

// TagCount is how many members carry a tag.
type TagCount struct {
	Tag     string
	Members int64
}

func countTags(ctx context.Context, tx *db.Tx, limit int) ([]TagCount, error) {
	return db.All(ctx, tx, func(r db.Row) (c TagCount, err error) { return c, r.Scan(&c.Tag, &c.Members) },
		`SELECT tag, COUNT(*) AS members FROM member_tag WHERE merchant_id = $1 GROUP BY tag
			ORDER BY members DESC, tag LIMIT $2 /* all buckets */`, tx.Merchant(), limit)
}

// insertConsents writes the decisions of each member, in the order of members.
func insertConsents(ctx context.Context, tx *db.Tx, members []Member, given [][]Consent) error {
	var rows [][]any
	for i, m := range members {
		for _, c := range given[i] {
			rows = append(rows, []any{m.ID.Bucket(), tx.Merchant(), m.ID, c.Purpose, db.Millis(c.At), c.Granted, c.Version, c.Channel, c.Evidence})
		}
	}
	return insertLater(ctx, tx, `INSERT INTO member_consent (bucket, merchant_id, member_id, purpose, at, granted, version, channel, evidence) VALUES`, rows,
		`ON CONFLICT (bucket, member_id, purpose, at) DO UPDATE SET granted = excluded.granted, version = excluded.version,
			channel = excluded.channel, evidence = excluded.evidence`)
}

func listConsents(ctx context.Context, tx *db.Tx, who id.Member) ([]Consent, error) {
	return db.All(ctx, tx, func(r db.Row) (c Consent, err error) {
		var at int64
		err = r.Scan(&c.Purpose, &at, &c.Granted, &c.Version, &c.Channel, &c.Evidence)
		c.At = db.Time(at)
		return c, err
	}, `SELECT purpose, at, granted, version, channel, evidence FROM member_consent
		WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3 ORDER BY at, purpose`, who.Bucket(), tx.Merchant(), who)
}

func listFields(ctx context.Context, tx *db.Tx) ([]Field, error) {
	return db.All(ctx, tx, func(r db.Row) (f Field, err error) {
		var choices string
		if err := r.Scan(&f.Code, &f.Name, &f.Kind, &choices, &f.Required); err != nil {
			return Field{}, err
		}
		return f, json.Unmarshal([]byte(choices), &f.Choices)
	}, `SELECT code, name, kind, choices, required FROM member_field WHERE merchant_id = $1 ORDER BY position`, tx.Merchant())
}

func replaceFields(ctx context.Context, tx *db.Tx, fields []Field) error {
	if err := tx.Later(ctx, `DELETE FROM member_field WHERE merchant_id = $1`, tx.Merchant()); err != nil {
		return err
	}
	rows := make([][]any, 0, len(fields))
	for i, f := range fields {
		rows = append(rows, []any{tx.Merchant(), f.Code, f.Name, f.Kind, encodeTags(f.Choices), f.Required, i})
	}
	return insertLater(ctx, tx, `INSERT INTO member_field (merchant_id, code, name, kind, choices, required, position) VALUES`, rows, "")
}

// demoMembers lists members that the demo data brought.
func demoMembers(ctx context.Context, tx *db.Tx, limit int) ([]id.Member, error) {
	return db.All(ctx, tx, func(r db.Row) (m id.Member, err error) { return m, r.Scan(&m) },
		`SELECT id FROM member WHERE merchant_id = $1 AND source = 'demo' ORDER BY id LIMIT $2 /* all buckets */`, tx.Merchant(), limit)
}

func deleteMember(ctx context.Context, tx *db.Tx, who id.Member) error {
	if err := deleteTokens(ctx, tx, who); err != nil {
		return err
	}
	if err := deleteTags(ctx, tx, who); err != nil {
		return err
	}
	if err := tx.Later(ctx, `DELETE FROM member_consent WHERE bucket = $1 AND merchant_id = $2 AND member_id = $3`, who.Bucket(), tx.Merchant(), who); err != nil {
		return err
	}
	return tx.Later(ctx, `DELETE FROM member WHERE bucket = $1 AND merchant_id = $2 AND id = $3`, who.Bucket(), tx.Merchant(), who)
}

// place is where a list stands: the last member seen.
type place struct {
	Joined int64     `json:"j"`
	ID     id.Member `json:"i"`
}

func placeOf(m Member) any { return place{Joined: db.Millis(m.JoinedAt), ID: m.ID} }

// choice is what a list is narrowed to.
type choice struct {
	token  int64
	search bool
	tag    string
	status Status
	store  id.Store
	after  place // zero = from the newest
	limit  int
}

// list reads members, newest first.
func list(ctx context.Context, tx *db.Tx, c choice) ([]row, error) {
	q := c.query(tx.Merchant())
	return db.All(ctx, tx, scan, q.text.String(), q.args...)
}

// query writes the statement of a list. The narrowest condition leads, over an
// index that is already in the wanted order, so that a page costs a page.
func (c choice) query(merchant id.Merchant) *query {
	q := &query{args: []any{merchant}}
	switch {
	case c.search && c.tag == "":
		q.text.WriteString(`SELECT m.id, m.member_no, m.sealed, m.gender, m.tags, m.tier, m.status, m.store_id, m.referrer_id, m.source, m.joined_at
			FROM (SELECT t.bucket, t.merchant_id, t.member_id FROM member_token t WHERE t.merchant_id = $1 /* all buckets */`)
		c.lead(q, "t.token = ", c.token)
	case c.tag != "" && !c.search:
		q.text.WriteString(`SELECT m.id, m.member_no, m.sealed, m.gender, m.tags, m.tier, m.status, m.store_id, m.referrer_id, m.source, m.joined_at
			FROM (SELECT t.bucket, t.merchant_id, t.member_id FROM member_tag t WHERE t.merchant_id = $1 /* all buckets */`)
		c.lead(q, "t.tag = ", c.tag)
	case c.search:
		q.text.WriteString(`SELECT m.id, m.member_no, m.sealed, m.gender, m.tags, m.tier, m.status, m.store_id, m.referrer_id, m.source, m.joined_at
			FROM member_token t JOIN member m ON m.bucket = t.bucket AND m.merchant_id = t.merchant_id AND m.id = t.member_id
			JOIN member_tag g ON g.bucket = m.bucket AND g.merchant_id = m.merchant_id AND g.member_id = m.id
			WHERE t.merchant_id = $1 /* all buckets */`)
		q.and("t.token = ", c.token)
		q.and("g.tag = ", c.tag)
	default:
		q.text.WriteString(`SELECT m.id, m.member_no, m.sealed, m.gender, m.tags, m.tier, m.status, m.store_id, m.referrer_id, m.source, m.joined_at
			FROM member m WHERE m.merchant_id = $1 /* all buckets */`)
	}
	if c.status != "" {
		q.and("m.status = ", c.status)
		if c.status != Active {
			q.text.WriteString(" AND m.status <> 'active'") // So that the small index of resting members serves.
		}
	}
	if c.store != "" {
		q.and("m.store_id = ", c.store)
	}
	if c.after.ID != "" {
		q.and("(m.joined_at, m.id) < ", c.after.Joined, c.after.ID)
	}
	q.text.WriteString(" ORDER BY m.joined_at DESC, m.id DESC LIMIT ")
	q.value(c.limit)
	return q
}

// lead ends the part of a statement that finds the members' keys, and joins the
// members to them. When nothing else narrows, it finds no more than a page: left
// to itself PostgreSQL takes bucket and id for independent, expects too few rows
// and reads them all.
func (c choice) lead(q *query, condition string, value any) {
	q.and(condition, value)
	if c.after.ID != "" {
		q.and("(t.joined_at, t.member_id) < ", c.after.Joined, c.after.ID)
	}
	if c.status == "" && c.store == "" {
		q.text.WriteString(" ORDER BY t.joined_at DESC, t.member_id DESC LIMIT ")
		q.value(c.limit)
	}
	q.text.WriteString(") k JOIN member m ON m.bucket = k.bucket AND m.merchant_id = k.merchant_id AND m.id = k.member_id WHERE m.merchant_id = $1")
}

// query grows a statement whose conditions depend on what was asked for.
type query struct {
	text strings.Builder
	args []any
}

// and adds a condition; several values make a row value.
func (q *query) and(condition string, values ...any) {
	q.text.WriteString(" AND " + condition)
	if len(values) == 1 {
		q.value(values[0])
		return
	}
	for i, v := range values {
		q.text.WriteString([]string{"(", ", "}[min(i, 1)])
		q.value(v)
	}
	q.text.WriteByte(')')
}

func (q *query) value(v any) {
	q.args = append(q.args, v)
	fmt.Fprintf(&q.text, "$%d", len(q.args))
}
