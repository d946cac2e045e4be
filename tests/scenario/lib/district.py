"""Plain sites with a little trouble each, for scenarios about the life of a run:
district.py DIR N makes DIR/s1 ... DIR/sN (pages are ours, invented and inert)."""
import sys
from pathlib import Path

root, n = Path(sys.argv[1]), int(sys.argv[2])
TEXT = "为方便群众了解工作，本栏目公开年度重点工作安排、预算决算和政策文件解读，各科室按照职责分工及时更新。"


def page(title, body):
    return (f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
            f'<h1>{title}</h1><ul><li><a href="/">首页</a></li>'
            + "".join(f'<li><a href="/p{i}.html">栏目{i}</a></li>' for i in range(1, 9))
            + f'</ul><p>{TEXT}</p>\n{body}\n</body></html>\n')


for s in range(1, n + 1):
    site = root / f"s{s}"
    (site / "secret").mkdir(parents=True, exist_ok=True)
    pages = {"index.html": page(f"星源区第{s}单位", f'<p><a href="/logout">退出登录</a> <a href="/admin/delete?id=3">删除</a> '
                                '<a href="/secret/plan.html">内部</a> <a href="/user.php?action=delete&amp;id=9">清理</a></p>')}
    for i in range(1, 9):
        pages[f"p{i}.html"] = page(f"栏目{i}-第{s}单位", f"<p>第{s}单位栏目{i}：{TEXT * (i % 3 + 1)}</p>")
    pages["p3.html"] = page("友情链接", '<div style="position:absolute;left:-9999px"><a href="http://a.bet-city.example/">'
                            '百家乐在线投注</a><a href="http://b.bet-city.example/">澳门赌场</a></div>')
    pages["p5.html"] = page("名单公示", "<p>王某某，联系电话13800138000，居民身份证11010119900307803X。</p>") if s % 2 else pages["p5.html"]
    pages["secret/plan.html"] = page("不应被抓取", "")
    for name, text in pages.items():
        (site / name).write_text(text, encoding="utf-8")
    (site / "robots.txt").write_text("User-agent: *\nDisallow: /secret/\n")
