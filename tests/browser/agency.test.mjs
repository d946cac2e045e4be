/*
 * An agency outside its window: refused before it begins, let in while it lasts, out of the
 * page when it ends, each time told in its own words what holds it back.
 */
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { engage, firstPerson, member } from './lib/people.mjs'
import { freshTotp } from './lib/totp.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'

const at = (s) => new Date(Date.now() + s * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

await withOffice(async (o) => {
  const { newPage, claim, shot, axe, url } = o
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const second = await member(founder, 'office2', ['office'], { name: '办公室第二人' })
  const unit_id = (await office.post('/units', { name: '示例区教育局', kind: 'organ' })).id
  const other = (await office.post('/units', { name: '示例区水务局', kind: 'organ' })).id
  for (const [i, unit] of [unit_id, other].entries())
    await office.post('/sites', { name: `示例网站 ${i + 1}`, domain: `www${i + 1}.example.invalid`, unit_id: unit })
  const { agency, tester } = await engage(founder, office, second, unit_id, { begins_s: 3600, ends_s: 7200 })
  const page = await newPage()
  await claim('before his window the tester is refused at the door, and told why', async () => {
    await page.goto(`${url}/sign-in`)
    await page.fill('input[name=username]', tester.login)
    await page.fill('input[name=password]', tester.password)
    await page.click('button[type=submit]')
    const said = page.locator('[role=alert]')
    await said.waitFor()
    const text = await said.textContent()
    yes(text.includes('不在委托检测的有效期内') && text.includes('起止时间'), text)
    equal(await page.locator('.frame h1').count(), 0, 'he is not in')
    await axe(page)
    equal(await textFaults(page, 'zh', ['entry', 'frame']), [], 'texts')
    await shot(page, 'agency-before')
  })
  await claim('in his window he sees the entrusted unit and its window, and no other unit', async () => {
    const now = await office.post('/engagements', { unit_id, agency_id: agency, document: '委-2', begins: at(-60), ends: at(86_400) })
    await second.post(`/engagements/${now.id}/approve`)
    await tester.signIn()
    await page.context().addCookies(tester.cookies())
    await page.goto(url)
    await page.waitForSelector('.frame h1')
    await page.locator('main').getByText('示例区教育局').first().waitFor()
    await settled(page)
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    await shot(page, 'agency-within')
    await go(page, '/register/site')
    await page.locator('tbody tr').first().waitFor()
    equal(await page.locator('tbody tr').count(), 1, 'sites')
    yes(!(await page.locator('main').textContent()).includes('www2.example.invalid'), 'no other unit')
  })
  await claim('when it ends while he works he is out, and signing in again tells him why', async () => {
    await founder.post(`/users/${tester.id}/vet`, { until: at(2), note: '缩短期限' })
    await page.waitForTimeout(3500)
    await page.locator('nav.side a[href="/findings"]').click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await dialog.waitFor()
    equal((await tester.request('GET', '/sites')).status, 401, 'nothing is served')
    await dialog.locator('input[name=password]').fill(tester.password)
    await dialog.locator('input[name=code]').fill(await freshTotp(tester.secret))
    await dialog.getByRole('button', { name: '登录', exact: true }).click()
    await dialog.locator('[role=alert]', { hasText: '不在委托检测的有效期内' }).waitFor()
    await shot(page, 'agency-over')
    await dialog.getByRole('button', { name: '不再继续，回到登录页' }).click()
    await page.waitForURL(/\/sign-in/)
    await page.locator('input[name=username]').waitFor()
    equal(await page.locator('.frame').count(), 0, 'he is out')
  })
})
