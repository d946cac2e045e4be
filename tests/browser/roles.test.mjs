/* Everybody comes in through the page: his first page, his navigation, and where it ends. */
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { district, roles } from './lib/people.mjs'
import { may, readRight } from './lib/rights.mjs'
import { go, layoutFaults, routesOf } from './lib/tour.mjs'

const list = (v) => (typeof v === 'string' ? [v] : (v ?? []))

await withOffice(async (office) => {
  const { newPage, claim, shot, signIn } = office
  const { people } = await district(office)
  let routes

  for (const role of roles) {
    const who = people[role]
    const page = await newPage()
    await claim(`${role}: signs in with both factors and sees his first page`, async () => {
      await page.goto(`${office.url}/sign-in`)
      await signIn(page, who)
      await settled(page)
      const session = await who.get('/session')
      yes(session.roles.includes(role), `the session has ${session.roles}`)
      yes(!page.url().includes('/forbidden') && !page.url().includes('/sign-in'), page.url())
      equal(await page.locator('main .note[role=alert]').allTextContents(), [], 'refusals on the first page')
      equal(await layoutFaults(page), [], 'layout')
      await shot(page, `home-${role}`)
    })
    await claim(`${role}: every entry of the navigation leads to a page he may see`, async () => {
      routes ??= await routesOf(page)
      const paths = await page.locator('nav.side a').evaluateAll((links) => links.map((a) => a.getAttribute('href')))
      yes(paths.length > 0, 'there is a navigation')
      for (const path of paths) {
        await go(page, path)
        yes(!page.url().includes('/forbidden'), `${path} is forbidden`)
        equal(await page.locator('main .note[role=alert]').allTextContents(), [], `refusals at ${path}`)
        const kind = /^\/register\/(\w+)$/.exec(path)?.[1]
        const right = kind && readRight(kind)
        if (right) yes(may(role, right), `${path} needs ${right}, which the policy does not give`)
      }
      // and none is missing that the policy gives
      for (const kind of ['unit', 'site'])
        equal(paths.includes(`/register/${kind}`), may(role, readRight(kind)), `/register/${kind} in the navigation`)
      for (const [path, right] of [['/users', 'user.list'], ['/audit', 'audit.list'], ['/delivery', 'settings.read']])
        equal(paths.includes(path), may(role, right), `${path} in the navigation`)
    })
    await claim(`${role}: pages the policy does not give him are refused by name`, async () => {
      const closed = routes.filter((r) => r.right && !r.path.includes(':') && !list(r.right).some((right) => may(role, right)))
      const open = routes.filter((r) => r.right && !r.path.includes(':') && list(r.right).some((right) => may(role, right)))
      for (const r of closed) {
        await go(page, r.path)
        equal(new URL(page.url()).pathname, '/forbidden', `${r.path} (${r.right})`)
      }
      yes(closed.length + open.length > 3, 'there are pages with rights')
    })
    await page.context().close()
  }
})
