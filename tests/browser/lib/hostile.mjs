/*
 * A site that plants scripts wherever an inspected site can put text, and the ear that hears
 * one run. Everything on loopback; the pages are ours.
 *
 * One payload does all three: asks the canary for a picture of its number, and when that
 * fails sets window.__pwned and opens a dialog.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTls } from 'node:https'
import { join } from 'node:path'
import { freePort } from './office.mjs'

const listen = (server, port) => new Promise((done) => server.listen(port, '127.0.0.1', done))
/* What the inspector reads as text, not as markup; elsewhere the page holds it raw. */
const escape = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')

/* heard(): the requests that planted text made: each asks for its number. Whatever else knocks
 * is a stranger who was told an old port, and is named. /control?n=: plant N in a page without
 * any protection. */
export async function startCanary(plants) {
  const port = await freePort()
  const hits = []
  const server = createServer((q, a) => {
    const { pathname, searchParams } = new URL(q.url, 'http://x')
    if (pathname === '/favicon.ico') return a.writeHead(404).end()
    if (pathname !== '/control') {
      if (/^\/\d+$/.test(pathname)) hits.push(q.url)
      else console.log(`# a stranger at the canary: ${q.method} ${q.url} of ${q.headers['user-agent']}`)
      return a.writeHead(404).end()
    }
    const { text, shape } = plants.at(Number(searchParams.get('n')))
    const shown = shape === 'link' ? `<a href="${text}">link</a>` : shape === 'field' ? text.replace(/[<>;"]/g, '\\$&') : text
    a.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    a.end(`<!DOCTYPE html><title>control</title><body><p>${shown}</p></body>`)
  })
  await listen(server, port)
  return { port, heard: () => hits.splice(0), stop: () => new Promise((done) => server.close(done)) }
}

/* What was planted where: make(place, shape) → the text; at(n). */
export class Plants {
  constructor() {
    this.all = []
    this.port = 0
  }
  at = (n) => this.all[n]
  make(place, shape = 'image') {
    const n = this.all.length
    const run = `onerror=__pwned=${n};alert(${n})>`
    const text = {
      image: `<img src=//127.0.0.1:${this.port}/${n} ${run}`,
      quoted: `"'><img src=//127.0.0.1:${this.port}/${n} ${run}`,
      // where 64 bytes are the ceiling, and RFC 4514 puts a backslash before < > ; and "
      field: `<img src=/${n} onerror=alert(${n}) x>`,
      token: `<script>alert(${n})</script>`, // where "=" ends a name
      template: `{{constructor.constructor('__pwned=${n}')()}}<img src=//127.0.0.1:${this.port}/${n} ${run}`,
      tiny: `<svg/onload=alert(${n})>`, // without a space: names in certificates have none
      link: `javascript:alert(${n})`,
    }[shape]
    this.all.push({ n, place, shape, text })
    return text
  }
}

/* A certificate authority and a certificate full of markup, by openssl. */
function certificate(dir, plants) {
  const at = (name) => join(dir, name)
  const run = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
  writeFileSync(at('ca.conf'), `[req]
prompt = no
distinguished_name = dn
x509_extensions = ca
string_mask = utf8only
[dn]
O = ${plants.make('certificate: issuer', 'field')}
CN = Example authority
[ca]
basicConstraints = critical,CA:TRUE
`)
  writeFileSync(at('leaf.conf'), `[req]
prompt = no
distinguished_name = dn
string_mask = utf8only
[dn]
O = ${plants.make('certificate: subject organisation', 'field')}
CN = ${plants.make('certificate: subject name', 'field')}
[leaf]
subjectAltName = @names
[names]
DNS.1 = ${plants.make('certificate: alternative name', 'tiny')}
DNS.2 = ${plants.make('certificate: another alternative name', 'tiny')}.xingyuan.gov.cn
URI.1 = ${plants.make('certificate: address', 'link')}
email.1 = ${plants.make('certificate: mail', 'tiny')}@xingyuan.gov.cn
`)
  run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'ca.conf', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30')
  run('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'leaf.conf', '-keyout', 'leaf.key', '-out', 'leaf.csr')
  run('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '10', '-extfile', 'leaf.conf', '-extensions', 'leaf', '-out', 'leaf.pem')
  return { key: readFileSync(at('leaf.key')), cert: readFileSync(at('leaf.pem'), 'utf8') + readFileSync(at('ca.pem'), 'utf8') }
}

const story = '星源区召开全区数字政府建设推进会，部署下一阶段政务服务“一网通办”重点任务，要求各街道、各部门压实责任。'

/* path → [status, type, body] of the site; addresses as a browser would send them. */
function pages(plants) {
  const html = (title, body, status = 200) => [status, 'text/html; charset=utf-8',
    `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`]
  const p = (place, shape) => plants.make(place, shape)
  const dead = `/list/${encodeURIComponent(p('path of a dead link', 'quoted'))}.html`
  const asked = `/show?id=${encodeURIComponent(p('query', 'quoted'))}`
  const file = p('name of a file', 'quoted')
  const folder = p('name of a folder')
  const at = `/files/${encodeURIComponent(folder)}/`
  const anchor = '<a href="/list/1.html">工作动态</a> <a href="/err.html">查询</a> <a href="/form.html">表单</a>'
  const site = {
    '/': html(`Hacked by ${p('title of the home page')} 星源区教育局 澳门赌场在线投注`, `<h1>星源区教育局 ${p('heading')}</h1>${anchor}
<p>${story.repeat(3)}</p>
<a href="${dead}">通知</a> <a href="${asked}">公告</a> <a href="${at}">下载</a> <a href="/api/list.json">数据</a> <a href="/hacked.html">专题</a> <a href="/name.html">名单</a>
<a href="${p('address of a link', 'link')}">打印</a>
<script src="http://cdn.example.com/${encodeURIComponent(p('address of a script', 'quoted'))}.js"></script>
<div style="position:absolute;left:-9999px"><a href="http://a.bet-city.example/${encodeURIComponent(p('path of a hidden link', 'quoted'))}">百家乐在线投注${escape(p('text of a hidden link'))}</a><a href="http://b.bet-city.example/">澳门赌场 ${escape(p('text of another hidden link', 'template'))}</a></div>
<a href="http://oa.xingyuan.gov.cn/${encodeURIComponent(p('path of a link to an unknown host', 'quoted'))}">办公</a>
<div class="footer"><p>主办单位：${p('name of the unit in the footer')}</p><p>联系电话：010-00000000 ${p('footer')}</p>
<p><a href="https://beian.miit.gov.cn/">京ICP备05000001号-1${p('ICP number', 'tiny')}</a></p><p>政府网站标识码：1101020001${p('site code', 'tiny')}</p></div>`),
    '/list/1.html': html(`栏目 ${p('title of a page', 'quoted')}`, `${anchor}<h1>栏目</h1><p>${story.repeat(4)}</p>`),
    '/hacked.html': html(`Hacked by ${p('title of a defaced page')}`, `${anchor}<h1>hacked by ${p('heading of a defaced page', 'quoted')}</h1>`),
    '/err.html': html('查询', `${anchor}<p>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${p('error message')}' at line 1</p>`, 500),
    '/form.html': html('表单', `${anchor}<form action="http://www.xingyuan.gov.cn/login?next=${encodeURIComponent(p('address of a form', 'quoted'))}" method="post"><input type="password" name="p"><input type="submit"></form>`),
    '/name.html': html(`名单 ${p('title of a page with personal data')}`, `${anchor}<table><tr><th>姓名${p('heading of a table')}</th><th>身份证号</th><th>手机</th></tr><tr><td>王某某${p('cell beside personal data')}</td><td>11010119900307803X</td><td>13800138000</td></tr></table>`),
    [at]: html(`Index of /files/${folder}/`, `<h1>Index of /files/${folder}/</h1><hr><pre><a href="../">../</a>
<a href="${encodeURIComponent(file)}.csv">${escape(file)}.csv</a>       05-Jan-2026 10:00     100
<a href="${encodeURIComponent(file)}.zip">${escape(file)}.zip</a>       05-Jan-2026 10:00     100
<a href="${encodeURIComponent(file)}.json">${escape(file)}.json</a>       05-Jan-2026 10:00     100
</pre><hr>`),
    [`${at}${encodeURIComponent(file)}.csv`]: [200, 'text/csv; charset=utf-8', `姓名,身份证号,手机\n王某某${p('attachment: table')},11010119900307803X,13800138000\n`],
    [`${at}${encodeURIComponent(file)}.zip`]: [200, 'application/zip', zipOf(`${p('attachment: name within an archive')}.txt`, p('attachment: text within an archive'))],
    [`${at}${encodeURIComponent(file)}.json`]: [200, 'application/json', JSON.stringify({ message: p('attachment: JSON'), 姓名: '王某某', 身份证号: '11010119900307803X', 联系电话: '13800138000' })],
    '/api/list.json': [200, 'application/json', JSON.stringify({ title: p('JSON'), 姓名: '王某某', 身份证号: '11010119900307803X' })],
  }
  site[asked] = html(p('title of an asked page'), `${anchor}<p>${story}</p>`)
  return site
}

function zipOf(name, text) {
  const script = 'import io,sys,zipfile\nb=io.BytesIO()\nz=zipfile.ZipFile(b,"w")\nz.writestr(sys.argv[1],sys.argv[2])\nz.close()\nsys.stdout.buffer.write(b.getvalue())'
  return execFileSync('python3', ['-c', script, name, text])
}

/* {http, https, asked(), stop()}: ports of the site; every answer's headers are planted too. */
export async function startHostile(dir, plants) {
  const site = pages(plants)
  const headers = [
    ['Server', `Apache/2.4.1 ${plants.make('header Server')}`],
    ['X-Powered-By', `PHP/5.6.1 ${plants.make('header X-Powered-By', 'quoted')}`],
    ['X-Generator', `Portal 3.1 ${plants.make('header X-Generator', 'template')}`],
    ['Set-Cookie', `${plants.make('name of a cookie', 'token')}session=${plants.make('value of a cookie')}; Path=/; SameSite=${plants.make('attribute of a cookie', 'tiny')}`],
    ['Strict-Transport-Security', `max-age=60; ${plants.make('header Strict-Transport-Security')}`],
    ['Content-Security-Policy', `default-src * ${plants.make('header Content-Security-Policy')}`],
  ]
  const asked = []
  const answer = (q, a) => {
    asked.push(q.url)
    const [status, type, body] = site[q.url] ?? [404, 'text/html; charset=utf-8', `<html><head><title>404</title></head><body>没有找到</body></html>`]
    a.writeHead(status, [...headers.flat(), 'Content-Type', type])
    a.end(q.method === 'HEAD' ? undefined : body)
  }
  const servers = [createServer(answer), createTls(certificate(dir, plants), answer)]
  const ports = []
  for (const server of servers) {
    ports.push(await freePort())
    await listen(server, ports.at(-1))
  }
  return {
    http: ports[0], https: ports[1], asked: () => asked,
    stop: () => Promise.all(servers.map((s) => new Promise((done) => (s.closeAllConnections(), s.close(done))))),
  }
}
