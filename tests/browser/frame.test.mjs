/* The frame of every page: themes, languages, keyboard, help, places that do not exist. */
import { equal, settled, withOffice, yes } from './lib/browser.mjs'

const routes = [
  ['help', '/help/start'], ['help-words', '/help/words'], ['help-filter', '/help/filter'], ['register', '/register'],
  ['account', '/account'], ['password', '/account/password'], ['totp', '/account/totp'],
  ['not-found', '/nothing/here'], ['forbidden', '/forbidden?from=/x'],
]

await withOffice(async ({ url, newPage, claim, shot, axe, found }) => {
  const first = await newPage()
  await found(first)

  for (const theme of ['light', 'dark'])
    for (const lang of ['zh', 'en']) {
      const page = await newPage({ theme, lang, as: first })
      for (const [name, path] of routes)
        await claim(`axe finds nothing: ${path}, ${theme}, ${lang}`, async () => {
          await page.goto(url + path)
          await page.waitForSelector('main h1')
          await axe(page)
          equal(await page.getAttribute('html', 'lang'), lang === 'zh' ? 'zh-CN' : 'en')
          equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), theme === 'dark')
          if (theme === 'light' || lang === 'en') await shot(page, `frame-${name}-${theme}-${lang}`)
        })
      await page.context().close()
    }

  const page = first
  await claim('the first Tab offers to skip to the content, and does', async () => {
    await page.goto(`${url}/help/start`)
    await page.waitForSelector('main h1')
    await page.keyboard.press('Tab')
    equal(await page.evaluate(() => document.activeElement?.className), 'skip')
    await page.keyboard.press('Enter')
    equal(await page.evaluate(() => document.activeElement?.id), 'main')
  })
  await claim('going to another page moves the focus to its heading and says its title', async () => {
    await page.goto(`${url}/help/start`)
    await page.waitForSelector('main h1')
    await page.getByRole('link', { name: '名词' }).click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    equal(await page.evaluate(() => document.activeElement.textContent), '名词')
    yes((await page.title()).startsWith('名词 · '), await page.title())
  })
  await claim('the theme is chosen by keyboard alone and kept over a reload', async () => {
    await page.getByRole('button', { name: '显示主题' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: '深色' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.documentElement.classList.contains('dark'))
    await page.reload()
    await page.waitForSelector('main h1')
    equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), true)
    await page.evaluate(() => localStorage.setItem('wx.preferences', '{"lang":"zh","theme":"light"}'))
  })
  await claim('axe finds nothing while menus are open', async () => {
    for (const name of ['显示主题', '张示例']) {
      await page.goto(`${url}/help/start`)
      await page.waitForSelector('main h1')
      await page.getByRole('button', { name }).click()
      await page.getByRole('menu').first().waitFor()
      await axe(page)
      await shot(page, `frame-menu-${name === '张示例' ? 'account' : 'theme'}`)
    }
  })
  await claim('the language changes at once, without a reload', async () => {
    await page.goto(`${url}/help/start`)
    await page.waitForSelector('main h1')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'What to do first' }).waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { level: 1, name: '先做什么' }).waitFor()
  })
  await claim('at 1366×768 and at 200 % zoom nothing is cut off sideways', async () => {
    for (const width of [1366, 683]) {
      await page.setViewportSize({ width, height: 768 })
      await page.goto(`${url}/help/start`)
      await settled(page)
      equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `width ${width}`)
    }
    await page.setViewportSize({ width: 1366, height: 768 })
  })
  await claim('the content policy is strict: no inline script, no style element, markup from text refused', async () => {
    const answer = await page.goto(`${url}/help/start`)
    const policy = answer.headers()['content-security-policy']
    for (const part of ["script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
      yes(policy.includes(part), `${part} is in ${policy}`)
    yes(!/(script|style)-src [^;]*unsafe/.test(policy), policy)
    const other = await page.context().newPage() // unwatched: its refusals are wanted
    await other.goto(`${url}/help/start`)
    equal(await other.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<b>x</b>'
        return 'taken'
      } catch (e) {
        return e.name
      }
    }), 'TypeError')
    await other.close()
  })
})
