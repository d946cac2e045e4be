/*
 * A campaign as people carry it: the office begins one from a shipped kind, the leader
 * approves, a unit fills in and submits, the office returns, the unit mends, it is accepted;
 * a notice is drafted, approved by another, sent, received, answered and judged.
 */
import { readFile } from 'node:fs/promises'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const day = (n) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
const areas = ['campaign', 'frame', 'register', 'finding', 'inspect', 'overview']

await withOffice(async (o) => {
  const { newPage, shot, axe } = o
  // one path: without a step there is no next
  let isWhole = true
  const claim = (name, check) => o.claim(name, async () => {
    yes(isWhole, 'a step before it failed')
    isWhole = false
    try {
      await check()
      isWhole = true
    } finally {
      if (!isWhole) for (const [who, page] of Object.entries({ theirs, boss, mine })) await shot(page, `failed-campaign-${who}`)
    }
  })
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const second = await member(founder, 'office2', ['office'], { name: '办公室第二人' })
  const leader = await member(founder, 'leader', ['leader'], { name: '领导同志' })
  const units = []
  for (const [i, name] of ['教育局', '卫生健康局', '水务局'].entries()) {
    const unit = (await office.post('/units', { name: `示例区${name}`, kind: 'organ' })).id
    const site = (await office.post('/sites', { name: `${name}门户网站`, domain: `www${i}.example.gov.cn`, unit_id: unit, state: 'running' })).id
    units.push({ unit, site })
  }
  const staff = await member(founder, 'staff', ['unit_staff'], { unit: units[0].unit, name: '教育局经办人' })
  const finding = await office.post('/findings', { site_id: units[0].site, unit_id: units[0].unit, title: '后台登录页可由互联网访问', severity: 'high', category: 'vulnerability', url: 'https://www0.example.gov.cn/admin/' })
  await office.post(`/findings/${finding.id}/confirm`) // seen once, it is nothing to order anything for

  const theirs = await newPage({ as: office })
  const boss = await newPage({ as: leader })
  const mine = await newPage({ as: staff })
  let campaign = 0, duty = 0
  const whole = async (page, name, lang = 'zh') => {
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, lang, areas), [], 'texts')
    await shot(page, name)
  }
  const confirm = (page) => page.locator('.el-message-box__btns .el-button--primary').click()
  const prove = async (page, person) => {
    const asks = page.locator('input[name=step-up]')
    const done = page.locator('.el-message--success')
    await asks.or(done).first().waitFor()
    if (!(await asks.isVisible())) return
    await asks.fill(await freshTotp(person.secret))
    await asks.press('Enter')
  }

  await claim('the office begins a campaign from a shipped kind', async () => {
    await theirs.goto(`${o.url}/campaigns/new`)
    await theirs.locator('.kinds button').first().waitFor()
    equal(await theirs.locator('.kinds button').count(), 6, 'five kinds and a blank one')
    await theirs.locator('.kinds button', { hasText: '互联网网站安全专项整治' }).click()
    await theirs.getByLabel('行业').fill('示例')
    await theirs.getByLabel('机关代字').fill('示网安')
    await whole(theirs, 'campaign-kinds')
    await theirs.getByRole('button', { name: '生成草稿' }).click()
    await theirs.getByRole('navigation', { name: '起草步骤' }).waitFor()
    campaign = Number(/campaigns\/(\d+)/.exec(theirs.url())[1])
    yes((await theirs.textContent('h1')).includes('示例行政机关'), 'the title is adapted')
  })
  await claim('it is adapted step by step and shows whom it would ask', async () => {
    await theirs.getByLabel('发文字号').fill('示政办发〔2026〕1号')
    await theirs.getByLabel('印发机关').fill('示例区人民政府办公室\n示例区网络安全和信息化办公室')
    await whole(theirs, 'campaign-basics')
    await theirs.getByRole('button', { name: '保存，下一步' }).click()
    await theirs.getByText('台账中现有').waitFor()
    await theirs.getByText('3 个单位').waitFor()
    await whole(theirs, 'campaign-scope')
    await theirs.getByRole('button', { name: '保存，下一步' }).click()
    await theirs.getByRole('button', { name: '添加任务' }).click()
    const dialog = theirs.getByRole('dialog')
    await dialog.getByLabel('名称').fill('上报联系人')
    await dialog.getByLabel('截止日期').fill(day(5))
    await dialog.getByLabel('截止日期').press('Enter')
    await axe(theirs)
    await shot(theirs, 'campaign-task')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await theirs.getByRole('cell', { name: '上报联系人', exact: true }).waitFor()
    await whole(theirs, 'campaign-tasks')
    await theirs.getByRole('button', { name: '下一步' }).click()
    await theirs.getByText('批准后将向 3 个单位下达').waitFor()
    const row = theirs.locator('tr', { hasText: '上报联系人' })
    equal(await row.locator('td').last().textContent(), '3', 'duties of the task')
    await whole(theirs, 'campaign-check')
    await theirs.getByRole('button', { name: '提交审批' }).click()
    await confirm(theirs)
    await theirs.getByText('已经提交，等待审批').waitFor()
    equal((await office.get(`/campaigns/${campaign}`)).campaign.state, 'approving', 'state')
  })
  await claim('who drafted it is not offered to approve it; the leader approves', async () => {
    equal(await theirs.getByRole('button', { name: '批准并启动' }).count(), 0, 'buttons')
    await boss.goto(`${o.url}/campaigns/${campaign}`)
    await boss.getByText('请核对下面的方案').waitFor()
    await whole(boss, 'campaign-approve')
    await boss.getByRole('button', { name: '批准并启动' }).click()
    await confirm(boss)
    await prove(boss, leader)
    await boss.getByRole('tab', { name: '进展' }).waitFor()
    equal((await office.get(`/campaigns/${campaign}`)).campaign.state, 'running', 'state')
  })
  await claim('the unit finds its tasks, fills in a form that saves itself, and is told what is missing', async () => {
    duty = (await staff.get(`/duties?q=campaign_id:${campaign}&limit=100`)).items.find((d) => d.name.includes('演练')).id
    await mine.goto(`${o.url}/duties`)
    await mine.getByRole('heading', { name: '我的任务' }).waitFor()
    await mine.getByRole('link', { name: '上报联系人' }).waitFor()
    await whole(mine, 'duty-list')
    await go(mine, `/duties/${duty}`)
    await mine.locator('.sheet fieldset').first().waitFor()
    await whole(mine, 'duty-blank')
    await mine.getByRole('button', { name: '以单位名义报送' }).click()
    await confirm(mine)
    await mine.locator('.sheet .el-form-item.is-error').first().waitFor()
    await axe(mine)
    await shot(mine, 'duty-missing')
  })
  const fill = async () => {
    const boxes = mine.locator('.sheet fieldset .el-form-item')
    for (let i = 0; i < await boxes.count(); i++) { // an answer may ask for more
      const box = boxes.nth(i)
      const label = await box.locator('.el-form-item__label').textContent()
      if (await box.locator('.el-radio').count()) await box.locator('.el-radio').first().click()
      else if (await box.locator('.el-checkbox').count()) await box.locator('.el-checkbox').first().click()
      else if (await box.locator('.el-select').count()) {
        await box.locator('.el-select').click()
        await mine.locator('.el-select-dropdown__item:visible').first().click()
      } else if (await box.locator('.el-date-editor').count()) {
        await box.locator('input').fill(day(-1))
        await box.locator('input').press('Enter')
      } else if (await box.locator('.el-input-number').count()) await box.locator('input').fill('2')
      else if (await box.locator('input[type=file]').count())
        await box.locator('input[type=file]').setInputFiles({ name: '演练方案.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') })
      else await box.locator('input, textarea').first().fill(/电话/.test(label) ? '010-55550000' : '示例内容')
    }
  }
  /* Both forms of a paper, as files that begin as such. */
  const takes = async (page, what, word) => {
    for (const [as, magic] of [['下载 Word', 'PK'], ['下载 PDF', '%PDF-']]) {
      const [file] = await Promise.all([
        page.waitForEvent('download', { timeout: 90_000 }),
        page.getByRole('button', { name: `${as}: ${what}` }).click(),
      ])
      yes((await readFile(await file.path())).subarray(0, 5).toString().startsWith(magic), `${what}: ${file.suggestedFilename()}`)
      yes(file.suggestedFilename().includes(word), `its name: ${file.suggestedFilename()}`)
    }
  }
  await claim('the form is filled in, saved by itself, and submitted', async () => {
    await fill()
    await mine.getByText('已于').waitFor()
    await mine.reload()
    await mine.locator('.sheet fieldset').first().waitFor()
    yes((await staff.get(`/duties/${duty}/sheet`)).updated_at, 'it is on the server')
    await takes(mine, '供盖章的纸质件', '演练')
    await whole(mine, 'duty-filled')
    await mine.getByRole('button', { name: '以单位名义报送' }).click()
    await confirm(mine)
    await mine.getByText('已报送，等待办公室审核').waitFor()
    equal((await office.get(`/duties/${duty}`)).duty.state, 'submitted', 'state')
  })
  await claim('the office returns it with the reason', async () => {
    await go(theirs, `/duties/${duty}`)
    await theirs.getByText('单位已报送，请审核').waitFor()
    await whole(theirs, 'duty-review')
    await theirs.getByRole('button', { name: '退回修改' }).click()
    await theirs.getByRole('dialog').getByLabel('原因').fill('参加人数与签到表不一致，请核对')
    await axe(theirs)
    await theirs.getByRole('dialog').getByRole('button', { name: '退回修改' }).click()
    await theirs.locator('.el-message--success').waitFor()
  })
  await claim('the unit, still on the page, sees it come back, mends it and submits anew', async () => {
    await mine.getByText('办公室退回了这项任务').waitFor()
    await mine.getByText('参加人数与签到表不一致，请核对').first().waitFor()
    await whole(mine, 'duty-returned')
    const box = mine.locator('.sheet fieldset textarea').first()
    await box.fill('修改后的内容')
    await mine.getByRole('button', { name: '以单位名义报送' }).click()
    await confirm(mine)
    await mine.getByText('已报送，等待办公室审核').waitFor()
    yes(JSON.stringify((await staff.get(`/duties/${duty}/sheet`)).answers).includes('修改后的内容'), 'what was typed last went along')
    equal((await staff.get(`/duties/${duty}`)).submissions.length, 2, 'submissions')
  })
  await claim('two who fill in at once lose nothing: what both changed is laid side by side', async () => {
    const other = (await staff.get(`/duties?q=campaign_id:${campaign}&limit=100`)).items.find((d) => d.name === '上报联系人').id
    await go(mine, `/duties/${other}`)
    const box = mine.getByLabel('完成情况')
    await box.fill('甲写的')
    await mine.getByRole('button', { name: '立即保存' }).click()
    await mine.getByText('已于').waitFor()
    await staff.request('PUT', `/duties/${other}/sheet`, { answers: { duty: { done: '乙写的' } } }, { 'If-Match': '*' })
    await box.fill('甲又写的')
    await mine.getByRole('dialog', { name: '内容已被他人修改' }).waitFor()
    await axe(mine)
    await shot(mine, 'duty-conflict')
    await mine.getByRole('button', { name: '按选择保存' }).click()
    await mine.getByText('已于').waitFor()
    equal((await staff.get(`/duties/${other}/sheet`)).answers.duty.done, '甲又写的', 'answer')
  })
  await claim('a unit asks for more time and the office grants less', async () => {
    await mine.getByRole('button', { name: '申请延期' }).click()
    const ask = mine.getByRole('dialog', { name: '申请延期' })
    await ask.getByLabel('希望延到').fill(day(20))
    await ask.getByLabel('希望延到').press('Enter')
    await ask.getByLabel('理由').fill('人员出差')
    await ask.getByRole('button', { name: '申请延期' }).click()
    await ask.waitFor({ state: 'hidden' })
    await theirs.goto(`${o.url}/campaigns/${campaign}?tab=extensions`)
    await theirs.getByRole('button', { name: '批复' }).click()
    await axe(theirs)
    const dialog = theirs.getByRole('dialog', { name: '批复' })
    await dialog.getByLabel('批准延至').fill(day(12))
    await dialog.getByLabel('批准延至').press('Enter')
    await dialog.getByRole('button', { name: '同意延期' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await mine.getByText(day(12)).first().waitFor()
  })
  await claim('it is accepted, and the campaign says how far it is', async () => {
    await go(theirs, `/duties/${duty}`)
    await theirs.getByRole('button', { name: '审核通过' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: '审核通过' }).click()
    await theirs.locator('main').getByText('已审核').first().waitFor()
    await go(theirs, `/campaigns/${campaign}`)
    await theirs.getByRole('tab', { name: '进展' }).waitFor()
    await theirs.locator('.legend', { hasText: '已审核 1' }).first().waitFor()
    await whole(theirs, 'campaign-progress')
    await theirs.getByRole('tab', { name: '单位对照表' }).click()
    await theirs.getByRole('rowheader', { name: '示例区教育局' }).waitFor()
    await whole(theirs, 'campaign-units')
  })
  let notice = 0
  await claim('notices are drafted for units with findings, and approved by another', async () => {
    await theirs.getByRole('tab', { name: '整改通知' }).click()
    await theirs.getByRole('button', { name: '起草通知书' }).click()
    const dialog = theirs.getByRole('dialog', { name: '起草通知书' })
    await dialog.getByLabel('标题').fill('网络安全隐患整改通知书')
    await dialog.getByLabel('反馈期限').fill(day(10))
    await dialog.getByLabel('反馈期限').press('Enter')
    await axe(theirs)
    await dialog.getByRole('button', { name: '起草通知书' }).click()
    await theirs.getByRole('link', { name: '网络安全隐患整改通知书' }).click()
    await theirs.getByRole('heading', { name: /问题清单/ }).waitFor()
    notice = Number(/notices\/(\d+)/.exec(theirs.url())[1])
    await theirs.getByRole('button', { name: '提交审批' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: '提交审批' }).click()
    await theirs.locator('main').getByText('待审批').waitFor()
    equal(await theirs.getByRole('button', { name: '批准并编号' }).count(), 0, 'his own')
    await second.request('POST', `/session/step-up`, { code: await freshTotp(second.secret) })
    await second.post(`/notices/${notice}/approve`)
    await theirs.locator('main').getByText('已批准').first().waitFor()
    await whole(theirs, 'notice-approved')
    await theirs.getByRole('button', { name: '发出' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: '发出' }).click()
    await theirs.locator('main').getByText('已发出').first().waitFor()
  })
  await claim('the unit receives it, answers each finding, and the office judges', async () => {
    await go(mine, `/notices/${notice}`)
    await mine.getByRole('button', { name: '签收' }).click()
    await mine.getByRole('dialog').getByRole('button', { name: '签收' }).click()
    await mine.locator('main').getByText('已签收').first().waitFor()
    await mine.getByRole('button', { name: /填报整改情况/ }).click()
    await mine.getByText('修改配置或升级').click()
    for (const [label, text] of [['整改措施', '后台只允许内网访问'], ['原因分析', '配置疏漏'], ['举一反三排查情况', '其余系统已排查'], ['整改责任人', '王某']]) await mine.getByLabel(label).fill(text)
    await mine.getByLabel('完成日期', { exact: true }).fill(day(0))
    await mine.getByLabel('完成日期', { exact: true }).press('Enter')
    await whole(mine, 'notice-answering')
    await mine.locator('.inner').getByRole('button', { name: '保存' }).click()
    await mine.getByText('已填报 1 / 1 项').waitFor()
    await takes(mine, '整改反馈（供盖章）', '整改')
    await mine.getByRole('button', { name: '反馈', exact: true }).click()
    await mine.getByRole('dialog').getByLabel('反馈说明').fill('问题已整改')
    await mine.getByRole('dialog').getByRole('button', { name: '反馈' }).click()
    await theirs.getByText('已复查 0 / 1 项').waitFor()
    await theirs.getByRole('button', { name: /复查结论/ }).click()
    await theirs.locator('.inner').getByText('已整改', { exact: true }).click()
    await axe(theirs)
    await theirs.locator('.inner').getByRole('button', { name: '复查结论' }).click()
    await theirs.getByText('已复查 1 / 1 项').waitFor()
    await theirs.getByRole('button', { name: '办结' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: '办结' }).click()
    await theirs.locator('main').getByText('已办结').first().waitFor()
    await whole(theirs, 'notice-closed')
    await go(theirs, '/numbers')
    await theirs.getByRole('cell', { name: /示网安〔/ }).waitFor()
    await whole(theirs, 'numbers')
  })
  await claim('every page in English and dark', async () => {
    const page = await newPage({ as: office, lang: 'en', theme: 'dark' })
    await page.goto(`${o.url}/campaigns`)
    await page.locator('main h1').waitFor()
    for (const [name, path] of [['list', '/campaigns'], ['new', '/campaigns/new'], ['progress', `/campaigns/${campaign}`], ['plan', `/campaigns/${campaign}?tab=plan`], ['duty', `/duties/${duty}`], ['notice', `/notices/${notice}`]]) {
      await go(page, path)
      await settled(page)
      await axe(page)
      equal((await textFaults(page, 'en', areas)).filter((f) => !/DIV|TH|A /.test(f.split(' ')[0]) && / is raw/.test(f)), [], name)
      await shot(page, `campaign-en-${name}`)
    }
  })
})
