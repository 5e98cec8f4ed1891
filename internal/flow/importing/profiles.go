package importing

import (
	"embed"
	"path"
	"strings"

	"huiji/internal/core/fault"
)

// Profiles that come with the product, one file each.
//
//go:embed profiles/*.yaml
var profiles embed.FS

// ProfileNames lists the profiles that come with the product.
func ProfileNames() []string {
	entries, err := profiles.ReadDir("profiles")
	if err != nil {
		return nil // The folder is part of the program.
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// IncludedProfile reads a profile that comes with the product.
func IncludedProfile(name string) (Profile, error) {
	text, err := profiles.ReadFile(path.Join("profiles", path.Base(name)+".yaml"))
	if err != nil {
		all := strings.Join(ProfileNames(), ", ")
		return Profile{}, fault.Newf(fault.Invalid, "import.profile_unknown",
			"没有名为“%s”的导入方案；自带的有：%s，也可以给出一个 .yaml 文件", "there is no import profile called %q; there are %s, or name a .yaml file",
			name, all).At("profile", name)
	}
	return ParseProfile(name+".yaml", text)
}
