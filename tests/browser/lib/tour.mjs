/* Going through the interface without loading it anew, and reading what stands there. */
import { settled } from './browser.mjs'

/* Every route, from the running router: [{path, name, title, right, isBare, isOpen}] */
export const routesOf = (page) =>
  page.evaluate(() => document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
    .filter((r) => !r.redirect)
    .map((r) => ({ path: r.path, name: String(r.name ?? ''), right: r.meta.right, isBare: !!r.meta.isBare, isOpen: !!r.meta.isOpen })))

export async function go(page, path) {
  await page.evaluate((path) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(path), path)
  await page.waitForSelector('main h1')
  await settled(page)
}

/* What is to be read in the page: [{text, where}], without what is data, code or hidden. */
const texts = (page) =>
  page.evaluate(() => {
    const found = []
    const leaves = 'code, pre, kbd, script, style, noscript, option, [role=option], .wx-mono, .mono, [data-test=one-time]'
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const text = walk.currentNode.data.replace(/\s+/g, ' ').trim()
      const parent = walk.currentNode.parentElement
      // a word in another language says so itself (the switch of languages)
      const isForeign = parent.closest('[lang]') !== document.documentElement
      if (!text || isForeign || parent.closest(leaves) || !parent.checkVisibility()) continue
      found.push({ text, tag: parent.tagName, heads: !!parent.closest('h1, h2, h3, th, label, button, legend, dt, nav') })
    }
    for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]'))
      for (const a of ['aria-label', 'placeholder', 'title'])
        if (e.getAttribute(a) && !e.closest('code, .wx-mono')) found.push({ text: e.getAttribute(a), tag: `${e.tagName}@${a}`, heads: false })
    return found
  })

/*
 * What should not stand there: keys of messages shown raw, English sentences in a Chinese page,
 * Chinese headings in an English one. AREAS: names of the interface's subjects.
 */
export async function textFaults(page, lang, areas) {
  const key = new RegExp(`^(${areas.join('|')})(\\.[a-zA-Z][\\w]*)+$`)
  const faults = []
  for (const { text, tag, heads } of await texts(page)) {
    if (key.test(text) || /\b(undefined|NaN|\[object Object\])/.test(text)) faults.push(`${tag} "${text}" is raw`)
    // three words in a row: names of products and protocols have fewer
    else if (lang === 'zh' && /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(text)) faults.push(`${tag} "${text.slice(0, 90)}" is English`)
    else if (lang === 'en' && heads && /[\u4e00-\u9fff]/.test(text) && !/示例|初始管理员|办公室(人员|第二人)|中文|网巡/.test(text)) faults.push(`${tag} "${text.slice(0, 60)}" is Chinese`)
  }
  return [...new Set(faults)]
}

/* What is cut off or runs over at this width. */
export const layoutFaults = (page) =>
  page.evaluate(() => {
    const faults = []
    if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${innerWidth}`)
    const main = document.querySelector('main')
    if (main && main.scrollWidth > main.clientWidth + 1) faults.push(`main is ${main.scrollWidth} px wide in ${main.clientWidth}`)
    for (const e of document.querySelectorAll('main button, main a, main h1, main h2, main th, main dt')) {
      const box = e.getBoundingClientRect()
      const hidden = e.closest('.wx-sr, [aria-hidden=true]') || getComputedStyle(e).visibility === 'hidden'
      const scrolls = e.closest('.scroll, .el-table, [role=region], .el-select, .el-dialog')
      if (!hidden && !scrolls && box.width && box.right > innerWidth + 1) faults.push(`${e.tagName} "${e.textContent.trim().slice(0, 40)}" ends at ${Math.round(box.right)} px`)
    }
    return faults
  })
