/*
 * Small sites on this machine for an office to inspect, and the flags that lead its server to
 * them. Pages are ours, invented and inert; what is planted stands in PLANTED.
 */
import { createServer } from 'node:http'
import { freePort } from './office.mjs'

const text = '为方便群众了解工作，本栏目公开年度重点工作安排、预算决算和政策文件解读，各科室按照职责分工及时更新。'
const page = (title, body) => `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title></head><body>
<h1>${title}</h1><ul><li><a href="/">首页</a></li>${[1, 2, 3, 4].map((i) => `<li><a href="/p${i}.html">栏目${i}</a></li>`).join('')}</ul><p>${text}</p>
${body}</body></html>`

export const planted = {
  hidden: '<div style="position:absolute;left:-9999px"><a href="http://a.bet-city.example/">百家乐在线投注</a><a href="http://b.bet-city.example/">澳门赌场</a></div>',
  personal: '<p>王某某，联系电话13800138000，居民身份证11010119900307803X。</p>',
}

/*
 * SITES: {host: {path: markup put into that page}}; may be changed while they are up.
 * Returns {flags, requests: [{at, host, path, agent}], stop()}.
 */
export async function startSites(sites) {
  const requests = []
  const server = createServer((q, a) => {
    const host = String(q.headers.host).split(':')[0]
    const site = sites[host] ?? sites[host.replace(/^www\./, '')]
    const path = q.url === '/' ? '/index.html' : q.url
    requests.push({ at: Date.now(), host, path, agent: q.headers['user-agent'] })
    if (!site || !/^\/(index|p[1-4])\.html$/.test(path)) {
      a.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' })
      return a.end('<!DOCTYPE html><title>没有这一页</title><p>没有这一页</p>')
    }
    a.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    a.end(q.method === 'HEAD' ? undefined : page(`${host} ${path.slice(1, -5)}`, site[path] ?? ''))
  })
  const port = await freePort()
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  const flags = ['--allow-private']
  for (const host of Object.keys(sites)) flags.push('--resolve', `${host}:80:127.0.0.1:${port}`)
  return {
    flags,
    requests,
    stop: () => new Promise((done) => {
      server.close(done)
      server.closeAllConnections()
    }),
  }
}
