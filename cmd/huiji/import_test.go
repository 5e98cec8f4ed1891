package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const shopFile = "订单号,会员卡号,商品编码,商品名称,数量,单价,下单时间\n1,K1,A,茶,2,10,2026-01-05\n2,K1,A,茶,-1,10,2026-01-06\n3,K1,A,茶,x,10,2026-01-06\n"

func TestImportOrders(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	for name, text := range map[string]string{"pw": "correct horse battery\n", "shop.csv": shopFile, "broken.yaml": "nam: x\n"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := at("data")
	huiji := func(want int, args ...string) {
		t.Helper()
		if got := run(context.Background(), append(args, "--data", data)); got != want {
			t.Fatalf("huiji %s ended with %d, want %d", strings.Join(args, " "), got, want)
		}
	}
	huiji(0, "init", "--merchant", "店", "--store", "S1", "--owner", "owner", "--password-file", at("pw"))
	huiji(1, "import", "orders", at("nothing.csv"), "--profile", "generic")
	huiji(1, "import", "orders", at("shop.csv"), "--profile", "nothing")
	huiji(1, "import", "orders", at("shop.csv"), "--profile", at("broken.yaml"))
	huiji(1, "import", "orders", at("shop.csv"), "--profile", "online-retail")
	huiji(2, "import", "orders", at("shop.csv"))
	for _, flag := range []string{"--report", "--set-aside"} {
		huiji(1, "import", "orders", at("shop.csv"), "--profile", "generic", flag, at("shop.csv"))
	}
	huiji(0, "import", "orders", at("shop.csv"), "--profile", "generic", "--dry-run", "--report", at("dry.json"), "--set-aside", at("aside.csv"))
	huiji(0, "import", "orders", at("shop.csv"), "--profile", "generic", "--report", at("one.json"))
	huiji(0, "import", "orders", at("shop.csv"), "--profile", "generic", "--report", at("two.json"), "--lang", "en")
	huiji(0, "doctor")
	dry, one, two := reported(t, at("dry.json")), reported(t, at("one.json")), reported(t, at("two.json"))
	if dry["gross"] != 2000.0 || dry["digest"] != "" || one["digest"] == "" || one["digest"] != two["digest"] {
		t.Errorf("%v\n%v\n%v", dry, one, two)
	}
	if made := two["new"].(map[string]any); made["orders"] != 0.0 || one["new"].(map[string]any)["orders"] != 1.0 {
		t.Errorf("%v\n%v", one, two)
	}
	right := strings.Replace(shopFile, ",x,", ",3,", 1)
	if err := os.WriteFile(at("right.csv"), []byte(strings.Replace(right, "2026-01-06\n3,", "2026-01-06\n1,", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	huiji(0, "import", "orders", at("right.csv"), "--profile", "generic", "--report", at("three.json"))
	huiji(0, "doctor")
	if three := reported(t, at("three.json")); three["supplements"] != 1.0 || three["gross"] != 5000.0 || three["rows_used"] != 3.0 {
		t.Errorf("%v", three)
	}
	for _, name := range []string{at("aside.csv"), filepath.Join(data, "shop.csv.set-aside.csv")} {
		raw, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(raw), "4,malformed.quantity,") {
			t.Errorf("%s: %q %v", name, raw, err)
		}
	}
}

func reported(t *testing.T, path string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	report := map[string]any{}
	if err := json.Unmarshal(raw, &report); err != nil {
		t.Fatal(err)
	}
	return report
}
