/*
 * The first hour of an office: an empty folder, the one-time link, a pasted list, the rows that
 * need mending, a permit, a real inspection of sites on this machine, the first finding.
 */
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { planted, startSites } from './lib/sites.mjs'
import { layoutFaults, textFaults } from './lib/tour.mjs'

const hosts = ['www.jyj.xingyuan.gov.cn', 'www.swj.xingyuan.gov.cn', 'wjw.xingyuan.gov.cn']
const sites = await startSites({
  [hosts[0]]: { '/p3.html': planted.hidden },
  [hosts[1]]: { '/p2.html': planted.personal },
  [hosts[2]]: {},
})
// as it comes out of a spreadsheet: tabs, a column nobody knows, a row without a domain
const list = [
  '序号\t网站名称\t域名\t主办单位\t印象',
  `1\t教育信息网\thttp://${hosts[0]}/\t区教育局\t好`,
  '2\t水务在线\twww.swj xingyuan.gov.cn\t区水务局\t好',
  `3\t卫生健康网\t${hosts[2]}\t区卫生健康委员会\t好`,
  '4\t尚未开通\t\t区体育局\t',
].join('\n')

await withOffice(async ({ newPage, claim: plainClaim, shot, axe, found }) => {
  // one path: without a step there is no next
  let isWhole = true
  const claim = (name, check) => plainClaim(name, async () => {
    yes(isWhole, 'a step before it failed')
    isWhole = false
    await check()
    isWhole = true
  })
  const page = await newPage()
  const looked = async (name) => {
    await settled(page)
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, 'zh', ['inspect', 'finding', 'frame']), [], 'texts')
    await shot(page, name)
  }
  await claim('the set-up link leads in, and the first page leads to the wizard', async () => {
    await found(page)
    await looked('wizard-0-home')
    await page.locator('main').getByRole('link', { name: '打开检测向导' }).click()
    await page.waitForURL(/\/wizard$/)
    await looked('wizard-1-list')
  })
  await claim('a pasted list is understood, and what is wrong stands beside its row', async () => {
    await page.locator('[data-test=wizard-list]').fill(list)
    await page.getByRole('button', { name: '读取清单' }).click()
    await page.locator('[data-test=mend-row]').first().waitFor()
    equal(await page.locator('[data-test=mend-row]').count(), 2, 'rows to be mended')
    const counts = await page.locator('[data-test=wizard-counts]').textContent()
    yes(/读到 4 行/.test(counts) && /2 行可以登记/.test(counts) && /2 行需要修改/.test(counts), counts)
    const bad = await page.locator('[data-test=mend-row]').first().textContent()
    yes(bad.includes('水务在线') && bad.includes('www.swj xingyuan.gov.cn'), bad)
    yes(await page.getByRole('button', { name: '登记到台账' }).isDisabled(), 'nothing is registered before they are mended')
    await looked('wizard-2-mend')
  })
  await claim('a row is mended in the page, another left out', async () => {
    await page.getByLabel('3 域名').fill('还是 不对')
    await page.getByLabel('3 域名').press('Enter')
    await page.getByText('还是 不对').waitFor() // still wrong, and says so
    await page.getByLabel('3 域名').fill(hosts[1])
    await page.getByRole('button', { name: '修改 3' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[data-test=mend-row]').length === 1)
    await page.getByRole('button', { name: '不登记这一行 5' }).click()
    await page.getByText('没有需要修改的行').waitFor()
    await looked('wizard-3-mended')
  })
  await claim('it is put into the register with its units', async () => {
    await page.getByRole('button', { name: '登记到台账' }).click()
    await page.getByText('已登记 3 个网站、3 个单位').waitFor()
    await looked('wizard-4-permit')
  })
  await claim('the permit asks for its number, window and pace, and says what is missing', async () => {
    const go = page.getByRole('button', { name: '签发授权书并开始检测' })
    yes(await go.isDisabled(), 'a permit needs a number')
    await page.locator('[data-test=permit-number]').fill('示网安〔2026〕1号')
    const pace = page.locator('[data-test=permit-pace] input')
    await pace.fill('600')
    await pace.press('Tab')
    yes(await go.isEnabled(), 'now it can be issued')
    await shot(page, 'wizard-5-ready')
    await go.click()
    await page.locator('[data-test=findings]').waitFor()
  })
  await claim('sites at internal addresses are not visited unless the permit says so, and the page tells', async () => {
    await page.getByRole('note').getByText('有 3 个网站不在授权范围内').waitFor()
    equal(sites.requests.length, 0, 'requests')
    await looked('wizard-6-denied')
    await page.reload() // nothing is lost by it
    await page.getByRole('button', { name: '修改后另签一份' }).click()
    await page.locator('[data-test=permit-number]').fill('示网安〔2026〕2号')
    await page.locator('[data-test=permit-allow]').fill('127.0.0.0/8')
    await page.locator('[data-test=permit-pace] input').fill('600')
    await page.getByRole('button', { name: '签发授权书并开始检测' }).click()
    await page.locator('[data-test=findings]').waitFor()
  })
  await claim('the inspection is watched live', async () => {
    const seen = new Set()
    await page.locator('.numbers dd').nth(2).filter({ hasText: /[1-9]/ }).waitFor() // requests
    await page.getByText('正在检测 3 个网站').waitFor()
    seen.add(await page.locator('.numbers dd').nth(2).textContent())
    await looked('wizard-7-live')
    for (let i = 0; i < 240; i++) {
      const numbers = await page.locator('.numbers dd').allTextContents()
      seen.add(numbers[2])
      if (/^3 \/ 3/.test(numbers[0]) && Number(numbers[3]) > 0) break
      await page.waitForTimeout(250)
    }
    yes(seen.size > 2, `the page followed the requests: ${[...seen]}`)
    yes(Number(await page.locator('[data-test=findings]').textContent()) > 0, 'findings')
    yes(sites.requests.some((r) => r.host === hosts[0]) && sites.requests.every((r) => /Wangxun\//.test(r.agent)), 'the sites were told who comes')
    await looked('wizard-8-done')
  })
  await claim('the first finding stands there with its proof', async () => {
    await page.locator('[data-test=wizard-findings]').click()
    await page.waitForURL(/\/findings/)
    await page.locator('tbody tr').first().waitFor()
    await looked('wizard-9-findings')
    await page.locator('tbody tr', { hasText: hosts[0] }).filter({ hasText: /暗链|隐藏/ }).first().locator('a').first().click()
    await page.locator('#f-proof').waitFor()
    await settled(page)
    const proof = await page.locator('section[aria-labelledby=f-proof]').textContent()
    yes(/bet-city/.test(proof), proof)
    const where = await page.locator('section[aria-labelledby=f-where]').textContent()
    yes(where.includes('区教育局') && where.includes('/p3.html'), where)
    await looked('wizard-10-finding')
    await page.locator('section[aria-labelledby=f-where] a').first().click()
    await page.waitForURL(/\/register\/site\/\d+/)
    await page.getByRole('heading', { name: '教育信息网' }).first().waitFor()
  })
}, { flags: sites.flags })
await sites.stop()
