/*
 * bench/office_bench.py's browser: how long until a page with the whole district is usable.
 *     node bench/office.mjs URL COOKIE
 * Usable: the rows, tiles or numbers stand there, nothing says "loading", and the main
 * thread answers within a frame. Prints JSON {page: {first, median}} in milliseconds.
 */
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

async function visit(path, wanted) {
  const page = await context.newPage()
  const began = performance.now()
  await page.goto(url + path, { waitUntil: 'commit' })
  await page.locator(wanted).first().waitFor({ timeout: 20_000 })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))))
  const ms = performance.now() - began
  await page.close()
  return ms
}
const found = {}
for (const [name, [path, wanted]] of Object.entries(pages)) {
  const times = []
  try {
    for (let i = 0; i < 7; i++) times.push(await visit(path, wanted))
  } catch (e) {
    if (name === 'list of findings' && times.length === 0) continue // its page is not there yet
    throw e
  }
  const later = times.slice(1).sort((a, b) => a - b)
  found[name] = { first: times[0], median: later[Math.floor(later.length / 2)] }
}
await browser.close()
console.log(JSON.stringify(found))
