/* A real round over a site of our own, for pages that need what only an inspection makes. */
import { createServer } from 'node:http'
import { freePort } from './office.mjs'
import { yes } from './tap.mjs'

/* A permit over SITES, issued by PERSON, and a round under it to its end: {permit, round}. */
export async function inspected(person, sites, { permit = {}, round = {} } = {}) {
  const paper = await person.post('/permits', {
    name: '第一轮远程技术检测', number: '星网安〔2026〕9号', depth: 'passive', holder: '示例区网信办', contact: 'wx@xingyuan.example',
    selection: { sites }, allow: ['127.0.0.0/8'], valid_until: '2036-07-01T00:00:00+08:00', pace_per_min: 24_000,
    host_connections: 2, connections: 16, ...permit,
  })
  await person.post(`/permits/${paper.id}/issue`)
  const made = await person.post('/rounds', { permit_id: paper.id, name: '第一轮', max_pages: 60, ...round })
  for (let i = 0; ; i++) {
    const now = await person.get(`/rounds/${made.id}`)
    if (now.state === 'done') return { permit: paper.id, round: made.id }
    yes(i < 300 && now.state !== 'failed', `the round is ${now.state}: ${now.why}`)
    await new Promise((done) => setTimeout(done, 200))
  }
}

const story = '为方便群众了解工作，本栏目公开年度重点工作安排、预算决算和政策文件解读，各科室按照职责分工及时更新。'

/* A plain site with a little trouble, on loopback: {flags of the server for HOST, stop()}. */
export async function startPlainSite(host) {
  const links = '<a href="/">首页</a> <a href="/1.html">公开</a> <a href="/2.html">名单</a> <a href="/gone.html">旧闻</a> <a href="http://oa.xingyuan.gov.cn/">办公</a>'
  const pages = {
    '/': `<h1>示例区教育局</h1>${links}<p>${story.repeat(3)}</p><p>主办单位：示例区另一局</p><p>京ICP备05000001号-1</p>
<div style="position:absolute;left:-9999px"><a href="http://a.bet-city.example/">百家乐在线投注</a><a href="http://b.bet-city.example/">澳门赌场</a></div>`,
    '/1.html': `${links}<p>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version</p><p>${story}</p>`,
    '/2.html': `${links}<p>王某某，联系电话13800138000，居民身份证11010119900307803X。</p>`,
  }
  const port = await freePort()
  const server = createServer((q, a) => {
    const body = pages[q.url]
    a.writeHead(body ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', Server: 'nginx/1.14.0', 'Set-Cookie': 'PHPSESSID=1; path=/' })
    a.end(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>示例区教育局</title></head><body>${body ?? '没有找到'}</body></html>`)
  })
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return {
    flags: ['--allow-private', '--resolve', `${host}:80:127.0.0.1:${port}`],
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  }
}
