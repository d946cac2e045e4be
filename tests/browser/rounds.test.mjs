/*
 * Permits, rounds and our conduct in the browser, against sites on this machine: two persons
 * for anything deeper, one round live, held and let go, two compared, the emergency stop, and
 * what a webmaster is answered.
 */
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { planted, startSites } from './lib/sites.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'

const hosts = ['www.jyj.xingyuan.gov.cn', 'wjw.xingyuan.gov.cn']
const content = { [hosts[0]]: { '/p3.html': planted.hidden }, [hosts[1]]: {} }
const sites = await startSites(content)
const areas = ['inspect', 'finding', 'frame', 'register']

await withOffice(async (o) => {
  const { newPage, claim, shot, axe, url } = o
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const second = await member(founder, 'office2', ['office'], { name: '办公室第二人' })
  for (const [i, domain] of hosts.entries()) {
    const unit_id = (await office.post('/units', { name: ['区教育局', '区卫生健康委员会'][i], kind: 'organ' })).id
    await office.post('/sites', { name: ['教育信息网', '卫生健康网'][i], domain, unit_id })
  }
  const page = await newPage({ as: office })
  const looked = async (p, name) => {
    await settled(p)
    await axe(p)
    equal(await layoutFaults(p), [], 'layout')
    equal(await textFaults(p, 'zh', areas), [], 'texts')
    await shot(p, name)
  }
  const field = (p, label) => p.locator('main .el-form-item', { hasText: label }).locator('input').first()
  const permit = async (pace, more = {}) => {
    const made = await office.post('/permits', {
      name: '示例远程技术检测', number: `示网安〔2026〕${pace}号`, depth: 'passive', holder: '示例区网信办', contact: 'wx@example.invalid', selection: { all: true },
      allow: ['127.0.0.0/8'], valid_until: '2040-01-01T00:00:00Z', pace_per_min: pace, ...more,
    })
    await office.post(`/permits/${made.id}/issue`)
    return made.id
  }
  const ended = async (id) => {
    for (let i = 0; i < 300; i++) {
      const r = await office.get(`/rounds/${id}`)
      if (['done', 'failed', 'cancelled'].includes(r.state)) return r
      await new Promise((done) => setTimeout(done, 200))
    }
    throw new Error(`round ${id} does not end`)
  }
  let first, slow

  await claim('without permits and rounds the lists say so', async () => {
    await page.goto(`${url}/permits`)
    await page.getByText('还没有授权书').waitFor()
    await looked(page, 'permits-empty')
    await go(page, '/rounds')
    await page.getByText('还没有检测轮次').waitFor()
    await looked(page, 'rounds-empty')
    await go(page, '/conduct')
    await page.getByText('现在没有正在进行的检测').waitFor()
  })
  await claim('a deeper permit is drafted, submitted, and not approved by who drafted it', async () => {
    await go(page, '/permits/new')
    await field(page, '名称').fill('示例无损探测')
    await field(page, '文号').fill('示网安〔2026〕1号')
    await page.locator('.el-radio', { hasText: '主动检测' }).click()
    await looked(page, 'permit-draft')
    await page.getByRole('button', { name: '保存' }).click()
    await page.waitForURL(/\/permits\/\d+$/)
    await page.getByText('须由另一位有权限的人员审批').waitFor()
    await page.getByRole('button', { name: '提交审批' }).click()
    await page.getByRole('button', { name: '提交审批' }).waitFor({ state: 'detached' })
    equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0, 'approving his own')
    await looked(page, 'permit-submitted')
  })
  await claim('another person sends it back with a reason, then approves it', async () => {
    const other = await newPage({ as: second })
    await other.goto(page.url())
    await other.getByRole('button', { name: '退回' }).click()
    await other.locator('.el-message-box input').fill('请缩小范围')
    await other.locator('.el-message-box').getByRole('button').filter({ hasText: /确定|OK|确认/ }).click()
    await other.getByText('原因：请缩小范围').waitFor()
    await page.getByText('原因：请缩小范围').waitFor() // told at once to who drafted it
    await field(page, '检测哪些网站').fill('domain:www.jyj.xingyuan.gov.cn')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('授权的网站（1）').waitFor()
    await page.getByRole('button', { name: '提交审批' }).click()
    await other.getByRole('button', { name: '批准', exact: true }).click()
    await other.getByRole('button', { name: '批准', exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '签发' }).click()
    await page.getByRole('button', { name: '撤销' }).waitFor()
    await looked(page, 'permit-issued')
    await other.context().close()
  })
  await claim('a round is begun under a permit and ends in the list', async () => {
    const id = await permit(6000)
    await go(page, `/permits/${id}`)
    await page.getByRole('button', { name: '发起检测' }).click()
    const dialog = page.getByRole('dialog', { name: '发起检测' })
    await dialog.waitFor()
    await dialog.locator('input').first().fill('示例第一轮')
    await looked(page, 'round-start')
    await dialog.getByRole('button', { name: '发起检测' }).click()
    await page.waitForURL(/\/rounds\/\d+$/)
    first = Number(page.url().split('/').at(-1))
    await page.locator('main [role=status] p', { hasText: '已完成' }).waitFor()
    await page.locator('tbody tr', { hasText: hosts[1] }).getByText('已检测').waitFor()
    await looked(page, 'round-done')
    await go(page, '/rounds')
    await page.locator('tbody tr', { hasText: '示例第一轮' }).waitFor()
    await looked(page, 'rounds-list')
  })
  await claim('a slow round is watched, held and let go on', async () => {
    // what was hidden is mended, something else is published: for the comparison below
    delete content[hosts[0]]['/p3.html']
    content[hosts[1]]['/p2.html'] = planted.personal
    const id = await permit(240)
    slow = (await office.post('/rounds', { permit_id: id, all: true, name: '示例第二轮' })).id
    await go(page, `/rounds/${slow}`)
    await page.locator('.numbers dd').nth(2).filter({ hasText: /[1-9]/ }).waitFor()
    await looked(page, 'round-live')
    await page.getByRole('button', { name: '暂停' }).click()
    await page.getByRole('button', { name: '继续' }).waitFor()
    await page.locator('main').getByText('已暂停').first().waitFor()
    await looked(page, 'round-paused')
    await page.getByRole('button', { name: '继续' }).click()
    await page.getByRole('button', { name: '暂停' }).waitFor()
  })
  await claim('who is inspecting, under which permit, and where', async () => {
    await go(page, '/conduct')
    const row = page.locator('[data-test=inspecting]')
    await row.waitFor()
    const text = await row.textContent()
    yes(text.includes('示例第二轮') && /20\d\d-\d\d-\d\d \d\d:\d\d/.test(text) && text.includes('示网安〔2026〕240号') && text.includes('示例区网信办') && text.includes(hosts[0]), text)
    await looked(page, 'conduct-now')
    await row.getByRole('link', { name: '示例第二轮' }).click()
    await page.waitForURL(new RegExp(`/rounds/${slow}$`))
  })
  await claim('the emergency stop stops everything from any page, needs a reason, and is told on every page', async () => {
    const other = await newPage({ as: second })
    await other.goto(`${url}/register/site`)
    await page.getByRole('button', { name: '紧急停止' }).click()
    const dialog = page.getByRole('dialog')
    yes(await dialog.getByRole('button', { name: /停止/ }).last().isDisabled(), 'without a reason')
    await dialog.locator('input').fill('网站反映访问缓慢')
    await looked(page, 'stop-ask')
    await dialog.getByRole('button', { name: /停止/ }).last().click()
    await page.locator('.banner[role=alert]').waitFor()
    await other.locator('.banner', { hasText: '网站反映访问缓慢' }).waitFor()
    await page.getByText('紧急停止', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: '继续' }).or(page.locator('main').getByText('已暂停')).first().waitFor()
    const at = Date.now() + 2000
    await looked(page, 'stop-in-force')
    await other.context().close()
    await page.waitForTimeout(3000)
    equal(sites.requests.filter((r) => r.at > at).length, 0, 'requests two seconds after it')
  })
  await claim('nothing goes on while it is in force, and the page says why', async () => {
    const resume = page.getByRole('button', { name: '继续' })
    if (await resume.count()) {
      await resume.click()
      await page.locator('main [role=alert]').filter({ hasText: '紧急停止' }).first().waitFor()
      await looked(page, 'stop-refuses')
    }
    const a = await office.request('POST', `/rounds/${slow}/resume`)
    equal([a.status, a.json.code], [409, 'emergency_stop'], 'the server')
  })
  await claim('it is released with a reason; what it stopped goes on when somebody says so', async () => {
    await page.locator('.banner').getByRole('button').click()
    const dialog = page.getByRole('dialog', { name: /解除/ })
    await dialog.locator('input').fill('已核实，与检测无关')
    await dialog.getByRole('button', { name: /解除/ }).click()
    await page.locator('.banner').waitFor({ state: 'detached' })
    equal((await office.get(`/rounds/${slow}`)).state, 'paused', 'state')
    await page.getByRole('button', { name: '继续' }).click()
    equal((await ended(slow)).state, 'done', 'state')
  })
  await claim('two rounds are compared: what is mended, what is new', async () => {
    await page.locator('main [role=status] p', { hasText: '已完成' }).waitFor()
    await page.getByRole('combobox', { name: '与另一轮次比较' }).click()
    await page.getByRole('option', { name: /示例第一轮/ }).click()
    await page.locator('[data-test=compare]').click()
    await page.waitForURL(new RegExp(`/findings/compare\\?a=${first}&b=${slow}`))
    await page.locator('tbody tr').first().waitFor()
    await looked(page, 'compare')
    await page.locator('.counts button', { hasText: '新' }).first().click()
    await page.locator('tbody tr', { hasText: '身份证' }).first().waitFor()
    const counts = (await office.get(`/rounds/${first}/compare/${slow}`)).counts
    yes(counts.fixed >= 1 && counts.new >= 1 && counts.open >= 1, JSON.stringify(counts))
  })
  await claim('a source address is registered, and a webmaster is answered from it', async () => {
    await go(page, '/conduct')
    await page.getByRole('link', { name: '检测源地址' }).click()
    await page.waitForURL(/\/register\/source$/)
    await looked(page, 'sources-empty')
    await office.post('/sources', { address: '127.0.0.0/28', carrier: '示例运营商', filed_police: '2026-05-01' })
    await go(page, '/conduct')
    await page.getByText('127.0.0.0/28').first().waitFor()
    const ask = async (address, host) => {
      await field(page, '来源地址').fill(address)
      await field(page, '被访问的主机').fill(host)
      await page.getByRole('button', { name: '查证' }).click()
    }
    await ask('127.0.0.1', hosts[0])
    await page.getByText('是。当时有检测正在访问该主机。').waitFor()
    await page.locator('[role=status] a', { hasText: '示例第二轮' }).first().waitFor()
    await looked(page, 'conduct-answer')
    await ask('127.0.0.1', 'www.other.example')
    await page.getByText('不是。当时没有检测访问该主机。').waitFor()
    await ask('198.51.100.1', hosts[0])
    await page.getByText('但来源地址不是登记的检测源地址').waitFor()
    await ask('nonsense', hosts[0])
    await page.getByText('请填写 IP 地址').waitFor()
    await looked(page, 'conduct-refused')
  })
  await claim('a host is put on the list of those never visited', async () => {
    await go(page, '/register/blocklist')
    await page.getByRole('link', { name: /新增/ }).or(page.getByRole('button', { name: /新增/ })).first().click()
    await page.waitForSelector('form fieldset')
    await field(page, '主机').fill(hosts[1])
    await field(page, '原因').or(page.locator('main .el-form-item', { hasText: '原因' }).locator('textarea')).first().fill('系统维护')
    await page.getByRole('button', { name: '保存' }).click()
    await page.waitForURL(/\/register\/blocklist\/\d+$/)
    await looked(page, 'blocklist')
    const before = sites.requests.length
    const again = await ended((await office.post('/rounds', { permit_id: await permit(6001), all: true, name: '示例第三轮', max_pages: 2 })).id)
    equal(again.numbers.by_status.denied, 1, JSON.stringify(again.numbers))
    yes(sites.requests.slice(before).every((r) => r.host !== hosts[1]), 'it was not visited')
  })
  for (const [lang, theme] of [['zh', 'dark'], ['en', 'light']])
    await claim(`all of it holds in ${lang}, ${theme}`, async () => {
      const p = await newPage({ as: office, lang, theme })
      for (const path of ['/wizard', '/permits', '/permits/1', '/permits/new', '/rounds', `/rounds/${slow}`, '/conduct', `/findings/compare?a=${first}&b=${slow}`]) {
        await p.goto(`${url}${path}`)
        await p.waitForSelector('main h1')
        await settled(p)
        await axe(p)
        equal(await layoutFaults(p), [], `layout of ${path}`)
        equal(await textFaults(p, lang, areas), [], `texts of ${path}`)
        await shot(p, `inspect-${lang}-${theme}${path.replace(/\W.*?(?=\w)/g, '-').split('-').slice(0, 3).join('-')}`)
      }
      await p.context().close()
    })
}, { flags: sites.flags })
await sites.stop()
