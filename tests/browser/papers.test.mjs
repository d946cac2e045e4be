/*
 * The whole path of a paper: the clerk drafts it from the records, looks at it, puts it in his
 * own words; the leader finds it on his first page, returns it, approves it; it is numbered,
 * sent, read by the unit, archived, corrected; a public one stands apart, and one that is
 * cancelled leaves a gap.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const areas = ['paper', 'campaign', 'frame', 'register', 'overview']

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
      if (!isWhole) for (const [who, page] of Object.entries({ clerk, boss, mine })) await shot(page, `failed-papers-${who}`)
    }
  })
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const leader = await member(founder, 'leader', ['leader'], { name: '领导同志' })
  const units = []
  for (const name of ['教育局', '水务局']) {
    const unit = (await office.post('/units', { name: `示例区${name}`, kind: 'organ' })).id
    await office.post('/sites', { name: `${name}门户网站`, domain: `www${units.length}.example.gov.cn`, unit_id: unit, state: 'running' })
    units.push(unit)
  }
  const staff = await member(founder, 'staff', ['unit_staff'], { unit: units[0], name: '教育局经办人' })
  const campaign = (await office.post('/campaigns/plan', { kind: '001', months: 120, series: '示网安' })).id
  await office.post(`/campaigns/${campaign}/submit`)
  await leader.post('/session/step-up', { code: await freshTotp(leader.secret) })
  await leader.post(`/campaigns/${campaign}/approve`)

  const clerk = await newPage({ as: office })
  const boss = await newPage({ as: leader })
  const mine = await newPage({ as: staff })
  let paper = 0
  const whole = async (page, name, lang = 'zh') => {
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, lang, areas), [], 'texts')
    await shot(page, name)
  }
  const preview = (page) => page.frameLocator('.preview iframe').locator('body')
  const act = async (page, name, who, fill) => {
    await page.getByRole('main').getByRole('button', { name, exact: true }).click()
    const dialog = page.getByRole('dialog', { name })
    await fill?.(dialog)
    await axe(page)
    await dialog.getByRole('button', { name, exact: true }).click()
    if (who) {
      const asks = page.locator('input[name=step-up]')
      await asks.or(page.locator('.el-message--success')).first().waitFor()
      if (await asks.isVisible()) {
        await asks.fill(await freshTotp(who.secret))
        await asks.press('Enter')
      }
    }
    await dialog.waitFor({ state: 'hidden' })
  }
  const stateIs = async (page, word) => page.locator('.head .tag', { hasText: word }).waitFor()

  await claim('the clerk begins in the campaign: kinds are explained, public ones stand apart', async () => {
    await clerk.goto(`${o.url}/campaigns/${campaign}?tab=papers`)
    await clerk.getByText('还没有公文').waitFor()
    await whole(clerk, 'papers-none')
    await clerk.getByRole('link', { name: '起草公文' }).click()
    await clerk.getByRole('radio').first().waitFor()
    const groups = clerk.locator('fieldset')
    equal(await groups.nth(1).getByRole('radio').count(), 1, 'public kinds')
    yes((await groups.nth(1).textContent()).includes('可公开'), 'they say so')
    await clerk.getByRole('radio', { name: /总结报告/ }).check()
    await clerk.getByText('文中会有哪些内容').click()
    await clerk.getByText('从记录中取得，不能手写').waitFor()
    await whole(clerk, 'papers-new')
    await clerk.getByRole('button', { name: '生成草稿' }).click()
    await clerk.waitForURL(/papers\/\d+$/)
    paper = Number(/papers\/(\d+)/.exec(clerk.url())[1])
  })
  await claim('the draft shows as it will look; its words can be changed, its figures not', async () => {
    await preview(clerk).getByText('涉及单位2家').waitFor()
    await clerk.getByRole('button', { name: '修改文字' }).click()
    await clerk.getByLabel('组织开展情况').fill('成立了专项整治工作组，召开动员会。')
    await clerk.getByLabel('主送机关').fill('示例区人民政府')
    equal(await clerk.getByLabel('问题数').count(), 0, 'figures are not fields')
    await whole(clerk, 'papers-edit')
    await clerk.getByRole('button', { name: '保存并预览' }).click()
    await preview(clerk).getByText('成立了专项整治工作组，召开动员会。').waitFor()
    await preview(clerk).getByText('示例区人民政府').waitFor()
    await whole(clerk, 'papers-draft')
    equal(await clerk.locator('.preview iframe').getAttribute('sandbox'), '', 'nothing runs in the frame')
  })
  await claim('what another changed meanwhile is not written over', async () => {
    await office.must('PATCH', `/papers/${paper}`, { signer: '别人写的' })
    await clerk.getByLabel('签发人').and(clerk.locator('[value="别人写的"]')).or(clerk.getByLabel('签发人')).first().waitFor()
    await clerk.waitForFunction(() => document.querySelector('[aria-label="签发人"]').value === '别人写的')
    equal(await clerk.getByLabel('组织开展情况').inputValue(), '成立了专项整治工作组，召开动员会。', 'own words')
  })
  await claim('records go on: figures are gathered anew, own words stay', async () => {
    await office.post('/sites', { name: '新开网站', domain: 'new.example.gov.cn', unit_id: units[0], state: 'running' })
    await clerk.getByRole('button', { name: '收起', exact: true }).click()
    await act(clerk, '重新取数')
    await preview(clerk).getByText('网站3个').waitFor()
    await preview(clerk).getByText('成立了专项整治工作组').waitFor()
  })
  await claim('submitted, it waits for a second person; the clerk is not offered to approve', async () => {
    await act(clerk, '提交审批')
    await stateIs(clerk, '待审批')
    equal(await clerk.getByRole('button', { name: '批准并编号' }).count(), 0, 'his own')
    equal((await staff.request('GET', `/papers/${paper}`)).status, 404, 'the unit sees nothing yet')
  })
  await claim('the leader finds it on his first page, reads it and returns it with the reason', async () => {
    await boss.goto(o.url)
    await boss.getByRole('link', { name: '有公文待审批' }).waitFor()
    await whole(boss, 'papers-leader-home')
    await boss.getByRole('link', { name: '有公文待审批' }).click()
    await preview(boss).getByText('涉及单位2家').waitFor()
    await whole(boss, 'papers-approve')
    await act(boss, '退回', null, (d) => d.getByLabel('原因').fill('请补充下一步工作打算'))
    await stateIs(boss, '起草')
  })
  await claim('the clerk reads why, mends it and submits anew; the leader approves', async () => {
    await clerk.getByText('请补充下一步工作打算').waitFor()
    yes((await office.get('/todos')).items.some((x) => x.source === 'paper_returned' && x.record_id === paper), 'it is among his to-dos')
    await clerk.getByRole('button', { name: '修改文字' }).click()
    await clerk.getByLabel('下一步工作').fill('建立长效机制。')
    await clerk.getByRole('button', { name: '保存并预览' }).click()
    await preview(clerk).getByText('建立长效机制。').waitFor()
    await act(clerk, '提交审批')
    await stateIs(boss, '待审批')
    await act(boss, '批准并编号', leader)
    await stateIs(boss, '已批准')
    const { paper: row } = await office.get(`/papers/${paper}`)
    yes(/^示网安〔\d{4}〕1号$/.test(row.number), row.number)
    await clerk.getByText(row.docx_sha256).waitFor()
    await preview(clerk).getByText(row.number).waitFor()
    yes((await clerk.locator('aside').textContent()).includes('领导同志'), 'who approved is named')
    await whole(clerk, 'papers-approved')
  })
  await claim('it is taken away with a watermark; fonts that are missing are named', async () => {
    const [docx] = await Promise.all([clerk.waitForEvent('download'), clerk.getByRole('button', { name: 'DOCX', exact: true }).click()])
    yes((await readFile(await docx.path())).subarray(0, 2).toString() === 'PK', 'a DOCX')
    await clerk.getByText('带有下载人和时间的水印').waitFor()
    await clerk.getByRole('button', { name: 'PDF', exact: true }).click()
    if (['/usr/bin/soffice', '/usr/bin/chromium'].some(existsSync)) {
      await clerk.locator('.fonts').waitFor({ timeout: 90_000 })
      yes(/字体/.test(await clerk.locator('.fonts').textContent()), 'fonts are spoken of')
    } else await clerk.locator('aside [role=alert]').waitFor()
    await whole(clerk, 'papers-files')
  })
  await claim('it is sent to the campaign’s units on paper, and the unit reads it', async () => {
    await act(clerk, '发出', null, (d) => d.getByText('纸质送达').click())
    await stateIs(clerk, '已发出')
    await clerk.getByText('已发往 2 个单位').waitFor()
    await clerk.locator('aside').getByText('纸质送达').waitFor()
    await mine.goto(`${o.url}/papers`)
    await mine.getByRole('link', { name: /总结报告/ }).click()
    await preview(mine).getByText('建立长效机制。').waitFor()
    for (const name of ['修改文字', '更正', '作废', '归档', '下载定稿（不带水印）']) equal(await mine.getByRole('button', { name }).count(), 0, name)
    await whole(mine, 'papers-unit')
  })
  const more = async (name, fill, who) => {
    await clerk.getByRole('button', { name: '更多操作' }).click()
    await clerk.getByRole('menuitem', { name, exact: true }).click()
    const dialog = clerk.getByRole('dialog', { name })
    await fill?.(dialog)
    await dialog.getByRole('button', { name, exact: true }).click()
    if (who) {
      const asks = clerk.locator('input[name=step-up]')
      await asks.or(clerk.locator('.el-message--success')).first().waitFor()
      if (await asks.isVisible()) {
        await asks.fill(await freshTotp(who.secret))
        await asks.press('Enter')
      }
    }
    await dialog.waitFor({ state: 'hidden' })
  }
  await claim('archived, it can still be corrected: a later version, the earlier one stays', async () => {
    await more('归档')
    await stateIs(clerk, '已归档')
    await more('更正', (d) => d.getByLabel('原因').fill('漏计一个网站'))
    await clerk.getByText('漏计一个网站').waitFor()
    await clerk.getByRole('heading', { name: '各版本' }).waitFor()
    await whole(clerk, 'papers-corrected')
    await clerk.locator('.said').getByRole('link', { name: '第 1 版' }).click()
    await stateIs(clerk, '已归档')
    await preview(clerk).getByText('建立长效机制。').waitFor()
  })
  await claim('a public bulletin says what it is; cancelled after approval, its number is a gap', async () => {
    await go(clerk, `/papers/new?campaign=${campaign}`)
    await clerk.getByRole('radio', { name: /^通报/ }).check()
    await clerk.getByRole('button', { name: '生成草稿' }).click()
    await clerk.waitForURL(/papers\/\d+$/)
    await clerk.locator('.head .tag', { hasText: '可公开' }).waitFor()
    const id = Number(/papers\/(\d+)/.exec(clerk.url())[1])
    await act(clerk, '提交审批')
    await stateIs(clerk, '待审批')
    await leader.post('/session/step-up', { code: await freshTotp(leader.secret) })
    const { paper: row } = await leader.post(`/papers/${id}/approve`)
    await stateIs(clerk, '已批准')
    await more('作废', (d) => d.getByLabel('原因').fill('内容有误，另行印发'), office)
    await stateIs(clerk, '已作废')
    await go(clerk, '/numbers')
    const line = clerk.locator('tr', { hasText: row.number })
    yes((await line.textContent()).includes('内容有误，另行印发'), 'the gap has its reason')
    await shot(clerk, 'papers-numbers')
  })
  await claim('the list says who waits for whom', async () => {
    await go(clerk, '/papers')
    const rows = clerk.locator('tbody tr')
    equal(await rows.count(), 3, 'papers')
    yes((await rows.nth(1).textContent()).includes('起草人修改、提交'), 'the correction waits for its drafter')
    await whole(clerk, 'papers-list')
  })
  await claim('every page in English and dark', async () => {
    const page = await newPage({ as: office, lang: 'en', theme: 'dark' })
    await page.goto(`${o.url}/papers`)
    await page.locator('main h1').waitFor()
    for (const [name, path] of [['list', '/papers'], ['new', `/papers/new?campaign=${campaign}`], ['one', `/papers/${paper}`]]) {
      await go(page, path)
      await settled(page)
      await axe(page)
      equal((await textFaults(page, 'en', areas)).filter((f) => / is raw/.test(f)), [], name)
      await shot(page, `papers-en-${name}`)
    }
  })
})
