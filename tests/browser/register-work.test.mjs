/* The register at work: a unit mends a returned review, settles what differs, claims a host;
 * the office decides; every page of it looked at in both languages and themes. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { startPlainSite } from './lib/round.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'

/* What an inspection writes, put into the server's own tables beside it. */
const seed = (data, unit, site) => execFileSync('python3', ['-c', `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=10)
unit, site, now = int(sys.argv[2]), int(sys.argv[3]), int(time.time())
for field, reported, measured, suggested in (("ip", "203.0.113.8", "203.0.113.7", "203.0.113.7"), ("has_https", "false", "true", "true")):
    db.execute("INSERT INTO contradiction (unit_id, site_id, field, why, reported, measured, suggested, state, first_seen, last_seen) VALUES (?,?,?,'other_value',?,?,?,'open',?,?)", (unit, site, field, reported, measured, suggested, now, now))
db.execute("INSERT INTO host (unit_id, site_id, host, how, why, state, last_seen) VALUES (?,?,'oa.example.gov.cn','|link|','sibling','found',?)", (unit, site, now))
db.execute("INSERT INTO measured (site_id, unit_id, round_id, at_s, is_determined, checks) VALUES (?,?,1,?,1,?)", (site, unit, now, '[{"field":"ip","verdict":"differs","why":"other_value","reported":"203.0.113.8","measured":"203.0.113.7","suggested":"203.0.113.7"},{"field":"is_domestic","verdict":"not_determined","why":"no_ip_database","reported":"","measured":"","suggested":""}]'))
db.commit()
`, join(data, 'office.db'), String(unit), String(site)])

const plain = await startPlainSite('www.example.gov.cn')
await withOffice(async (o) => {
  const { newPage, claim, shot, axe } = o
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const unit = (await office.post('/units', { name: '示例区教育局', kind: 'organ', division: '110102' })).id
  const below = (await office.post('/units', { name: '示例附属学校', kind: 'institution', parent_id: unit })).id
  const staff = await member(founder, 'staff', ['unit_staff'], { unit, name: '教育局经办人' })
  const site = (await staff.post('/sites', { unit_id: unit, name: '教育信息网', domain: 'www.example.gov.cn', ip: '203.0.113.8', has_https: false, state: 'running' })).id
  await staff.post('/sites', { unit_id: below, name: '学校网', domain: 'school.example.gov.cn' })
  const review = (await staff.post('/reviews', { unit_id: unit, kind: 'opening', site_id: site, name: '开办教育信息网', reason: '依法履职', is_entitled: 'organ' })).id
  await staff.post(`/reviews/${review}/submit`)
  await office.must('POST', `/reviews/${review}/decide`, { approve: false, reason: '请补充职能配置文件' })
  seed(o.data, unit, site)

  const mine = await newPage({ as: staff })
  const theirs = await newPage({ as: office })

  await claim('the register begins with to-dos and the units one answers for', async () => {
    await mine.goto(`${o.url}/register`)
    await mine.getByRole('link', { name: '审核被退回，请修改后重新提交' }).waitFor()
    await mine.locator('th.unit', { hasText: '示例区教育局' }).waitFor()
    equal(await mine.locator('tbody th.unit').count(), 2, 'itself and the unit below')
    await axe(mine)
    equal(await layoutFaults(mine), [], 'layout')
    await shot(mine, 'register-home')
  })
  await claim('a returned review is mended and submitted again', async () => {
    await mine.getByRole('link', { name: '审核被退回，请修改后重新提交' }).click()
    await mine.getByRole('note').getByText('请补充职能配置文件').waitFor()
    await axe(mine)
    await shot(mine, 'review-returned')
    const reason = mine.locator('.el-form-item', { hasText: '申请理由' }).locator('textarea')
    await reason.fill('依法履职，附职能配置文件')
    await mine.getByRole('button', { name: '保存' }).click()
    await mine.getByText('已保存').waitFor()
    await mine.getByRole('button', { name: '再次提交' }).click()
    await mine.locator('main').getByText('已办理').or(mine.locator('.el-message', { hasText: '已办理' })).first().waitFor()
    equal((await staff.get(`/reviews/${review}`)).state, 'submitted', 'state')
  })
  await claim('the office approves it on its page', async () => {
    await theirs.goto(`${o.url}/register/review/${review}`)
    await theirs.getByRole('button', { name: '通过', exact: true }).waitFor()
    await axe(theirs)
    await shot(theirs, 'review-decide')
    await theirs.getByLabel('批复文号').fill('示编〔2026〕1号')
    await theirs.getByRole('button', { name: '通过', exact: true }).click()
    await theirs.locator('.el-message', { hasText: '已办理' }).waitFor()
    equal((await staff.get(`/sites/${site}`)).opening_review_no, '示编〔2026〕1号', 'in the register')
  })
  await claim('a unit has its parts behind tabs that stand in the address', async () => {
    await go(mine, `/register/unit/${unit}`)
    await mine.getByRole('tab', { name: '完整性' }).click()
    await mine.getByText('尚未明确人员的职责').waitFor()
    yes(mine.url().includes('tab=gaps'), mine.url())
    await axe(mine)
    await shot(mine, 'unit-gaps')
    await mine.getByRole('tab', { name: '网站和其他对象' }).click()
    await mine.getByRole('link', { name: '教育信息网' }).waitFor()
    await settled(mine)
    await axe(mine)
    await shot(mine, 'unit-objects')
    await mine.getByRole('tab', { name: '人员' }).click()
    await settled(mine)
    await axe(mine)
    await mine.getByRole('tab', { name: '矛盾与审核' }).click()
    await mine.getByText('203.0.113.7').first().waitFor()
    await axe(mine)
  })
  await claim('a site shows what was reported beside what was measured', async () => {
    await go(mine, `/register/site/${site}`)
    await mine.getByText('没有配置 IP 归属地数据库').waitFor()
    await axe(mine)
    await shot(mine, 'site-measured')
  })
  await claim('the measured value is taken over from the list', async () => {
    await go(mine, '/register/contradiction')
    await mine.locator('tbody tr', { hasText: '203.0.113.8' }).locator('a').first().click()
    await mine.getByRole('button', { name: /台账改为实测值“203.0.113.7”/ }).waitFor()
    await axe(mine)
    await shot(mine, 'contradiction')
    await mine.getByRole('button', { name: '情况说明，台账不改' }).click()
    await mine.locator('.el-form-item.is-error', { hasText: '说明' }).waitFor() // words are needed
    await mine.getByRole('button', { name: /台账改为实测值/ }).click()
    await mine.locator('.el-message', { hasText: '已办理' }).waitFor()
    equal((await staff.get(`/sites/${site}`)).ip, '203.0.113.7', 'address')
  })
  await claim('a host that was found is claimed and becomes a site', async () => {
    await go(mine, '/register/host')
    await mine.locator('tbody tr', { hasText: 'oa.example.gov.cn' }).locator('a').first().click()
    await mine.getByRole('button', { name: '认领' }).waitFor()
    await axe(mine)
    await shot(mine, 'host')
    await mine.getByLabel('网站名称（可不填）').fill('办公系统')
    await mine.getByRole('button', { name: '认领' }).click()
    await mine.waitForURL(/\/register\/site\/\d+$/)
    await mine.getByRole('heading', { name: '办公系统' }).waitFor()
  })
  await claim('what looks doubtful is said after saving, and stays saved', async () => {
    await go(mine, `/register/site/${site}`)
    await mine.locator('.el-form-item', { hasText: 'ICP备案号' }).locator('input').first().fill('备案中')
    await mine.getByRole('button', { name: '保存' }).click()
    await mine.locator('.warned', { hasText: 'ICP备案号' }).waitFor()
    await axe(mine)
    await shot(mine, 'site-warned')
    equal((await staff.get(`/sites/${site}`)).icp, '备案中', 'kept')
  })
  await claim('a new site shows what is missing before it may go online', async () => {
    const planned = (await staff.post('/sites', { unit_id: unit, name: '新站', domain: 'new.example.gov.cn', state: 'building' })).id
    await go(mine, `/register/site/${planned}`)
    await mine.getByText('还不具备上线条件').waitFor()
    await axe(mine)
    await shot(mine, 'site-gate')
    await mine.getByRole('link', { name: '申请新建网站备案' }).click()
    await mine.waitForURL(/\/register\/review\/new/)
    await mine.locator('form fieldset').first().waitFor()
  })
  const looked = async (page, name) => {
    await settled(page)
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, 'zh', ['inspect', 'register', 'finding', 'frame']), [], 'texts')
    await shot(page, name)
  }
  let draft = ''
  await claim('a unit takes its own list in from the register, and is told which unit is unknown', async () => {
    await go(mine, '/register/site')
    await mine.getByRole('link', { name: '导入', exact: true }).click()
    await mine.waitForURL(/\/register\/site\/import$/)
    await looked(mine, 'import-begin')
    await mine.locator('[data-test=wizard-list]').fill([
      '网站名称\t域名\t所属部门', '学校招生网\tzs.example.gov.cn\t示例附属学校', '校友网\txy.example.gov.cn\t示例附属学院',
      '办事大厅\tbs.example.gov.cn\t', '名单网\tmd example\t示例附属学校'].join('\n'))
    await mine.getByRole('button', { name: '读取清单' }).click()
    await mine.waitForURL(/\/imports\/\d+$/)
    draft = new URL(mine.url()).pathname
    await mine.locator('[data-test=mend-row]').nth(1).waitFor()
    equal(await mine.locator('[data-test=mend-row]').count(), 2, 'an unknown unit, a bad domain')
    yes((await mine.locator('[data-test=mend-row]').first().textContent()).includes('示例附属学院'), 'the unit that is not there')
    yes(await mine.getByRole('button', { name: '登记到台账' }).isDisabled(), 'nothing is registered before they are mended')
    await mine.locator('[data-test=wizard-no-unit]').getByText('登记到本单位').waitFor()
    equal(await mine.locator('[data-test=import-units]').count(), 0, 'who may not make units is not offered it')
    await looked(mine, 'import-mend')
  })
  await claim('the to-do leads back to what was left, which is mended and put in', async () => {
    await go(mine, '/register')
    await mine.locator(`.todos a[href="${draft}"]`).click()
    await mine.waitForURL(new RegExp(`${draft}$`))
    await mine.locator('[data-test=mend-row]').nth(1).waitFor()
    await mine.reload()
    const rows = mine.locator('[data-test=mend-row]')
    await rows.nth(1).waitFor()
    await rows.first().locator('input').fill('示例附属学校')
    await rows.first().locator('input').press('Enter')
    await mine.waitForFunction(() => document.querySelectorAll('[data-test=mend-row]').length === 1)
    await rows.first().getByRole('button', { name: /不登记这一行/ }).click()
    await mine.getByText('没有需要修改的行').waitFor()
    await mine.getByRole('button', { name: '登记到台账' }).click()
    await mine.locator('[data-test=import-result]').waitFor()
    yes(/新增\s*3/.test(await mine.locator('[data-test=import-result]').textContent()), 'three were added')
    await looked(mine, 'import-result')
    const units = Object.fromEntries((await staff.get('/sites?limit=100')).items.map((s) => [s.domain, s.unit_id]))
    equal([units['zs.example.gov.cn'], units['xy.example.gov.cn'], units['bs.example.gov.cn'], units['md example']], [below, below, unit, undefined], 'their units')
    yes(!(await staff.get('/todos')).items.some((x) => x.kind === 'import'), 'nothing is left to do')
  })
  await claim('who may not have a site inspected again is told so', async () => {
    await go(mine, `/register/site/${site}`)
    yes(await mine.locator('[data-test=site-retest]').isDisabled(), 'disabled')
    await mine.getByText('您的角色不能发起网站复测').waitFor()
  })
  await claim('without a permit a site is not inspected again, and the page says why', async () => {
    await go(theirs, `/register/site/${site}`)
    await theirs.locator('[data-test=site-retest]').click()
    await theirs.getByRole('alert').getByText('没有覆盖这个网站').waitFor()
    equal((await office.get('/rounds')).items.length, 0, 'no round')
    await looked(theirs, 'retest-no-permit')
  })
  await claim('under a permit it is, and the page names the round and the permit', async () => {
    const permit = await office.post('/permits', {
      name: '复测授权', number: '示网安〔2026〕8号', depth: 'passive', holder: '示例区网信办', contact: 'wx@example.gov.cn',
      selection: { sites: [site] }, allow: ['127.0.0.0/8'], valid_until: '2036-07-01T00:00:00+08:00', pace_per_min: 24_000,
      host_connections: 2, connections: 16,
    })
    await office.post(`/permits/${permit.id}/issue`)
    await theirs.locator('[data-test=site-retest]').click()
    const said = theirs.locator('[data-test=retest-planned]')
    await said.getByRole('link', { name: '示网安〔2026〕8号' }).waitFor()
    const [made] = (await office.get('/rounds')).items
    equal(made.kind, 'retest', 'kind')
    equal(await said.locator('a').first().getAttribute('href'), `/rounds/${made.id}`, 'the round')
    await theirs.locator('[data-test=findings]').filter({ hasText: /[1-9]/ }).waitFor({ timeout: 60_000 })
    for (let i = 0; (await office.get(`/rounds/${made.id}`)).state !== 'done'; i++) {
      yes(i < 300, 'the round ends')
      await theirs.waitForTimeout(200)
    }
    await theirs.waitForFunction(() => !document.querySelector('[data-test=site-retest]').disabled)
    await looked(theirs, 'retest-done')
  })
  await claim('a finding says which round came of its re-inspection', async () => {
    const [finding] = (await office.get('/findings?limit=1')).items
    await go(theirs, `/findings/${finding.id}`)
    equal(await theirs.locator('[data-test=finding-retest]').count(), 0, 'none was asked for')
    await theirs.getByRole('button', { name: '申请复测' }).click()
    const line = theirs.locator('[data-test=finding-retest]')
    await line.waitFor()
    await line.locator('a').waitFor({ timeout: 60_000 })
    const { retest } = await office.get(`/findings/${finding.id}`)
    equal(await line.locator('a').getAttribute('href'), `/rounds/${retest.round_id}`, 'the round')
    equal((await office.get(`/rounds/${retest.round_id}`)).kind, 'retest', 'kind')
    await looked(theirs, 'finding-retest')
  })
  for (const [lang, theme] of [['en', 'dark'], ['zh', 'dark'], ['en', 'light']])
    await claim(`all of it holds in ${lang}, ${theme}`, async () => {
      const page = await newPage({ as: staff, lang, theme })
      for (const path of ['/register', `/register/unit/${unit}?tab=gaps`, `/register/site/${site}`, '/register/contradiction', `/register/review/${review}`, '/register/site/import', draft]) {
        await page.goto(`${o.url}${path}`)
        await page.waitForSelector('main h1')
        await settled(page)
        await axe(page)
        equal(await layoutFaults(page), [], `layout of ${path}`)
      }
      await shot(page, `site-${lang}-${theme}`)
      await page.context().close()
    })
}, { flags: plain.flags })
await plain.stop()
