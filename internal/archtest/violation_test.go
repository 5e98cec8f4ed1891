package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// clean is a small house that breaks no rule.
func clean() map[string]string {
	return map[string]string{
		"internal/core/fault/fault.go":    "// Package fault names errors.\npackage fault\n\n// New makes one.\nfunc New(text string) error { return nil }\n\nvar ErrOld = New(\"old\")\n",
		"internal/migration/migration.go": "// Package migration carries the schema.\npackage migration\n",
		"internal/migration/0001_begin.sql": `-- +goose Up
CREATE TABLE job (bucket SMALLINT NOT NULL, merchant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (bucket, id)); -- it waits; then it runs
CREATE TABLE store (merchant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (merchant_id, id));
CREATE UNIQUE INDEX store_name ON store (merchant_id, name);
CREATE TABLE member (bucket SMALLINT NOT NULL, merchant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', PRIMARY KEY (bucket, id));
CREATE TABLE member_tag (bucket SMALLINT NOT NULL, merchant_id TEXT NOT NULL, member_id TEXT NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (bucket, member_id, tag), FOREIGN KEY (bucket, member_id) REFERENCES member (bucket, id));
CREATE TABLE orders (bucket SMALLINT NOT NULL, merchant_id TEXT NOT NULL, id TEXT NOT NULL, total BIGINT NOT NULL CHECK (total >= 0), PRIMARY KEY (bucket, id));
CREATE UNIQUE INDEX orders_total ON orders (bucket, merchant_id, total) WHERE total > 0;
-- +goose Down
`,
		"internal/platform/db/db.go":       "// Package db is the database.\npackage db\n\nimport \"huiji/internal/migration\"\n\nvar _ = migration.Files\n\nfunc ping() string { return \"SELECT now()\" }\n",
		"internal/platform/job/sql.go":     "// Package job runs work later.\npackage job\n\nconst prune = `DELETE FROM job /* all merchants */ WHERE bucket = $1 AND id = $2`\n",
		"internal/platform/job/job.go":     "package job\n\nimport \"time\"\n\nfunc wait() { time.Sleep(1) }\n",
		"internal/domain/store/store.go":   "// Package store owns the stores.\npackage store\n\nimport (\n\t\"strings\"\n\n\t\"huiji/internal/core/fault\"\n)\n\nvar errX = fault.New(\"x\").At(\"field\", 1)\n\nvar _ = strings.ToUpper\n",
		"internal/domain/member/member.go": "// Package member owns the members.\npackage member\n",
		"internal/domain/member/sql.go": "package member\n\nimport (\n\t\"context\"\n\n\t\"huiji/internal/platform/db\"\n)\n\n" +
			"const columns = `SELECT id, name FROM member`\n\nconst lockClause = 1\n\n" +
			"func find(ctx context.Context, tx *db.Tx) {\n" +
			"\ttx.Exec(ctx, columns+` WHERE bucket = $1 AND merchant_id = $2 AND id = $3`+tx.ForUpdate())\n" +
			"\ttx.Exec(ctx, `SELECT m.id FROM key CROSS JOIN member m WHERE m.bucket = key.bucket AND m.merchant_id = $1 AND m.id = key.id`+tx.ForUpdate())\n" +
			"\ttx.Exec(ctx, `SELECT id FROM member /* all buckets */ WHERE merchant_id = $1 AND name IS NOT DISTINCT FROM $2`)\n" +
			"\ttx.Exec(ctx, `INSERT INTO member (bucket, merchant_id, id) VALUES ($1, $2, $3) ON CONFLICT (bucket, id) DO UPDATE SET name = excluded.name`)\n" +
			"\ttx.Exec(ctx, `UPDATE member SET name = $2 FROM key WHERE member.bucket = key.bucket AND member.merchant_id = $1 AND member.id = key.id`)\n" +
			"\ttx.Exec(ctx, `UPDATE member SET name = $4 WHERE bucket = $1 AND merchant_id = $2 AND id = $3`)\n" +
			"\ttx.Exec(ctx, `WITH tagged AS (SELECT member_id FROM member_tag WHERE bucket = $1 AND merchant_id = $2) SELECT m.id FROM member m, tagged t WHERE m.bucket = $1 AND m.id = t.member_id`)\n" +
			"\ttx.Exec(ctx, `SELECT m.id FROM member m JOIN member_tag t ON t.bucket = m.bucket AND t.member_id = m.id WHERE m.bucket = $1 AND m.merchant_id = $2`)\n" +
			"}\n",
		"internal/domain/member/service.go": "package member\n\nimport (\n\t\"context\"\n\n\t\"huiji/internal/platform/db\"\n)\n\n" +
			"// Service is the verbs.\ntype Service struct{ db *db.DB }\n\n" +
			"func (s *Service) Find(ctx context.Context, m string) error {\n\treturn s.db.Read(ctx, m, func(ctx context.Context, tx *db.Tx) error { return nil })\n}\n\n" +
			"func (s *Service) Join(ctx context.Context, tx *db.Tx) error { return nil }\n",
		"internal/domain/member/api.go": "package member\n\nimport (\n\t\"net/http\"\n\n\t\"huiji/internal/platform/web\"\n)\n\n" +
			"func routes(api web.API) { web.Register(api, web.Op{ID: \"find\", Method: http.MethodGet, Need: permit.Read}) }\n",
		"internal/domain/member/service_test.go": "package member\n\nimport (\n\t\"testing\"\n\n\t\"huiji/internal/platform/dbtest\"\n)\n\nfunc TestX(t *testing.T) { t.Skip(\"HUIJI_TESTDATA not set\"); dbtest.New(t) }\n",
		"internal/domain/order/order.go":         "// Package order owns the orders.\npackage order\n",
		"internal/domain/order/sql_list.go":      "package order\n\nconst list = `SELECT id FROM orders /* all buckets */ WHERE merchant_id = $1`\n",
		"internal/flow/enroll/plan.go":           "// Package enroll lets people join.\npackage enroll\n\nimport (\n\t\"huiji/internal/domain/member\"\n\t\"huiji/internal/domain/store\"\n)\n\nvar _ member.Service\n\nvar _ store.Store\n",
		"internal/app/app.go":                    "// Package app is the wiring.\npackage app\n\nimport (\n\t\"time\"\n\n\t\"huiji/internal/flow/enroll\"\n\t\"huiji/web\"\n)\n\nvar started = time.Now()\n\nfunc drop(name string) string { return \"DROP DATABASE \" + name + \" WITH (FORCE)\" }\n",
		"cmd/huiji/main.go":                      "// Huiji keeps members.\npackage main\n\nimport \"huiji/internal/app\"\n\nfunc main() { app.Run() }\n",
		"web/embed.go":                           "// Package web holds the built apps.\npackage web\n",
		"web/src/shared/ui/button.tsx":           "import { useState } from 'react'\nexport {}\n",
		"web/src/features/member/list.tsx":       "import { Button } from '@/shared/ui/button'\nimport x from './row'\n",
		"web/src/apps/console/main.tsx":          "import { list } from '../../features/member/list'\n",
		"test/place/place.go":                    "// Package place is where a program runs in tests.\npackage place\n\nimport \"time\"\n\nvar began = time.Now()\n",
		"web/node_modules/util/util.go":          "package util\n",
	}
}

// statementIn is a file of SQL in domain/member.
func statementIn(sql string) map[string]string {
	return map[string]string{"internal/domain/member/sql_more.go": "package member\n\nconst more = `" + sql + "`\n"}
}

func migrationWith(sql string) map[string]string {
	return map[string]string{"internal/migration/0002_more.sql": "-- +goose Up\n" + sql + ";\n"}
}

func file(path, content string) map[string]string { return map[string]string{path: content} }

// violation is one breach: what is added to the clean house, and what the law
// has to say about it.
type violation struct {
	rule  string
	files map[string]string
	says  string // part of the text
}

func check(t *testing.T, files map[string]string) []Problem {
	t.Helper()
	tree := fstest.MapFS{}
	for path, content := range files {
		tree[path] = &fstest.MapFile{Data: []byte(content)}
	}
	problems, err := Check(tree)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

func TestCleanHouseBreaksNothing(t *testing.T) {
	for _, p := range check(t, clean()) {
		t.Error(p)
	}
}

func TestFileThatCannotBeParsedIsAnError(t *testing.T) {
	if _, err := Check(fstest.MapFS{"internal/core/x/x.go": {Data: []byte("package")}}); err == nil {
		t.Error("no error for a broken file")
	}
}

func TestEachRuleCatchesItsViolation(t *testing.T) {
	seeded := map[string]bool{}
	for _, v := range slices.Concat(levelViolations(), roleViolations(), styleViolations(), statementViolations(), dialectViolations(), schemaViolations(), webViolations()) {
		seeded[v.rule] = true
		t.Run(v.rule+"/"+v.says, func(t *testing.T) {
			tree := clean()
			maps.Copy(tree, v.files)
			problems := check(t, tree)
			if len(problems) != 1 {
				t.Fatalf("got %d problems, want exactly one: %v", len(problems), problems)
			}
			p := problems[0]
			if _, added := v.files[p.Path]; p.Rule != v.rule || !added || !strings.Contains(p.Text, v.says) {
				t.Errorf("got %v, want rule %s and a text with %q", p, v.rule, v.says)
			}
		})
	}
	for _, name := range Rules() {
		if !seeded[name] {
			t.Errorf("no violation seeds the rule %q: nobody knows whether it works", name)
		}
	}
}
