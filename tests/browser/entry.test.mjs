/* From an empty folder to a signed-in administrator, and what refuses on the way. */
import { equal, password, withOffice, yes } from './lib/browser.mjs'

await withOffice(async ({ url, setupLink, newPage, claim, shot, axe, found, signIn }) => {
  const page = await newPage()
  let who, link

  await claim('without a session every page leads to the sign-in page, and back after it', async () => {
    await page.goto(`${url}/register/site?q=x`)
    await page.waitForSelector('input[name=username]')
    equal(new URL(page.url()).searchParams.get('to'), '/register/site?q=x')
    yes((await page.title()).includes('登录'), 'the title says what page it is')
    await axe(page)
    await shot(page, 'entry-sign-in')
  })
  await claim('a set-up link that is not ours says so and what to do', async () => {
    await page.goto(`${url}/setup/${'x'.repeat(43)}`)
    await page.getByText('这个链接已经用过或者已经过期').waitFor()
    await page.getByText('wangxun user setup-link').waitFor()
    await axe(page)
  })
  await claim('the set-up form holds back until both passwords are alike and long enough', async () => {
    await page.goto(setupLink())
    await page.fill('input[name=office]', '示例区网信办')
    await page.fill('input[name=name]', '张示例')
    await page.fill('input[name=username]', 'founder')
    await page.fill('input[name=new-password]', 'short')
    await page.getByText('还差 7 个字符').waitFor()
    await page.fill('input[name=new-password]', password)
    await page.fill('input[name=repeat-password]', `${password}!`)
    await page.getByText('两次输入的密码不一致').waitFor()
    yes(await page.locator('button[type=submit]').isDisabled(), 'the button waits')
    await axe(page)
    await shot(page, 'entry-setup')
  })
  await claim('the set-up link makes the office and its first administrator', async () => {
    link = setupLink()
    who = await found(page)
    yes(who.secret.length >= 16 && who.recovery.length >= 8, 'a second factor with recovery codes was enrolled')
    await page.getByText('示例区网络安全和信息化办公室').first().waitFor()
    await shot(page, 'entry-first-page')
  })
  await claim('signing out ends the session on the server', async () => {
    await page.getByRole('button', { name: who.name }).click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await page.waitForSelector('input[name=username]')
    equal(await page.evaluate(() => fetch('/api/v1/session').then((a) => a.status)), 401)
  })
  await claim('the set-up link works once', async () => {
    await page.goto(link)
    await page.getByText('这个链接已经用过或者已经过期').waitFor()
  })
  await claim('a wrong password and an unknown account are refused in the same words', async () => {
    const said = []
    for (const login of [who.login, 'nobody']) {
      await page.goto(`${url}/sign-in`)
      await page.fill('input[name=username]', login)
      await page.fill('input[name=password]', 'wrong wrong wrong')
      await page.click('button[type=submit]')
      said.push(await page.locator('[role=alert] .what').textContent())
    }
    equal(said[0], said[1])
    await axe(page)
    await shot(page, 'entry-refused')
  })
  await claim('signing in leads to the page that was asked for', async () => {
    await page.goto(`${url}/account`)
    await signIn(page, who)
    equal(new URL(page.url()).pathname, '/account')
  })
  await claim('an address that would lead away after signing in is not followed', async () => {
    const other = await newPage()
    await other.goto(`${url}/sign-in?to=//example.org/`)
    await signIn(other, who)
    yes(other.url().startsWith(url), other.url())
    await other.context().close()
  })
})
