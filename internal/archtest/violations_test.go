package archtest

import (
	"fmt"
	"strings"
)

func importing(path, name, imported string) map[string]string {
	return file(path, fmt.Sprintf("package %s\n\nimport _ %q\n", name, imported))
}

func levelViolations() []violation {
	return []violation{
		{"level", importing("internal/core/fault/more.go", "fault", "huiji/internal/platform/db"), "to the right"},
		{"level", importing("internal/platform/job/more.go", "job", "huiji/internal/domain/member"), "to the right"},
		{"level", importing("internal/domain/store/more.go", "store", "huiji/internal/flow/enroll"), "to the right"},
		{"level", importing("internal/flow/enroll/more.go", "enroll", "huiji/internal/app"), "to the right"},
		{"level", importing("internal/domain/store/service_test.go", "store", "huiji/internal/flow/enroll"), "to the right"},
		{"level", importing("internal/platform/job/more.go", "job", "huiji/internal/migration"), "only internal/platform/db"},
		{"level", importing("internal/platform/job/more.go", "job", "huiji/web"), "only internal/app, cmd may"},
		{"level", importing("internal/migration/more.go", "migration", "huiji/internal/core/fault"), "stands outside the levels"},
		{"level", file("internal/tools/x.go", "// Package tools is elsewhere.\npackage tools\n"), "none of the levels"},
		{"sibling", importing("internal/domain/store/more.go", "store", "huiji/internal/domain/member"), "may not import its sibling"},
		{"sibling", file("internal/flow/refund/plan.go", "// Package refund undoes.\npackage refund\n\nimport _ \"huiji/internal/flow/enroll\"\n"), "may not import its sibling"},
		{"sibling", importing("internal/domain/store/store_test.go", "store", "huiji/internal/domain/member"), "may not import its sibling"},
		{"folder", file("internal/domain/member/birthday/birthday.go", "// Package birthday is too deep.\npackage birthday\n"), "one folder is one capability"},
		{"folder", file("internal/domain/earning/earning.go", "// Package rate has another name.\npackage rate\n"), "lives in a folder called earning"},
	}
}

func roleViolations() []violation {
	member := func(name, code string) map[string]string {
		return file("internal/domain/member/"+name, "package member\n\n"+code)
	}
	const (
		useDB  = "import \"huiji/internal/platform/db\"\n\n"
		useWeb = "import \"huiji/internal/platform/web\"\n\n"
	)
	return []violation{
		{"role", importing("internal/domain/store/plan.go", "store", "context"), "plan.go may not import context"},
		{"role", importing("internal/domain/store/event.go", "store", "os"), "event.go may not import os"},
		{"role", importing("internal/domain/store/store_name.go", "store", "huiji/internal/platform/db"), "may not import huiji/internal/platform/db"},
		{"role", importing("internal/domain/store/sql.go", "store", "huiji/internal/platform/job"), "sql.go may not import"},
		{"role", importing("internal/domain/store/api.go", "store", "huiji/internal/platform/db"), "api.go may not import"},
		{"role", importing("internal/domain/member/service_more.go", "member", "net/http"), "service_more.go may not import net/http"},
		{"role", importing("internal/flow/enroll/read.go", "enroll", "github.com/xuri/excelize/v2"), "may not import github.com/xuri/excelize"},
		{"role", importing("internal/core/fault/more.go", "fault", "context"), "may not import context"},
		{"service", file("internal/domain/store/service.go", "package store\n\ntype Shop struct{}\n"), "declares type Service"},
		{"transaction", member("sql_more.go", "func f() { d.Write(ctx, merchant, g) }\n"), "in a service file only"},
		{"transaction", member("service_more.go", useDB+"func (s *Service) Nested(tx *db.Tx) { s.db.Write(ctx, merchant, g) }\n"), "Nested is given a transaction"},
		{"need", member("api_more.go", useWeb+"var _ = web.Op{ID: \"x\"}\n"), "names no Need"},
		{"need", member("api_more.go", useWeb+"var _ = web.Op{ID: \"x\", Need: \"\"}\n"), "names no Need"},
	}
}

func styleViolations() []violation {
	store := func(code string) map[string]string {
		return file("internal/domain/store/more.go", "package store\n\n"+code)
	}
	long := "func long() {\n" + strings.Repeat("\t_ = 1\n", functionLines) + "}\n"
	return []violation{
		{"clock", store("import \"time\"\n\nfunc f() { _ = time.Now() }\n"), "reads time.Now"},
		{"clock", store("import wall \"time\"\n\nfunc f() { _ = wall.Since }\n"), "reads time.Since"},
		{"clock", store("import \"time\"\n\nfunc f() { <-time.After(1) }\n"), "reads time.After"},
		{"chance", file("internal/app/more.go", "package app\n\nimport _ \"math/rand\"\n"), "math/rand is the platform's"},
		{"chance", file("cmd/huiji/more.go", "package main\n\nimport _ \"crypto/rand\"\n"), "crypto/rand is the platform's"},
		{"chance", file("internal/app/more.go", "package app\n\nimport \"math/rand/v2\"\n\nfunc f() { rand.IntN(3) }\n"), "rand.IntN has no seed"},
		{"global", store("var cache map[string]int\n"), "package variable cache"},
		{"global", store("var names = []string{\"a\"}\n"), "package variable names"},
		{"init", file("internal/app/more.go", "package app\n\nfunc init() {}\n"), "no init"},
		{"name", file("internal/core/util/text.go", "// Package util is anything.\npackage util\n"), "a folder called util"},
		{"name", file("internal/domain/store/helpers.go", "package store\n"), "a file called helpers.go"},
		{"comment", file("internal/core/page/page.go", "package page\n"), "package page has no comment"},
		{"length", store(long), "func long has 72 lines"},
		{"length", store(strings.Repeat("// A line.\n", fileLines)), "502 lines, more than 500"},
		{"length", file("web/src/features/member/more.tsx", strings.Repeat("\n", fileLines)), "501 lines, more than 500"},
		{"skip", file("internal/domain/store/more_test.go", "package store\n\nfunc TestY(t *testing.T) { t.Skip(\"later\") }\n"), "a skipped test names"},
		{"skip", file("test/e2e/story.spec.ts", "test.skip('sells', () => {})\n"), "test.skip: every test runs"},
		{"skip", file("web/src/shared/a.test.ts", "describe.only('sells', () => {})\n"), "describe.only: every test runs"},
	}
}

func statementViolations() []violation {
	const owned = "SELECT id FROM member WHERE bucket = $1 AND merchant_id = $2"
	return []violation{
		{"place", file("internal/domain/member/service_more.go", "package member\n\nconst q = `"+owned+"`\n"), "outside a sql.go file"},
		{"place", file("internal/platform/job/run.go", "package job\n\nconst q = `SELECT id FROM job WHERE bucket = $1 AND merchant_id = $2`\n"), "outside a sql.go file"},
		{"place", file("internal/domain/member/sql_more.go", "package member\n\nimport \"fmt\"\n\nvar _ = fmt.Sprintf(\""+owned+" AND id = $3 LIMIT %d\", 3)\n"), "a statement is not printed"},
		{"place", statementIn("DROP TABLE member"), "only SELECT, INSERT"},
		{"place", statementIn("select id from member"), "in capitals"},
		{"place", file("internal/domain/member/service_more.go", "package member\n\nfunc f(before string) string { return before + g(`"+owned+"`) }\n"), "outside a sql.go file"},
		{"place", file("internal/domain/member/service_more.go", "package member\n\nfunc f(before string) string { return before + `"+owned+"` }\n"), "outside a sql.go file"},
		{"owner", statementIn("SELECT id FROM orders WHERE bucket = $1 AND merchant_id = $2"), "table orders belongs to another folder"},
		{"owner", statementIn("SELECT m.id FROM member m JOIN store s ON s.merchant_id = m.merchant_id WHERE m.bucket = $1"), "table store belongs"},
		{"owner", statementIn("SELECT m.id FROM member m, store s WHERE m.bucket = $1 AND s.merchant_id = m.merchant_id"), "table store belongs"},
		{"owner", statementIn("SELECT id FROM member_cards WHERE merchant_id = $1"), "no migration creates table member_cards"},
		{"merchant", file("internal/domain/store/sql.go", "package store\n\nconst q = `SELECT id FROM store WHERE id = $1`\n"), "does not say which merchant_id"},
		{"merchant", file("internal/domain/store/sql.go", "package store\n\nconst q = `SELECT merchant_id FROM store WHERE id = $1`\n"), "does not say which merchant_id"},
		{"merchant", file("internal/domain/store/sql.go", "package store\n\nconst q = `INSERT INTO store (id) VALUES ($1)`\n"), "does not say which merchant_id"},
		{"merchant", file("internal/domain/store/sql.go", "package store\n\nconst q = `UPDATE store SET name = 'merchant_id' WHERE id = $1`\n"), "does not say which merchant_id"},
		{"merchant", statementIn("SELECT id FROM member /* all merchants */ WHERE bucket = $1"), "only the platform looks at all merchants"},
		{"bucket", statementIn("SELECT id FROM member WHERE merchant_id = $1"), "neither bucket = $n nor"},
		{"bucket", statementIn("SELECT bucket, id FROM member WHERE merchant_id = $1 AND bucket = id"), "neither bucket = $n nor"},
		{"bucket", statementIn("SELECT key.id FROM member key WHERE key.merchant_id = $1 AND key.bucket = key.bucket"), "neither bucket = $n nor"},
		{"bucket", statementIn("SELECT m.id FROM key CROSS JOIN member m WHERE m.merchant_id = $1 AND m.id = key.id"), "neither bucket = $n nor"},
		{"bucket", statementIn("UPDATE member SET name = $1 FROM key WHERE member.merchant_id = $2 AND member.id = key.id"), "neither bucket = $n nor"},
		{"bucket", statementIn("UPDATE member SET name = $1 WHERE merchant_id = $2 AND id = $3"), "neither bucket = $n nor"},
		{"bucket", statementIn("INSERT INTO member (merchant_id, id) VALUES ($1, $2)"), "does not name bucket"},
		{"bucket", statementIn("DELETE FROM member /* all buckets */ WHERE merchant_id = $1"), "only reads"},
		{"bucket", file("internal/domain/member/sql_more.go", "package member\n\nfunc f() string { return `SELECT id FROM member /* all buckets */ WHERE merchant_id = $1` + tx.ForUpdate() }\n"), "only reads"},
		{"bucket", statementIn("UPDATE member SET bucket = $1 WHERE bucket = $2 AND merchant_id = $3"), "never moves"},
		{"bucket", statementIn("SELECT m.id FROM member m JOIN member_tag t ON t.member_id = m.id WHERE m.bucket = $1 AND m.merchant_id = $2"), "joins them on fewer buckets"},
		{"bucket", file("internal/domain/member/sql_more.go", "package member\n\nconst from = `SELECT id FROM member`\n\nfunc f() string { return from + ` WHERE merchant_id = $1` + more }\n"), "neither bucket = $n nor"},
	}
}

func dialectViolations() (all []violation) {
	for clause, says := range map[string]string{
		"AND name ILIKE $3":                                 "ILIKE",
		"AND LOWER(name) = $3":                              "LOWER (",
		"AND name < now()":                                  "NOW (",
		"AND name < CURRENT_TIMESTAMP":                      "CURRENT_TIMESTAMP",
		"AND name = date_trunc('day', $3)":                  "DATE_TRUNC (",
		"AND name ->> 'a' = $3":                             "operators on JSON",
		"AND name = $3::text":                               "use CAST",
		"AND name = ANY($3)":                                "tx.In",
		"AND name = greatest($3, $4)":                       "GREATEST (",
		"AND name = max(name, $3)":                          "MAX and MIN of two",
		"AND name = random()":                               "RANDOM (",
		"AND name GLOB 'a*'":                                "use LIKE",
		"AND ctid = $3":                                     "CTID",
		"AND name = pg_advisory_lock(1)":                    "PG_ADVISORY_LOCK",
		"AND name = ifnull($3, '')":                         "IFNULL",
		"AND json_extract(name, '$.a') = $3":                "JSON_EXTRACT",
		"AND name = ?":                                      "parameters are $1",
		"FOR UPDATE":                                        "tx.ForUpdate()",
		"GROUP BY ROLLUP (name)":                            "ROLLUP",
		"AND name IN (SELECT x FROM (VALUES ($3)) AS v(x))": "name them in a WITH",
	} {
		all = append(all, violation{"dialect", statementIn("SELECT id FROM member WHERE bucket = $1 AND merchant_id = $2 " + clause), says})
	}
	return append(all,
		violation{"dialect", statementIn("INSERT OR IGNORE INTO member (bucket, merchant_id) VALUES ($1, $2)"), "INSERT OR IGNORE"},
		violation{"dialect", statementIn("INSERT INTO member (bucket, merchant_id, name) VALUES ($1, $2, $3) ON CONFLICT (bucket, (name || 'x')) DO NOTHING"), "ON CONFLICT names columns"},
		violation{"dialect", statementIn("INSERT INTO member (bucket, merchant_id, name) VALUES ($1, $2, (SELECT name FROM member WHERE bucket = $1 AND merchant_id = $2))"), "no subquery inside VALUES"},
		violation{"dialect", statementIn("WITH gone AS (DELETE FROM member WHERE bucket = $1 AND merchant_id = $2 RETURNING id) SELECT id FROM gone"), "a CTE that writes"},
	)
}

func schemaViolations() []violation {
	const columns = "bucket SMALLINT NOT NULL, merchant_id TEXT NOT NULL, id TEXT NOT NULL"
	return []violation{
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ")"), "no primary key"},
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ", PRIMARY KEY (id, bucket))"), "the primary key begins with bucket"},
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ", PRIMARY KEY (bucket, id), UNIQUE (merchant_id, id))"), "what is unique contains bucket"},
		{"schema", migrationWith("CREATE UNIQUE INDEX member_name ON member (merchant_id, name)"), "what is unique contains bucket"},
		{"schema", migrationWith("CREATE TABLE member_x (bucket SMALLINT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (bucket, id))"), "every table has merchant_id"},
		{"schema", migrationWith("CREATE TABLE member_x (bucket INTEGER NOT NULL, merchant_id TEXT NOT NULL, PRIMARY KEY (bucket, merchant_id))"), "bucket is SMALLINT NOT NULL"},
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ", at TIMESTAMPTZ NOT NULL, PRIMARY KEY (bucket, id))"), "column at: the types are"},
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ", tags TEXT[] NOT NULL, PRIMARY KEY (bucket, id))"), "column tags: the types are"},
		{"schema", migrationWith("CREATE TRIGGER t AFTER INSERT ON member EXECUTE PROCEDURE f()"), "no triggers"},
		{"schema", migrationWith("CREATE FUNCTION f() RETURNS INTEGER AS 'x'"), "no stored procedures"},
		{"schema", migrationWith("CREATE SEQUENCE member_seq"), "ids are made by the program"},
		{"schema", migrationWith("CREATE TABLE store_x (merchant_id TEXT NOT NULL, n BIGINT GENERATED ALWAYS AS (1), PRIMARY KEY (merchant_id))"), "no generated columns"},
		{"schema", migrationWith("CREATE TABLE store_x (merchant_id TEXT NOT NULL, member_id TEXT NOT NULL REFERENCES member (id), PRIMARY KEY (merchant_id))"), "store_x has no bucket"},
		{"schema", migrationWith("CREATE TABLE member_x (" + columns + ", PRIMARY KEY (bucket, id), FOREIGN KEY (id, bucket) REFERENCES member (bucket, id))"), "in the same place on both sides"},
		{"schema", migrationWith("ALTER TABLE member ADD CONSTRAINT c FOREIGN KEY (bucket, id) REFERENCES member (bucket, id) DEFERRABLE"), "no deferrable constraints"},
		{"schema", migrationWith("CREATE INDEX member_fold ON member (name COLLATE nocase)"), "no collations"},
		{"schema-owner", migrationWith("CREATE TABLE coupon (merchant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (merchant_id, id))"), "no folder owns table coupon"},
	}
}

func webViolations() []violation {
	return []violation{
		{"web", file("web/src/features/order/list.tsx", "import { list } from '@/features/member/list'\n"), "features never import each other"},
		{"web", file("web/src/features/order/list.tsx", "const list = () => import('../member/list')\n"), "features never import each other"},
		{"web", file("web/src/shared/ui/menu.tsx", "export { list } from '../../features/member/list'\n"), "shared may not import features/member/list"},
		{"web", file("web/src/shared/ui/menu.tsx", "import '@/apps/console/main'\n"), "shared may not import apps/console/main"},
		{"web", file("web/src/features/order/list.tsx", "import type { Main } from '@/apps/console/main'\n"), "features may not import apps/console/main"},
		{"web", file("web/src/apps/pos/main.tsx", "import main from '../console/main'\n"), "apps never import each other"},
	}
}
