/*
 * bench/office_bench.py's browser: how long until a page with the whole district is usable.
 *     node bench/office.mjs URL COOKIE
 * Usable: the rows, tiles or numbers stand there, nothing says "loading", and the main
 * thread answers within a frame. Prints JSON {page: {first, median, cpu}} in milliseconds;
 * cpu is what all processes of the browser took for it, which other work on the machine
 * changes little.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(fileURLToPath(new URL('../ui/package.json', import.meta.url)))
const { chromium } = require('playwright-core')
const [url, cookie] = process.argv.slice(2)
const pages = {
  overview: ['/overview', 'dl .value'],
  'list of sites': ['/register/site', 'main table tbody tr'],
  'list of findings': ['/findings', 'main table tbody tr'],
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
await context.addCookies([{ name: '__Host-wangxun', value: cookie, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' }])

/* of whatever this process started, and of what that started */
function cpuMs(pid = process.pid, isOurs = false) {
  let sum = 0
  try {
    if (isOurs) {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')
      sum += (Number(fields[11]) + Number(fields[12])) * 10 // 100 ticks a second
    }
    for (const task of readdirSync(`/proc/${pid}/task`))
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean)) sum += cpuMs(child, true)
  } catch {
    // it ended meanwhile
  }
  return sum
}

async function visit(path, wanted) {
  const page = await context.newPage()
  const before = cpuMs()
  const began = performance.now()
  await page.goto(url + path, { waitUntil: 'commit' })
  await page.locator(wanted).first().waitFor({ timeout: 20_000 })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))))
  const ms = performance.now() - began
  const cpu = cpuMs() - before
  await page.close()
  return { ms, cpu }
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const found = {}
for (const [name, [path, wanted]] of Object.entries(pages)) {
  const visits = []
  for (let i = 0; i < 10; i++) visits.push(await visit(path, wanted))
  found[name] = { first: visits[0].ms, median: median(visits.slice(1).map((v) => v.ms)), cpu: median(visits.slice(1).map((v) => v.cpu)) }
}
await browser.close()
console.log(JSON.stringify(found))
