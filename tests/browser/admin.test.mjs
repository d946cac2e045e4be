/* Accounts, audit, tokens, mail, the second proof, and who comes in only for a time. */
import { enrol, equal, password, settled, withOffice, yes } from './lib/browser.mjs'
import { district, Person } from './lib/people.mjs'
import { freshTotp } from './lib/totp.mjs'

await withOffice(async (office) => {
  const { url, newPage, claim, shot, axe, signIn } = office
  const { people, second, units } = await district(office)
  const sys = await newPage({ as: people.sysadmin })
  const dialog = (page, name) => page.getByRole('dialog', name ? { name } : {}).filter({ visible: true })
  const say = (scope, label, text) => scope.locator('.el-form-item', { hasText: label }).locator('input').first().fill(text)
  let link, newcomer

  /* Answers the dialog for a second proof when it comes up; true when it did. */
  async function prove(page, who, done) {
    const asks = page.locator('input[name=step-up]')
    await asks.or(done).first().waitFor()
    if (!(await asks.isVisible())) return false
    await asks.fill(await freshTotp(who.secret))
    await asks.press('Enter')
    await done.first().waitFor()
    return true
  }
  /* A session of WHO whose second proof is too old: signing in gives a fresh one. */
  async function withoutProof(page) {
    let refused = 0
    await page.route('**/api/v1/**', async (route) => {
      const method = route.request().method()
      if (method === 'GET' || /session/.test(route.request().url()) || refused) return route.fallback()
      refused++
      return route.fulfill({
        status: 403, contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'about:blank', title: 'x', status: 403, code: 'step_up_needed', detail: '', request_id: 'x' }),
      })
    })
    return () => page.unroute('**/api/v1/**')
  }

  await claim('the list of accounts shows everybody with his roles and his state', async () => {
    await sys.goto(`${url}/users`)
    await sys.locator('tbody tr').first().waitFor()
    await settled(sys)
    yes((await sys.locator('tbody tr').count()) >= 15, 'all accounts are there')
    await sys.locator('tr', { hasText: 'auditor' }).getByText('审计员').waitFor()
    await axe(sys)
    await shot(sys, 'admin-users')
  })
  await claim('an invitation is made in the dialog and its link is shown once', async () => {
    await sys.getByRole('button', { name: '邀请用户' }).click()
    const box = dialog(sys, '邀请用户')
    await say(box, '姓名', '李示例')
    await say(box, '登录名', 'newcomer')
    await box.locator('label', { hasText: '检查人员' }).click()
    await axe(sys)
    await shot(sys, 'admin-invite')
    await box.getByRole('button', { name: '生成邀请链接' }).click()
    await prove(sys, people.sysadmin, box.locator('[data-test=one-time]'))
    link = (await box.locator('[data-test=one-time]').textContent()).trim()
    yes(/\/invite\/[\w-]+$/.test(link), link)
    await axe(sys)
    await shot(sys, 'admin-invited')
    await box.getByRole('button', { name: '关闭', exact: true }).last().click()
    await sys.getByRole('link', { name: 'newcomer' }).waitFor()
  })
  await claim('who is invited chooses a password; what he asked for waits for the security administrator', async () => {
    const page = await newPage()
    newcomer = { login: 'newcomer', password, secret: '' }
    await page.goto(`${url}${new URL(link, url).pathname}`)
    await page.getByText('李示例').waitFor()
    await axe(page)
    await shot(page, 'admin-invitation')
    await page.fill('input[name=new-password]', password)
    await page.fill('input[name=repeat-password]', password)
    await page.click('button[type=submit]')
    await page.locator('.secret, .frame h1').first().waitFor()
    if (await page.locator('.secret').count()) await enrol(page, newcomer)
    await page.waitForSelector('.frame h1')
    const rights = await page.evaluate(() => fetch('/api/v1/session').then((a) => a.json()).then((s) => s.roles))
    equal(rights, [], 'roles before approval')
    await shot(page, 'admin-no-role-yet')
    await page.goto(link.replace(/^https?:\/\/[^/]+/, url))
    await page.getByText('这个链接已经用过或者已经过期').waitFor()
    await page.context().close()
  })
  const sec = await newPage({ as: people.secadmin })
  await claim('the security administrator approves the role', async () => {
    await sec.goto(`${url}/users`)
    await sec.getByRole('link', { name: 'newcomer' }).click()
    await sec.getByRole('button', { name: '批准角色' }).click()
    await prove(sec, people.secadmin, sec.getByText('已办理'))
    await sec.locator('dd', { hasText: '检查人员' }).waitFor({ state: 'detached' })
    const them = (await people.secadmin.get('/users?limit=200')).items.find((u) => u.login === 'newcomer')
    newcomer.id = them.id
    equal(them.roles, ['inspector'])
    equal(them.wanted, [])
  })
  await claim('he grants another role, and roles that exclude each other cannot be chosen together', async () => {
    const roles = sec.getByRole('group', { name: '角色' })
    yes(await roles.getByRole('checkbox', { name: '审计员' }).isDisabled(), 'auditor is excluded by inspector')
    await roles.locator('label', { hasText: '技术支撑队伍' }).click()
    await sec.locator('section', { hasText: '审计员' }).getByRole('button', { name: '保存' }).click()
    await prove(sec, people.secadmin, sec.getByText('已办理'))
    await sec.waitForFunction((id) => fetch(`/api/v1/users/${id}`).then((a) => a.json()).then((u) => u.roles.includes('tech')), newcomer.id)
    await axe(sec)
    await shot(sec, 'admin-user')
  })
  await claim('a unit is assigned for a time, and the assignment is taken back', async () => {
    const card = sec.locator('section', { hasText: '指派的单位' })
    const picker = card.locator('.el-form-item', { hasText: '单位' }).first().locator('input').first()
    await picker.click()
    await picker.fill('示例区教育局')
    await sec.getByRole('option', { name: /示例区教育局/ }).first().click()
    const [from, until] = [await card.getByPlaceholder('起').first(), await card.getByPlaceholder('止').first()]
    await from.fill('2026-01-01 00:00:00')
    await until.fill('2040-01-01 00:00:00')
    await until.press('Enter')
    await sec.keyboard.press('Escape')
    await card.getByRole('button', { name: '指派', exact: true }).click()
    await card.locator('tbody tr', { hasText: '示例区教育局' }).waitFor()
    const made = (await people.secadmin.get(`/users/${newcomer.id}/assignments`)).items
    equal(made.map((a) => a.unit_id), [units[0]])
    yes(made[0].until.startsWith('2039-12-31T16:00:00') || made[0].until.startsWith('2040-01-01'), made[0].until)
    await axe(sec)
    await shot(sec, 'admin-assigned')
    await card.getByRole('button', { name: /取消指派/ }).click()
    await card.getByText('还没有指派单位').waitFor()
  })
  await claim('locking ends his sessions at once and unlocking lets him back', async () => {
    const him = Object.assign(new Person(office, 'newcomer'), { secret: newcomer.secret })
    if (newcomer.secret) await him.signIn()
    else {
      await him.signIn()
      newcomer.secret = him.secret
    }
    equal((await him.request('GET', '/session')).status, 200)
    await sec.getByRole('button', { name: '锁定', exact: true }).click()
    await dialog(sec, '锁定').getByRole('button', { name: /确定|OK/ }).click()
    await prove(sec, people.secadmin, sec.getByText('已办理'))
    equal((await him.request('GET', '/session')).status, 401)
    // unlocking is the system administrator's
    await sys.goto(`${url}/users/${newcomer.id}`)
    await sys.getByRole('button', { name: '解除锁定' }).click()
    await dialog(sys, '解除锁定').getByRole('button', { name: /确定|OK/ }).click()
    await prove(sys, people.sysadmin, sys.getByText('已办理'))
    equal((await people.secadmin.get(`/users/${newcomer.id}`)).locked_at, null)
  })
  await claim('nobody is offered to maintain his own account', async () => {
    await sec.goto(`${url}/users/${people.secadmin.id}`)
    await sec.getByText('自己的账号由另一位管理员维护').waitFor()
    equal(await sec.getByRole('button', { name: '锁定', exact: true }).count(), 0)
  })

  await claim('the auditor finds an act by what was done and who did it', async () => {
    const page = await newPage({ as: people.auditor })
    await page.goto(`${url}/audit`)
    await page.locator('tbody tr').first().waitFor()
    await page.getByLabel('操作', { exact: true }).fill('user.lock')
    await page.getByLabel('操作', { exact: true }).press('Enter')
    await page.waitForURL(/operation=user\.lock/)
    await page.locator('tbody tr', { hasText: 'user.lock' }).first().waitFor()
    await settled(page)
    for (const text of await page.locator('tbody tr').allTextContents()) yes(text.includes('user.lock') && text.includes('账号') && !text.includes('account '), text)
    await axe(page)
    await shot(page, 'admin-audit')
    await page.context().close()
  })
  await claim('the auditor verifies the trail and is told that it is whole', async () => {
    const page = await newPage({ as: people.auditor })
    await page.goto(`${url}/audit`)
    const checkpoint = await people.auditor.request('POST', '/audit/checkpoint', {})
    yes(checkpoint.status < 300, checkpoint.text)
    await page.getByRole('button', { name: '开始核验' }).click()
    await page.locator('main [role=status]', { hasText: /^\S*\s*完整/ }).waitFor()
    await axe(page)
    await shot(page, 'admin-audit-whole')
    await page.context().close()
  })

  await claim('a token is made in the page, is shown once, works for what it names and for nothing else', async () => {
    const page = await newPage({ as: people.office })
    await page.goto(`${url}/account/tokens`)
    await page.getByText('令牌').first().waitFor()
    await say(page, '用途', '对接程序')
    await page.locator('.el-form-item', { hasText: '允许的操作' }).locator('.el-select__wrapper').click()
    await page.getByRole('combobox', { name: '允许的操作' }).fill('unit.read')
    await page.getByRole('option', { name: 'unit.read', exact: true }).click()
    await page.getByRole('heading', { level: 1 }).click()
    await page.getByRole('option', { name: 'unit.read', exact: true }).waitFor({ state: 'hidden' })
    await axe(page)
    await page.locator('form button[type=submit]').last().click()
    await prove(page, people.office, page.locator('[data-test=one-time]'))
    const token = (await page.locator('[data-test=one-time]').textContent()).trim()
    const program = new Person(office, 'program')
    const bearer = { Authorization: `Bearer ${token}` }
    equal((await program.request('GET', '/units', undefined, bearer)).status, 200)
    equal((await program.request('GET', '/sites', undefined, bearer)).status, 403)
    await shot(page, 'admin-token')
    await page.reload()
    const row = page.locator('tbody tr', { hasText: '对接程序' })
    await row.waitFor()
    equal(await page.locator('[data-test=one-time]').count(), 0)
    await row.getByRole('button').click()
    await prove(page, people.office, page.getByText('还没有令牌'))
    await row.waitFor({ state: 'detached' })
    equal((await program.request('GET', '/units', undefined, bearer)).status, 401)
    await page.context().close()
  })

  await claim('mail settings are saved after a second proof; the password is never shown again', async () => {
    const ends = await withoutProof(sys)
    await sys.goto(`${url}/delivery`)
    await sys.locator('form').first().waitFor()
    await say(sys, '服务器', 'mail.example.invalid')
    await say(sys, '密码', 'kept secret')
    await say(sys, '发信地址', 'office@example.invalid')
    await sys.getByRole('button', { name: '保存' }).click()
    await sys.locator('input[name=step-up]').waitFor()
    await axe(sys)
    await shot(sys, 'admin-step-up')
    await sys.locator('input[name=step-up]').fill('000000')
    await sys.locator('input[name=step-up]').press('Enter')
    await sys.getByRole('dialog').locator('[role=alert]').waitFor()
    await ends()
    await sys.locator('input[name=step-up]').fill(await freshTotp(people.sysadmin.secret))
    await sys.locator('input[name=step-up]').press('Enter')
    await sys.getByText('已保存').waitFor()
    const kept = await people.sysadmin.get('/mail')
    equal([kept.host, kept.has_password, 'password' in kept], ['mail.example.invalid', true, false])
    await settled(sys)
    await axe(sys)
    await shot(sys, 'admin-delivery')
  })

  await claim('signing in and going through a list take no mouse', async () => {
    const who = people.leader
    const page = await newPage()
    await page.goto(`${url}/register/unit`)
    await page.waitForSelector('input[name=username]')
    await page.locator('input[name=username]').focus()
    await page.keyboard.type(who.login)
    for (const [name, text] of [['password', password], ['code', await freshTotp(who.secret)]]) {
      for (let i = 0; i < 4 && !(await page.evaluate((n) => document.activeElement.name === n, name)); i++) await page.keyboard.press('Tab')
      await page.keyboard.type(text)
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/register\/unit$/)
    await page.locator('tbody tr').first().waitFor()
    // the table is one stop on the way; j goes down its rows
    for (let i = 0; i < 60 && !(await page.evaluate(() => !!document.activeElement.closest('.scroll'))); i++) await page.keyboard.press('Tab')
    yes(await page.evaluate(() => !!document.activeElement.closest('.scroll')), 'Tab comes to the list')
    await page.keyboard.press('j')
    const first = await page.evaluate(() => document.activeElement.textContent)
    await page.keyboard.press('j')
    yes((await page.evaluate(() => document.activeElement.textContent)) !== first, 'j goes on')
    await page.keyboard.press('k')
    equal(await page.evaluate(() => document.activeElement.textContent), first)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/register\/unit\/\d+$/)
    await page.context().close()
  })
  await claim('the focus is always to be seen', async () => {
    const page = await newPage({ as: people.office })
    await page.goto(`${url}/register/site`)
    await page.locator('tbody tr').first().waitFor()
    const bare = []
    for (let i = 0; i < 45; i++) {
      await page.keyboard.press('Tab')
      const unseen = await page.evaluate(() => {
        const e = document.activeElement
        if (!e || e === document.body) return ''
        const seen = (x) => {
          const s = getComputedStyle(x)
          return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
        }
        const inner = e.closest('.el-input__wrapper, .el-select__wrapper, .el-checkbox')
        return seen(e) || (inner && (seen(inner) || [...inner.querySelectorAll('*')].some(seen))) ? '' : e.outerHTML.slice(0, 120)
      })
      if (unseen) bare.push(unseen)
    }
    equal([...new Set(bare)], [])
    await page.context().close()
  })

  await claim('an agency works within its window, and when that ends it is out and told why', async () => {
    const tester = people.agency
    const engagement = (await second.get('/engagements?limit=5')).items.find((e) => e.state === 'active')
    const page = await newPage()
    await page.goto(`${url}/sign-in`)
    await signIn(page, tester)
    await page.evaluate(() => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push('/register/site'))
    await page.locator('tbody tr', { hasText: '示例网站 1' }).waitFor()
    equal(await page.locator('tbody tr', { hasText: '示例网站 2' }).count(), 0)
    await shot(page, 'agency-within')
    await second.post(`/engagements/${engagement.id}/end`)
    await page.reload()
    await page.waitForSelector('input[name=username]')
    await page.fill('input[name=username]', tester.login)
    await page.fill('input[name=password]', tester.password)
    await page.fill('input[name=code]', await freshTotp(tester.secret))
    await page.click('button[type=submit]')
    await page.getByText('不在委托检测的有效期内').waitFor()
    await axe(page)
    await shot(page, 'agency-outside')
    await page.context().close()
  })
})
