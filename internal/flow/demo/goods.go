package demo

import (
	"fmt"
	"strconv"
	"strings"

	"huiji/internal/core/unit"
)

func shops() []Shop {
	return []Shop{
		{Code: "RMGC", Name: "汇积·人民广场店", Address: "上海市黄浦区人民广场（演示地址）", Clerks: []string{"周小敏", "何佳宁", "陆一帆", "邱梦溪"}, weight: 45},
		{Code: "JAS", Name: "汇积·静安寺店", Address: "上海市静安区静安寺（演示地址）", Clerks: []string{"方晓彤", "沈书言", "韩子墨"}, weight: 32},
		{Code: "XJH", Name: "汇积·徐家汇店", Address: "上海市徐汇区徐家汇（演示地址）", Clerks: []string{"叶知秋", "唐可欣", "罗景行"}, weight: 23},
	}
}

// The categories of the assortment.
const (
	skin    = "护肤"
	makeUp  = "彩妆"
	hair    = "洗护"
	scent   = "香氛"
	tea     = "茶与咖啡"
	snacks  = "零食"
	home    = "家居"
	service = "护理服务"
)

// assortment is the shelf: category, brand, name, price in yuan, and how often
// it is bought beside the others. The names of the brands are invented.
const assortment = `
护肤 柚见 氨基酸洁面乳 120g|79|9
护肤 柚见 玻尿酸保湿水 150ml|128|8
护肤 柚见 烟酰胺精华液 30ml|239|5
护肤 柚见 神经酰胺面霜 50g|268|5
护肤 柚见 修护面膜 5片装|99|10
护肤 柚见 轻透防晒乳 50ml|149|8
护肤 青禾里 山茶花卸妆油 200ml|138|6
护肤 青禾里 多肽眼霜 15g|329|2
护肤 青禾里 积雪草舒缓凝胶 80g|69|6
护肤 青禾里 男士控油洁面 100g|65|4
护肤 青禾里 护手霜 40g|39|9
彩妆 朝颜集 丝绒唇釉|119|8
彩妆 朝颜集 柔雾气垫 13g|189|5
彩妆 朝颜集 九色眼影盘|168|3
彩妆 朝颜集 极细眉笔|59|7
彩妆 朝颜集 自然腮红|88|4
彩妆 朝颜集 防水睫毛膏|99|4
彩妆 朝颜集 定妆散粉 8g|129|4
彩妆 朝颜集 卸甲油 100ml|29|3
彩妆 朝颜集 指甲油 单色|35|5
彩妆 朝颜集 化妆刷五件套|159|2
洗护 沐禾记 无硅油洗发水 500ml|89|8
洗护 沐禾记 柔顺护发素 500ml|85|6
洗护 沐禾记 发膜 250g|109|4
洗护 沐禾记 生姜防脱洗发水 400ml|128|4
洗护 沐禾记 氨基酸沐浴露 500ml|69|8
洗护 沐禾记 身体乳 300ml|79|6
洗护 沐禾记 磨砂膏 200g|75|3
洗护 沐禾记 儿童泡沫洗手液 300ml|36|5
洗护 沐禾记 木质按摩梳|58|3
香氛 半川 桂花香薰蜡烛 180g|158|4
香氛 半川 白茶无火香薰 100ml|139|5
香氛 半川 雪松淡香水 50ml|298|2
香氛 半川 橙花淡香水 50ml|298|3
香氛 半川 衣物香片 4枚|45|6
香氛 半川 车载香薰|119|3
香氛 半川 助眠枕头喷雾 60ml|88|4
香氛 半川 手工线香 20支|66|4
茶与咖啡 一间茶舍 龙井绿茶 100g|168|4
茶与咖啡 一间茶舍 正山小种红茶 100g|138|4
茶与咖啡 一间茶舍 茉莉花茶 75g|78|6
茶与咖啡 一间茶舍 陈皮白茶 80g|198|3
茶与咖啡 一间茶舍 桂花乌龙茶包 15袋|59|9
茶与咖啡 一间茶舍 玫瑰花草茶 60g|49|6
茶与咖啡 一间茶舍 冷萃咖啡液 10杯|89|7
茶与咖啡 一间茶舍 挂耳咖啡 10包|75|8
茶与咖啡 一间茶舍 现制美式咖啡|18|14
茶与咖啡 一间茶舍 现制拿铁咖啡|24|15
茶与咖啡 一间茶舍 现制柠檬红茶|19|11
零食 栗屿 每日坚果 7日装|69|8
零食 栗屿 冻干草莓脆 50g|32|7
零食 栗屿 海盐黑巧克力 100g|46|6
零食 栗屿 桂花糕 6枚|38|7
零食 栗屿 燕麦饼干 200g|28|8
零食 栗屿 低糖蔓越莓干 120g|26|6
零食 栗屿 手工牛轧糖 250g|48|5
零食 栗屿 阿胶糕礼盒 300g|188|2
零食 栗屿 即食燕窝 6瓶|398|1
家居 眠山 棉柔洗脸巾 80抽|25|12
家居 眠山 真丝眼罩|98|3
家居 眠山 珊瑚绒毛巾 2条|56|5
家居 眠山 浴袍|239|1
家居 眠山 陶瓷马克杯|59|5
家居 眠山 便携保温杯 350ml|129|4
家居 眠山 桌面收纳盒|69|3
家居 眠山 干花花束|88|3
家居 眠山 折叠化妆镜|79|3
家居 眠山 帆布袋|49|4
家居 眠山 礼品袋|3|8
家居 眠山 礼盒包装|10|4
护理服务 汇积 基础补水护理 60分钟|268|5
护理服务 汇积 深层清洁护理 75分钟|328|4
护理服务 汇积 抗初老护理 90分钟|498|2
护理服务 汇积 肩颈舒缓 45分钟|198|5
护理服务 汇积 头皮养护 60分钟|238|4
护理服务 汇积 单色美甲|128|6
护理服务 汇积 款式美甲|228|4
护理服务 汇积 美睫 自然款|258|3
护理服务 汇积 眉形设计|88|4
护理服务 汇积 皮肤检测|48|3
`

// goods reads the shelf. A bag and a wrapping are sold at cost and earn nothing.
func goods() []Good {
	var all []Good
	for line := range strings.Lines(strings.TrimSpace(assortment)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		head := strings.SplitN(parts[0], " ", 3)
		yuan, _ := strconv.ParseInt(parts[1], 10, 64) // The shelf above is right: a test reads all of it.
		weight, _ := strconv.Atoi(parts[2])
		g := Good{
			Category: head[0], Brand: head[1], Name: head[2], Price: unit.Money(yuan * 100), weight: weight,
			Service: head[0] == service, Earns: !strings.HasPrefix(head[2], "礼"), TaxRate: taxRate(head[0], head[2]),
			SKU: fmt.Sprintf("HJ-%d", 1001+len(all)), Barcode: barcode(len(all) + 1),
		}
		all = append(all, g)
	}
	return all
}

// taxRate is the value added tax of the trade, in basis points: services and
// drinks made to order 6 %, tea leaves 9 %, everything else 13 %.
func taxRate(category, name string) int64 {
	switch {
	case category == service || strings.HasPrefix(name, "现制"):
		return 600
	case category == tea && strings.Contains(name, "茶") && !strings.Contains(name, "茶包"):
		return 900
	}
	return 1300
}

// barcode is an EAN-13 with the prefix that is left to shops, 200 to 299, so
// that it never names a real product.
func barcode(n int) string {
	digits := fmt.Sprintf("298%09d", 100_000+n*37)
	sum := 0
	for i, r := range digits {
		weight := 1
		if i%2 == 1 {
			weight = 3
		}
		sum += int(r-'0') * weight
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}
