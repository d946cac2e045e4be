/*
 * Who is looked at and how units did: the office draws, anybody can draw again, the team
 * decides; a spot check is recorded and signed; units are evaluated, a change of weights is
 * looked at before it is done, each is told, one appeals, and the leader decides.
 */
import { readFile } from 'node:fs/promises'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const day = (n) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
const areas = ['judge', 'campaign', 'frame', 'register', 'paper']

await withOffice(async (o) => {
  const { newPage, shot, axe } = o
  let isWhole = true
  const claim = (name, check) => o.claim(name, async () => {
    yes(isWhole, 'a step before it failed')
    isWhole = false
    try {
      await check()
      isWhole = true
    } finally {
      if (!isWhole) for (const [who, page] of Object.entries({ clerk, boss, mine })) await shot(page, `failed-judge-${who}`)
    }
  })
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const leader = await member(founder, 'leader', ['leader'], { name: '领导同志' })
  const proved = async (who) => who.post('/session/step-up', { code: await freshTotp(who.secret) })
  const units = []
  for (const [i, name] of ['教育局', '卫生健康局', '水务局', '文化馆', '图书馆'].entries()) {
    const unit = (await office.post('/units', { name: `示例区${name}`, kind: i < 3 ? 'organ' : 'institution' })).id
    const site = (await office.post('/sites', { name: `${name}门户网站`, domain: `www${i}.example.gov.cn`, unit_id: unit, state: 'running' })).id
    units.push({ unit, site })
  }
  await office.post('/systems', { name: '学籍管理系统', unit_id: units[0].unit, is_key: true })
  for (let i = 0; i < 4; i++) {
    const finding = await office.post('/findings', { site_id: units[0].site, unit_id: units[0].unit, title: `示例问题 ${i}`, severity: 'high', category: 'vulnerability' })
    await office.post(`/findings/${finding.id}/confirm`)
  }
  const staff = await member(founder, 'staff', ['unit_staff'], { unit: units[0].unit, name: '教育局经办人' })
  const campaign = (await office.post('/campaigns/plan', { kind: '004', months: 120, series: '示网安' })).id
  await office.post(`/campaigns/${campaign}/submit`)
  await proved(leader)
  await leader.post(`/campaigns/${campaign}/approve`)

  const clerk = await newPage({ as: office })
  const boss = await newPage({ as: leader })
  const mine = await newPage({ as: staff })
  let draw = 0, check = 0, evaluation = 0, appraisal = 0
  const whole = async (page, name, lang = 'zh') => {
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, lang, areas), [], 'texts')
    await shot(page, name)
  }
  const prove = async (page, who) => {
    const asks = page.locator('input[name=step-up]')
    await asks.or(page.locator('.el-message--success')).first().waitFor()
    if (!(await asks.isVisible())) return
    await asks.fill(await freshTotp(who.secret))
    await asks.press('Enter')
  }

  await claim('the office ranks and draws units by criteria it can see and weigh', async () => {
    await clerk.goto(`${o.url}/campaigns/${campaign}?tab=draws`)
    await clerk.getByText('还没有选取抽查单位').waitFor()
    await whole(clerk, 'judge-none')
    await clerk.getByRole('button', { name: '选取抽查单位' }).click()
    const dialog = clerk.getByRole('dialog', { name: '选取抽查单位' })
    await dialog.getByLabel('“技术检测问题多”的权重').waitFor()
    yes(await dialog.locator('.el-input-number input').count() >= 8, 'weights of the kind')
    await dialog.getByLabel('名称').fill('第一次现场抽查')
    await dialog.getByLabel('抽签种子（公布）').fill('2026-11-22 071523')
    await dialog.getByLabel('按排序提出（个）').fill('1')
    await dialog.getByLabel('每类随机抽取（%）').fill('10')
    await dialog.getByLabel('每类至少（个）').fill('1')
    await dialog.getByLabel('每类至少（个）').press('Tab')
    await axe(clerk)
    await shot(clerk, 'judge-draw-new')
    await dialog.getByRole('button', { name: '排序并抽签' }).click()
    await clerk.waitForURL(/draws\/\d+$/)
    draw = Number(/draws\/(\d+)/.exec(clerk.url())[1])
  })
  await claim('every unit stands there with each reason and number', async () => {
    const first = clerk.locator('tbody tr').first()
    await first.waitFor()
    const shown = await office.get(`/draws/${draw}`)
    equal(await clerk.locator('tbody tr').count(), shown.lines.length, 'units')
    const text = await first.textContent()
    yes(text.includes('示例区教育局') && text.includes('按排序') && text.includes((shown.lines[0].score_x100 / 100).toFixed(2)), text)
    yes(await clerk.getByText('未知').count() >= 0, 'what is not known says so')
    await whole(clerk, 'judge-draw')
  })
  await claim('anybody draws again, in the browser, from seed and list alone', async () => {
    await clerk.getByText('如何重新抽取、核对结果').click()
    await clerk.getByRole('button', { name: '在本机核对' }).click()
    await clerk.getByText('名册与公布的摘要一致').waitFor()
    await clerk.getByText(/个单位的签全部相符/).waitFor()
    await whole(clerk, 'judge-again')
  })
  await claim('the list is taken away as a workbook', async () => {
    const [file] = await Promise.all([clerk.waitForEvent('download'), clerk.getByRole('button', { name: '导出 XLSX' }).click()])
    yes((await readFile(await file.path())).subarray(0, 2).toString() === 'PK', 'a workbook')
    const csv = await office.request('GET', `/draws/${draw}/export?format=csv`)
    yes(csv.text.includes('2026-11-22 071523') && csv.text.includes('示例区水务局'), csv.text.slice(0, 300))
  })
  await claim('the team differs with a reason, signs, and spot checks are planned', async () => {
    const proposed = (await office.get(`/draws/${draw}`)).lines
    const added = proposed.find((x) => !x.proposed)
    await clerk.locator('tbody tr', { hasText: added.unit }).locator('.el-checkbox').click()
    await clerk.getByRole('button', { name: '确定抽查单位' }).click()
    const dialog = clerk.getByRole('dialog', { name: '确定抽查单位' })
    await dialog.getByLabel('检查组签名').fill('甲某\n乙某')
    equal(await dialog.getByRole('button', { name: '确定抽查单位' }).isDisabled(), true, 'a reason is needed')
    await dialog.getByLabel('调整理由').fill('上级要求')
    await axe(clerk)
    await dialog.getByRole('button', { name: '确定抽查单位' }).click()
    await prove(clerk, office)
    await dialog.waitFor({ state: 'hidden' })
    await clerk.locator('.head .tag', { hasText: '已确定' }).waitFor()
    await clerk.getByText('甲某、乙某').waitFor()
    await whole(clerk, 'judge-decided')
  })
  await claim('its record sheet is filled in item by item, with photos and signed pages', async () => {
    const checks = (await office.get('/spot_checks?limit=100')).items.filter((c) => c.unit_id === units[0].unit)
    equal(checks.length, 2, 'one of the unit, one of its key system')
    check = checks.find((c) => !c.system_id).id
    await go(clerk, '/spot_checks')
    await clerk.getByRole('link', { name: /示例区教育局/ }).first().waitFor()
    await whole(clerk, 'judge-checks')
    await go(clerk, `/spot_checks/${check}`)
    const rows = clerk.locator('.rows li')
    const n = await rows.count()
    yes(n > 5, `${n} items`)
    await clerk.getByText('签前还需要').or(clerk.getByText('签字前还需要')).waitFor()
    await clerk.getByText('配合上级检查').click()
    await clerk.getByLabel('上级检查组').fill('市检查组')
    await clerk.getByLabel('检查日期').fill(day(0))
    await clerk.getByLabel('检查日期').press('Enter')
    await clerk.getByLabel('检查组成员').fill('甲某\n乙某')
    await clerk.getByLabel('被检查单位在场人员').fill('丙某')
    for (let i = 0; i < n; i++) await rows.nth(i).locator('.el-radio-button', { hasText: i === 1 ? '部分符合' : '符合' }).first().click()
    await rows.nth(1).getByPlaceholder('情况、证据').fill('制度没有更新')
    for (const [i, name] of ['机房.jpg', '签字页.pdf'].entries()) {
      await clerk.locator('input[type=file]').nth(i).setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') })
      await clerk.getByRole('button', { name, exact: true }).waitFor()
    }
    await whole(clerk, 'judge-sheet')
    await clerk.getByRole('button', { name: '保存', exact: true }).click()
    await clerk.locator('.head .tag', { hasText: '已记录' }).waitFor()
    equal((await staff.request('GET', `/spot_checks/${check}`)).status, 404, 'the unit sees nothing yet')
  })
  await claim('signed, it stays, and the unit reads it', async () => {
    await clerk.getByRole('button', { name: '签字并反馈' }).click()
    await clerk.locator('.el-message-box__btns .el-button--primary').click()
    await clerk.locator('.head .tag', { hasText: '已签字' }).waitFor()
    equal(await clerk.getByRole('button', { name: '保存', exact: true }).count(), 0, 'nothing more is written')
    await mine.goto(`${o.url}/spot_checks`)
    await mine.getByRole('link', { name: '示例区教育局：现场检查' }).click()
    await mine.getByText('制度没有更新').waitFor()
    await whole(mine, 'judge-sheet-unit')
  })
  await claim('units are evaluated: bad, not measured, blocked and not applicable are columns of their own', async () => {
    await go(clerk, `/campaigns/${campaign}?tab=evaluation`)
    await clerk.getByRole('heading', { name: '通报名单' }).waitFor()
    await whole(clerk, 'judge-evaluation-tab')
    await clerk.getByRole('button', { name: '开始评定' }).click()
    const dialog = clerk.getByRole('dialog', { name: '开始评定' })
    await dialog.getByLabel('名称').fill('年度综合评定')
    await dialog.getByRole('button', { name: '开始评定' }).click()
    await clerk.waitForURL(/evaluations\/\d+$/)
    evaluation = Number(/evaluations\/(\d+)/.exec(clerk.url())[1])
    for (const name of ['差', '未测定', '被拦截', '不适用']) await clerk.getByRole('columnheader', { name, exact: true }).waitFor()
    yes((await clerk.locator('tbody').first().textContent()).includes('未测定'), 'what was not measured says so')
    await whole(clerk, 'judge-evaluation')
    equal((await staff.get('/appraisals')).items, [], 'no unit sees a draft')
  })
  await claim('a change of weights is looked at before it is done', async () => {
    const weight = (name) => clerk.getByLabel(`“${name}”的权重`)
    const { rules } = (await office.get(`/evaluations/${evaluation}`)).evaluation
    for (const name of ['自查报告', '技术检测', '现场抽查', '整改落实', '管理检查', '报送及时性']) {
      await weight(name).fill(name === '现场抽查' ? '60' : name === '自查报告' ? '40' : '0')
      await weight(name).press('Tab')
    }
    await clerk.getByLabel('可评定比例低于多少（%）不予评分').fill('30')
    await clerk.getByLabel('可评定比例低于多少（%）不予评分').press('Tab')
    equal(await clerk.getByRole('button', { name: '采用', exact: true }).isDisabled(), true, 'not before it was looked at')
    await clerk.getByRole('button', { name: '看看有什么变化' }).click()
    await clerk.getByText(/个单位的名次或分数改变/).waitFor()
    await whole(clerk, 'judge-preview')
    equal((await office.get(`/evaluations/${evaluation}`)).evaluation.rules, rules, 'nothing is done by looking')
    await clerk.getByRole('button', { name: '采用', exact: true }).click()
    await clerk.locator('.el-message--success', { hasText: '已按新规则重新评定' }).waitFor()
    equal((await office.get(`/evaluations/${evaluation}`)).evaluation.rules.parts.length, 2, 'parts')
    equal(await clerk.getByRole('button', { name: '向单位反馈' }).count(), 0, 'who made it does not tell it')
  })
  await claim('the leader tells each unit its own', async () => {
    await boss.goto(`${o.url}/evaluations/${evaluation}`)
    await boss.getByRole('button', { name: '向单位反馈' }).click()
    const dialog = boss.getByRole('dialog', { name: '向单位反馈' })
    await dialog.getByLabel('申诉截止日期').fill(day(10))
    await dialog.getByLabel('申诉截止日期').press('Enter')
    await axe(boss)
    await dialog.getByRole('button', { name: '向单位反馈' }).click()
    await prove(boss, leader)
    await dialog.waitFor({ state: 'hidden' })
    await boss.locator('.head .tag', { hasText: '已反馈' }).waitFor()
  })
  await claim('the unit finds it among its to-dos, reads the reasons and appeals', async () => {
    await mine.goto(o.url)
    await mine.getByRole('link', { name: '评定结果已反馈，有异议可以申诉' }).click()
    await mine.getByText(/可以在 .* 前申诉/).waitFor()
    appraisal = Number(/appraisals\/(\d+)/.exec(mine.url())[1])
    await whole(mine, 'judge-appraisal-unit')
    await mine.getByLabel('申诉理由').fill('第二项制度已于本月更新，见附件')
    await mine.getByRole('button', { name: '提交申诉' }).click()
    await mine.getByText('申诉已提交，等待办公室处理').waitFor()
    equal((await staff.get('/appraisals')).items.length, 1, 'its own and nobody else’s')
  })
  await claim('the leader decides with his reason, and the unit reads it', async () => {
    await boss.getByText(/1 个单位申诉/).waitFor()
    await go(boss, `/appraisals/${appraisal}`)
    await boss.getByText('第二项制度已于本月更新').waitFor()
    await boss.locator('.el-checkbox', { hasText: '更正分数' }).click()
    await boss.getByLabel('更正为').fill('96')
    await boss.getByLabel('更正为').press('Tab')
    await boss.getByLabel('处理意见').fill('情况属实，予以更正')
    await whole(boss, 'judge-appeal')
    await boss.getByRole('button', { name: '更正并答复' }).click()
    await mine.getByText('情况属实，予以更正').waitFor()
    await mine.getByText('96.00').first().waitFor()
    await whole(mine, 'judge-decided-unit')
    equal(await mine.getByRole('button', { name: '提交申诉' }).count(), 0, 'once')
  })
  await claim('results of campaigns stand beside each other and can be taken away', async () => {
    await go(clerk, '/performance')
    await clerk.getByRole('rowheader', { name: '示例区教育局' }).waitFor()
    await whole(clerk, 'judge-performance')
    const csv = await office.request('GET', '/performance/export?format=csv')
    yes(/"示例区教育局","96\.00/.test(csv.text), csv.text.slice(0, 400))
    const own = (await staff.get('/performance')).units
    equal(own.map((u) => u.unit_id), [units[0].unit], 'a unit sees its own row')
  })
  await claim('a bulletin begins from its list', async () => {
    await go(clerk, `/campaigns/${campaign}?tab=evaluation`)
    await clerk.locator('summary', { hasText: '检查结果' }).click()
    await clerk.getByRole('link', { name: '起草这种情形的通报' }).last().click()
    await clerk.getByRole('radio', { name: /^通报/ }).waitFor()
    equal(await clerk.getByRole('radio', { name: /^通报/ }).isChecked(), true, 'the kind is chosen')
    await clerk.getByRole('button', { name: '生成草稿' }).click()
    await clerk.waitForURL(/papers\/\d+$/)
  })
  await claim('every page in English and dark', async () => {
    const page = await newPage({ as: office, lang: 'en', theme: 'dark' })
    await page.goto(`${o.url}/performance`)
    await page.locator('main h1').waitFor()
    for (const [name, path] of [['draws', `/campaigns/${campaign}?tab=draws`], ['draw', `/draws/${draw}`], ['sheet', `/spot_checks/${check}`], ['evaluation', `/evaluations/${evaluation}`], ['appraisal', `/appraisals/${appraisal}`], ['performance', '/performance'], ['results', '/appraisals']]) {
      await go(page, path)
      await settled(page)
      await axe(page)
      equal((await textFaults(page, 'en', areas)).filter((f) => / is raw/.test(f)), [], name)
      await shot(page, `judge-en-${name}`)
    }
  })
})
