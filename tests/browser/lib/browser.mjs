/*
 * Debian's Chromium, driven by playwright-core. Every page is watched: a script error, a
 * refusal of the content policy or a dialog that a planted script opened is a failed test.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root, startOffice } from './office.mjs'
import { anyFailed, claim as plainClaim, equal, yes } from './tap.mjs'
import { freshTotp } from './totp.mjs'

const require = createRequire(join(root, 'ui/package.json'))
const { chromium } = require('playwright-core')
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const shots = join(root, 'build/screenshots')

export const password = 'violet anchor seldom rain'

/*
 * WORK gets a running office (OPTIONS: startOffice's) and a browser:
 *   url, setupLink()     of the office
 *   newPage(options)     a watched page in a context of its own: {lang, theme, width, height};
 *                        {as: page} is signed in as that page is, {as: person} as somebody of
 *                        lib/people.mjs (a code is good only once: another sign-in of the
 *                        same account waits up to 30 s)
 *   claim(name, check)   one TAP line; takes a screenshot when it fails
 *   shot(page, name)     build/screenshots/NAME.png
 *   axe(page, rules?)    throws when axe finds anything of WCAG 2.2 A, AA or best practice
 *   found(page, o)       first administrator through the set-up link; returns {login, secret}
 *   signIn(page, who)
 */
export async function withOffice(work, options = {}) {
  const office = await startOffice(options)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const pages = []
  const trouble = []
  mkdirSync(shots, { recursive: true })

  async function newPage({ lang = 'zh', theme = 'light', width = 1366, height = 768, as } = {}) {
    const context = await browser.newContext({
      viewport: { width, height },
      locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
    })
    if (as) await context.addCookies(await (as.context ? as.context().cookies() : as.cookies()))
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.addInitScript(([lang, theme]) => {
      if (window !== window.top) return // a sandboxed frame has no store
      if (!localStorage.getItem('wx.preferences')) localStorage.setItem('wx.preferences', JSON.stringify({ lang, theme }))
    }, [lang, theme])
    watch(page, trouble)
    pages.push(page)
    return page
  }
  const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) })
  const claim = (name, check) =>
    plainClaim(name, check, async () => {
      const page = pages.filter((p) => !p.isClosed()).at(-1)
      await page?.screenshot({ path: join(shots, `failed-${name.replace(/[^\w]+/g, '-').slice(0, 60)}.png`) }).catch(() => undefined)
    })
  try {
    await work({ ...office, browser, newPage, shot, claim, axe, found: (page, o) => found(page, office, o), signIn: (page, who) => signIn(page, office, who) })
    await claim('no script failed, nothing was refused by the content policy, no planted script ran', () =>
      equal(trouble, [], 'trouble'))
  } catch (e) {
    await claim('the test ran to its end', () => {
      throw e
    })
  } finally {
    await browser.close()
    await office.stop()
  }
  process.exitCode = anyFailed() ? 1 : 0
}

function watch(page, trouble) {
  page.on('pageerror', (e) => trouble.push(`${page.url()}: ${e.message}`))
  page.on('dialog', (d) => {
    trouble.push(`${page.url()}: dialog "${d.message()}"`)
    void d.dismiss()
  })
  page.on('console', (m) => {
    // an answer of 4xx is told there too; tests provoke those on purpose
    if (m.type() === 'error' && !/^Failed to load resource/.test(m.text())) trouble.push(`${page.url()}: ${m.text()}`)
    if (/Trusted Type|Content Security Policy/.test(m.text())) trouble.push(`${page.url()}: ${m.text()}`)
  })
}

export const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/* RULES: only these; without, all of WCAG 2.2 A and AA and of good practice. WHERE: a selector,
 * when the rest of the page was looked at already. */
export async function axe(page, rules = [...wcag, 'best-practice'], where) {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const { violations } = await page.evaluate(([runOnly, where]) =>
    window.axe.run(where ?? document, { resultTypes: ['violations'], runOnly }), [rules, where])
  const lines = violations.flatMap((v) => v.nodes.slice(0, 3).map((n) =>
    `${v.id} (${v.impact}): ${n.target.join(' ')} — ${(n.failureSummary ?? '').split('\n')[1] ?? ''}`))
  yes(!lines.length, `axe at ${page.url()}:\n${lines.join('\n')}`)
}

/* Nothing is being fetched or drawn any more. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .el-skeleton'))
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

async function found(page, office, o = {}) {
  const who = { login: 'founder', name: '张示例', office: '示例区网络安全和信息化办公室', password, secret: '', ...o }
  await page.goto(office.setupLink())
  await page.fill('input[name=office]', who.office)
  await page.fill('input[name=name]', who.name)
  await page.fill('input[name=username]', who.login)
  await page.fill('input[name=new-password]', who.password)
  await page.fill('input[name=repeat-password]', who.password)
  await page.click('button[type=submit]')
  await page.waitForSelector('input[name=totp], .frame')
  if (await page.locator('input[name=totp]').count()) await enrol(page, who)
  await page.waitForSelector('.frame h1')
  return who
}

/* On a page with <TotpEnrol>: keeps the secret in WHO. */
export async function enrol(page, who) {
  who.secret = (await page.textContent('.secret')).replace(/\s/g, '')
  await page.fill('input[name=totp]', await freshTotp(who.secret))
  await page.click('form button[type=submit]')
  await page.waitForSelector('.codes li')
  who.recovery = await page.locator('.codes li').allTextContents()
  await page.click('.el-checkbox')
  await page.click('.el-button--primary:not(.is-disabled)')
}

async function signIn(page, office, who) {
  // a page that was asked for without a session has led here already
  if (!page.url().startsWith(office.url)) await page.goto(`${office.url}/sign-in`)
  await page.fill('input[name=username]', who.login)
  await page.fill('input[name=password]', who.password)
  if (who.secret) await page.fill('input[name=code]', await freshTotp(who.secret))
  await page.click('button[type=submit]')
  await page.waitForSelector('.frame h1')
}
export { equal, yes }
