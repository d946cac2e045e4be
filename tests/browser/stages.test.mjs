/*
 * A campaign from the choice of its kind to the bulletin that was sent, stage by stage, each
 * as the one whose turn it is: the clerk, the leader, the unit, an agency with its engagement.
 * Nobody is told where to click: each begins on his own first page or on the page he was left
 * on, and goes by what it says.
 */
import { readFile } from 'node:fs/promises'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { engage, firstPerson, member } from './lib/people.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const day = (n) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
const areas = ['campaign', 'frame', 'register', 'finding', 'paper', 'overview']

await withOffice(async (o) => {
  const { newPage, shot, axe, url } = o
  let isWhole = true
  const claim = (name, check) => o.claim(name, async () => {
    yes(isWhole, 'a step before it failed')
    isWhole = false
    try {
      await check()
      isWhole = true
    } finally {
      if (!isWhole) for (const [who, page] of Object.entries({ clerk, boss, mine, outside })) await shot(page, `failed-stages-${who}`)
    }
  })
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const second = await member(founder, 'office2', ['office'], { name: '办公室第二人' })
  const leader = await member(founder, 'leader', ['leader'], { name: '领导同志' })
  const units = []
  for (const [i, name] of ['教育局', '水务局'].entries()) {
    const unit = (await office.post('/units', { name: `示例区${name}`, kind: 'organ' })).id
    units.push({ unit, site: (await office.post('/sites', { name: `${name}门户网站`, domain: `www${i}.example.gov.cn`, unit_id: unit, state: 'running' })).id })
  }
  const staff = await member(founder, 'staff', ['unit_staff'], { unit: units[0].unit, name: '教育局经办人' })
  const { tester } = await engage(founder, office, second, units[0].unit, { begins_s: -60, ends_s: 86_400 })
  await tester.signIn()

  const clerk = await newPage({ as: office })
  const boss = await newPage({ as: leader })
  const mine = await newPage({ as: staff })
  const outside = await newPage({ as: tester })
  let campaign = 0
  const whole = async (page, name, lang = 'zh') => {
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, lang, areas), [], 'texts')
    await shot(page, `stages-${name}`)
  }
  const confirm = (page) => page.locator('.el-message-box__btns .el-button--primary').click()
  const prove = async (page, person) => {
    const asks = page.locator('input[name=step-up]')
    await asks.or(page.locator('.el-message--success')).first().waitFor()
    if (!(await asks.isVisible())) return
    await asks.fill(await freshTotp(person.secret))
    await asks.press('Enter')
  }
  const act = async (page, name, who, fill) => {
    await page.getByRole('main').getByRole('button', { name, exact: true }).click()
    const dialog = page.getByRole('dialog', { name })
    await fill?.(dialog)
    await dialog.getByRole('button', { name, exact: true }).click()
    if (who) await prove(page, who)
    await dialog.waitFor({ state: 'hidden' })
  }
  const pick = async (page, within, label, text) => {
    await within.getByLabel(label, { exact: true }).click()
    await page.keyboard.type(text)
    await page.locator('.el-select-dropdown__item:visible', { hasText: text }).first().click()
  }
  /* What happens asks for its duty within ten seconds. */
  const dutyOf = async (who, name) => {
    for (let i = 0; i < 80; i++) {
      const found = (await who.get(`/duties?q=campaign_id:${campaign}&limit=100`)).items.find((d) => d.name === name && d.because)
      if (found) return found
      await new Promise((r) => setTimeout(r, 250))
    }
    throw new Error(`no duty '${name}'`)
  }

  await claim('plan: the clerk chooses a kind and hands it in as it is, with escalation set', async () => {
    await clerk.goto(url)
    await clerk.locator('nav.side a[href="/campaigns"]').click()
    await clerk.getByRole('link', { name: '发起专项行动' }).or(clerk.getByRole('button', { name: '发起专项行动' })).first().click()
    await clerk.locator('.kinds button', { hasText: '政府网站安全漏洞专项整治' }).click()
    await clerk.getByLabel('机关代字').fill('示网安')
    await clerk.getByRole('button', { name: '生成草稿' }).click()
    await clerk.getByRole('navigation', { name: '起草步骤' }).waitFor()
    campaign = Number(/campaigns\/(\d+)/.exec(clerk.url())[1])
    await clerk.getByLabel(/升级督办一次/).fill('5')
    await clerk.getByRole('button', { name: '保存，下一步' }).click()
    await clerk.getByText('台账中现有').waitFor()
    await clerk.getByRole('button', { name: '保存，下一步' }).click()
    await clerk.getByRole('button', { name: '下一步', exact: true }).click()
    await clerk.getByText('批准后将向 2 个单位下达').waitFor()
    yes((await clerk.locator('main').textContent()).includes('每满 5 个工作日自动升级一次'), 'the rule of escalation is told')
    await whole(clerk, 'plan')
    await clerk.getByRole('button', { name: '提交审批' }).click()
    await confirm(clerk)
    await clerk.getByText('已经提交，等待审批').waitFor()
  })
  await claim('approval: the leader finds it on his first page, sees on what it rests, and approves', async () => {
    await boss.goto(url)
    await boss.getByRole('link', { name: /专项行动.*审批/ }).first().click()
    await boss.getByText('请核对下面的方案').waitFor()
    const text = await boss.locator('main').textContent()
    yes(text.includes('拟定机关') && text.includes('天津市'), 'who drafted it, and the superior')
    await whole(boss, 'approve')
    await boss.getByRole('button', { name: '批准并启动' }).click()
    await confirm(boss)
    await prove(boss, leader)
    await boss.getByRole('tab', { name: '进展' }).waitFor()
  })
  await claim('self-inspection: the unit enters what it found and mended, in one go', async () => {
    await mine.goto(`${url}/duties`)
    await mine.getByRole('link', { name: '自查并报送自查整改报告' }).waitFor()
    await go(mine, `/campaigns/${campaign}`)
    await mine.getByRole('tab', { name: '自查整改' }).click()
    await mine.getByText('还没有登记自查中发现并整改的问题').waitFor()
    await whole(mine, 'self-none')
    await mine.getByRole('button', { name: '登记自查整改' }).click()
    const dialog = mine.getByRole('dialog', { name: '登记自查整改' })
    await pick(mine, dialog, '网站', '教育局门户')
    await dialog.getByLabel('问题', { exact: true }).fill('后台存在长期不用的账号')
    await dialog.getByText('删除多余用户、端口或服务').click()
    await dialog.getByLabel('整改措施').fill('删除三个账号，重置口令')
    await dialog.getByLabel('举一反三排查情况').fill('其他系统已排查')
    await dialog.getByLabel('整改责任人').fill('王某')
    await axe(mine)
    await shot(mine, 'stages-self-dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await mine.getByText('自查整改 1 项').waitFor()
    await whole(mine, 'self')
  })
  await claim('self-inspection: the office looks at it and gives its verdict', async () => {
    await go(clerk, `/campaigns/${campaign}?tab=self`)
    await clerk.getByText('后台存在长期不用的账号').waitFor()
    await clerk.getByRole('button', { name: /复查结论/ }).click()
    await clerk.locator('.inner').getByText('已整改', { exact: true }).click()
    await clerk.locator('.inner').getByRole('button', { name: '复查结论' }).click()
    await clerk.locator('article .tag', { hasText: '已复查' }).waitFor()
    await whole(clerk, 'self-judged')
  })
  await claim('inspection: the agency sees the campaign of its unit and its findings, nothing to decide', async () => {
    await outside.goto(url)
    await outside.locator('nav.side a[href="/campaigns"]').click()
    await outside.getByRole('link', { name: /政府网站安全漏洞专项整治/ }).click()
    await outside.getByRole('tab', { name: '方案' }).waitFor()
    for (const name of ['登记上级通报', '起草通知书', '转入评定总结', '下载归档包']) equal(await outside.getByRole('button', { name }).count(), 0, name)
    await whole(outside, 'agency')
    await go(outside, '/findings')
    await outside.getByText('后台存在长期不用的账号').waitFor()
    equal(await outside.getByText('水务局').count(), 0, 'no other unit')
  })
  await claim('inspection: a notice from above is entered by hand and joins the findings', async () => {
    await go(clerk, `/campaigns/${campaign}`)
    await clerk.getByRole('button', { name: '登记上级通报' }).click()
    const dialog = clerk.getByRole('dialog', { name: /登记问题/ }).or(clerk.getByRole('dialog')).first()
    for (const title of ['业务系统存在弱口令', '后台可由互联网访问']) {
      if (!(await dialog.isVisible())) await clerk.getByRole('button', { name: '登记上级通报' }).click()
      await pick(clerk, dialog, '网站', '教育局门户')
      await dialog.getByLabel(/^问题/).first().fill(title)
      await dialog.getByLabel(/来源说明|文号/).first().fill('市反馈3号')
      await axe(clerk)
      await dialog.getByRole('button', { name: '保存' }).click()
      await dialog.waitFor({ state: 'hidden' })
    }
    const found = (await office.get('/findings?limit=50&q=source:superior')).items
    equal(found.length, 2, 'findings from above')
    for (const f of found) await office.post(`/findings/${f.id}/confirm`)
    await clerk.getByRole('region', { name: /存在安全漏洞网站比例/ }).waitFor()
    await clerk.locator('section', { hasText: '存在安全漏洞网站比例' }).getByText('未达到').or(clerk.getByText('未达标')).first().waitFor()
    await whole(clerk, 'target')
  })
  let notice = 0
  await claim('notice: drafted, approved by the leader, sent; the unit receives it and has its task', async () => {
    await clerk.getByRole('tab', { name: '整改通知' }).click()
    await clerk.getByRole('button', { name: '起草通知书' }).click()
    const dialog = clerk.getByRole('dialog', { name: '起草通知书' })
    await dialog.getByLabel('标题').fill('网络安全隐患整改通知书')
    await dialog.getByLabel('反馈期限').fill(day(10))
    await dialog.getByLabel('反馈期限').press('Enter')
    await dialog.getByRole('button', { name: '起草通知书' }).click()
    await clerk.getByRole('link', { name: '网络安全隐患整改通知书' }).click()
    await clerk.getByRole('heading', { name: /问题清单/ }).waitFor()
    notice = Number(/notices\/(\d+)/.exec(clerk.url())[1])
    await act(clerk, '提交审批')
    await boss.goto(url)
    await boss.getByRole('link', { name: /通知书.*审批/ }).first().click()
    await act(boss, '批准并编号', leader)
    await clerk.locator('main').getByText('已批准').first().waitFor()
    await act(clerk, '发出')
    await mine.goto(url)
    await mine.getByRole('link', { name: /通知书/ }).first().waitFor()
    await go(mine, `/notices/${notice}`)
    await act(mine, '签收')
    const duty = await dutyOf(staff, '整改并反馈')
    equal(duty.due, day(10), 'the day that the notice states')
    await go(mine, `/duties/${duty.id}`)
    await mine.getByText('请在通知书中逐项反馈').waitFor()
    await whole(mine, 'duty-of-notice')
    equal(await mine.locator('.sheet').count(), 0, 'nothing is asked twice')
    await mine.getByRole('link', { name: '去通知书填报' }).click()
    await mine.getByRole('heading', { name: /问题清单/ }).waitFor()
  })
  await claim('rectification: one is mended, one planned; a step is done; the answer hands in the task', async () => {
    await mine.getByRole('button', { name: /^1\. 填报整改情况/ }).click()
    await mine.getByText('修改配置或升级').click()
    for (const [label, text] of [['整改措施', '已改口令'], ['原因分析', '管理疏漏'], ['举一反三排查情况', '已排查'], ['整改责任人', '王某']]) await mine.getByLabel(label).fill(text)
    await mine.getByLabel('完成日期', { exact: true }).fill(day(0))
    await mine.getByLabel('完成日期', { exact: true }).press('Enter')
    await mine.locator('.inner').getByRole('button', { name: '保存' }).click()
    await mine.getByText('已填报 1 / 2 项').waitFor()
    await mine.getByRole('button', { name: /^2\. 填报整改情况/ }).click()
    await mine.locator('.inner').getByText('暂时不能整改').click()
    await mine.getByLabel('不能立即整改的原因').fill('需更换系统')
    await mine.getByLabel('整改前的防范措施').fill('限制访问')
    for (const [n, on, what] of [[1, day(20), '立项采购'], [2, day(50), '上线']]) {
      await mine.getByRole('button', { name: '添加步骤' }).click()
      await mine.getByLabel(`第 ${n} 步日期`).fill(on)
      await mine.getByLabel(`第 ${n} 步日期`).press('Enter')
      await mine.getByLabel(`第 ${n} 步内容`).fill(what)
    }
    await mine.getByLabel('整改责任人').fill('王某')
    await mine.getByLabel('计划完成日期').fill(day(60))
    await mine.getByLabel('计划完成日期').press('Enter')
    await mine.locator('.inner').getByRole('button', { name: '保存' }).click()
    await mine.getByText('已填报 2 / 2 项').waitFor()
    await mine.getByRole('button', { name: '登记完成（第 1 步）' }).click()
    await mine.locator('.el-message-box textarea').fill('已批复立项')
    await confirm(mine)
    await mine.getByText(`✓ ${day(0)} 完成`).waitFor()
    await whole(mine, 'plan-steps')
    await act(mine, '反馈', null, (d) => d.getByLabel('反馈说明').fill('一项已整改，一项列入计划'))
    equal((await dutyOf(staff, '整改并反馈')).state, 'submitted', 'the task went along')
  })
  await claim('evaluation: the clerk goes on to it, and drafts the bulletin from the campaign', async () => {
    await go(clerk, `/campaigns/${campaign}`)
    await clerk.getByRole('button', { name: '转入评定总结' }).click()
    await confirm(clerk)
    await clerk.locator('main').getByText('评定总结').first().waitFor()
    await clerk.getByRole('tab', { name: '公文' }).click()
    await clerk.getByRole('link', { name: '起草公文' }).click()
    await clerk.getByRole('radio', { name: /^通报/ }).check()
    await clerk.getByRole('button', { name: '生成草稿' }).click()
    await clerk.waitForURL(/papers\/\d+$/)
    await act(clerk, '提交审批')
    await clerk.locator('.head .tag', { hasText: '待审批' }).waitFor()
    await whole(clerk, 'bulletin')
  })
  await claim('bulletin: the leader approves it, the clerk sends it, the unit reads it', async () => {
    await boss.goto(url)
    await boss.getByRole('link', { name: '有公文待审批' }).click()
    await act(boss, '批准并编号', leader)
    await clerk.locator('.head .tag', { hasText: '已批准' }).waitFor()
    await act(clerk, '发出')
    await clerk.locator('.head .tag', { hasText: '已发出' }).waitFor()
    await whole(clerk, 'sent')
    await mine.goto(`${url}/papers`)
    await mine.getByRole('link', { name: /通报/ }).first().click()
    await mine.frameLocator('.preview iframe').locator('body').getByText('通报').first().waitFor()
    await whole(mine, 'unit-reads')
  })
  await claim('archive: closed, all of it is taken away as one file', async () => {
    await go(clerk, `/campaigns/${campaign}`)
    await clerk.getByRole('button', { name: '结束', exact: true }).click()
    await confirm(clerk)
    await clerk.locator('.head .tag', { hasText: '已结束' }).or(clerk.locator('main').getByText('已结束')).first().waitFor()
    await office.post('/session/step-up', { code: await freshTotp(office.secret) })
    const [file] = await Promise.all([clerk.waitForEvent('download'), clerk.getByRole('button', { name: '下载归档包' }).click()])
    const bytes = await readFile(await file.path())
    yes(bytes.subarray(0, 2).toString() === 'PK' && bytes.includes('MANIFEST.txt') && bytes.includes('rectifications.json'), 'a ZIP with its manifest')
    await whole(clerk, 'closed')
  })
  await claim('every page of it in English and dark', async () => {
    const page = await newPage({ as: office, lang: 'en', theme: 'dark' })
    await page.goto(`${url}/campaigns/${campaign}`)
    await page.locator('main h1').waitFor()
    for (const [name, path] of [['progress', ''], ['self', '?tab=self'], ['plan', '?tab=plan']]) {
      await go(page, `/campaigns/${campaign}${path}`)
      await settled(page)
      await axe(page)
      equal((await textFaults(page, 'en', areas)).filter((f) => / is raw/.test(f)), [], name)
      await shot(page, `stages-en-${name}`)
    }
  })
})
