/*
 * axe finds nothing of WCAG 2.2 A and AA on any route × role, with records behind every
 * parameter. Routes come from the running router, so a new one is looked at without being
 * named here. Half of the roles is examined light, half dark, the office, which sees most, in
 * both (what a theme changes is colours: the second time only their rules, one kind of record
 * for each route). The frame around the page is examined once for each role, then what
 * is new in <main>; what is the same for two roles but for its numbers, once for each theme.
 * Registers are made from one table: each role has a kind that nobody had yet, the office all
 * that it meets first.
 */
import { createHash } from 'node:crypto'
import { axe, equal, settled, wcag, withOffice, yes } from './lib/browser.mjs'
import { district, roles } from './lib/people.mjs'
import { maySee, placesOf, prepare } from './lib/places.mjs'
import { inspected, startPlainSite } from './lib/round.mjs'
import { go, layoutFaults, routesOf } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const host = 'www.xingyuan.gov.cn'
const colours = ['color-contrast', 'link-in-text-block']
const site = await startPlainSite(host)

/* Records of many kinds, and those that only an inspection makes. */
async function fill(office, d) {
  const { people, units, founder } = d
  const by = people.office
  const id = (await by.post('/sites', { name: '示例区教育局门户网站', domain: host, unit_id: units[0], state: 'running', icp: '京ICP备05000999号-1', ip: '203.0.113.7' })).id
  const made = await inspected(by, [id])
  await inspected(by, [id], { permit: { number: '星网安〔2026〕10号' }, round: { name: '第二轮' } })
  await by.post('/schedules', { name: '每日检测', permit_id: made.permit, every: 'daily', start_at: '03:00', max_pages: 2, enabled: false })
  await by.post('/blocklist', { host: 'never.example', reason: '单位要求' })
  await by.post('/reviews', { unit_id: units[0], kind: 'opening', site_id: id, name: '开办网站', reason: '依法履职', is_entitled: 'organ' })
  await by.request('POST', '/imports?kind=site', '网站名称,域名\n示例网站,list.example.gov.cn\n', { 'Content-Type': 'text/plain' })
  const schema = await by.get('/schema')
  for (const k of schema.kinds) // what needs no more than a name
    await by.request('POST', `/${k.plural}`, { name: `示例${k.name}`, unit_id: units[0] })
  await founder.request('POST', '/webhooks', { name: '推送', url: 'https://hook.example/', events: ['finding'] })
  await campaign(d, id)
  return made
}

/* One under way, with duties and a notice that was sent. */
async function campaign({ people, second, units }, site) {
  const by = people.office
  await by.must('PATCH', `/units/${units[0]}`, { kind: 'organ' }) // or it is in no scope
  const approve = async (who, path) => {
    const a = await who.request('POST', path, {})
    if (a.status === 403) {
      await who.post('/session/step-up', { code: await freshTotp(who.secret) })
      await who.post(path)
    }
  }
  const path = `/campaigns/${(await by.post('/campaigns/plan', { kind: '001', months: 120, series: '示网安' })).id}`
  await by.post(`${path}/submit`)
  await approve(people.leader, `${path}/approve`)
  const finding = await by.post('/findings', { site_id: site, title: '示例问题', severity: 'high', category: 'vulnerability' })
  await by.post(`/findings/${finding.id}/confirm`)
  const { ids } = await by.post(`${path}/notices`, { name: '整改通知书', due: '2039-12-01' })
  for (const notice of ids) {
    await by.post(`/notices/${notice}/submit`)
    await approve(second, `/notices/${notice}/approve`)
    await by.post(`/notices/${notice}/send`)
  }
  await judged(by, second, path, units[0])
}

/* Drawn, looked at, evaluated, and told: what the office and the unit see of it. */
async function judged(by, second, path, unit) {
  await by.post(`${path}/draws`, { name: '第一次抽查', seed: '071523' })
  const { id } = await by.post(`${path}/spot_checks`, { unit_id: unit, name: '现场检查', kind: 'joint' })
  await by.must('PATCH', `/spot_checks/${id}`, { on_date: '2026-11-20', team: ['甲某'], present: ['乙某'], rows: [{ item: 'a', text: '制度', points: 2, result: 'partly', note: '未更新' }] })
  await by.post(`/spot_checks/${id}/sign`)
  const { evaluation } = await by.post(`${path}/evaluations`, { name: '综合评定' })
  await second.request('POST', '/session/step-up', { code: await freshTotp(second.secret) })
  await second.post(`/evaluations/${evaluation.id}/tell`, { appeal_until: '2039-12-01' })
}

await withOffice(async (office) => {
  const { newPage, claim, shot, setupLink } = office
  const d = await district(office)
  const { people } = d
  const begun = Date.now()
  const seen = new Set() // routes
  const kindsSeen = new Set() // "route kind"
  const known = new Set() // what stands in <main>, by theme
  let routes, n = 0, nAlike = 0

  await claim('there are records of every sort to be shown', async () => {
    const made = await fill(office, d)
    for (const path of [`/permits/${made.permit}`, `/rounds/${made.round}`]) await people.office.get(path)
    for (const list of ['/findings', '/contradictions', '/hosts', '/reviews', '/schedules', '/persons', '/campaigns', '/duties', '/notices', '/papers', '/draws', '/spot_checks', '/evaluations', '/appraisals', '/imports'])
      yes((await people.office.get(list)).items.length > 0, `${list} is empty`)
  })

  /* Addresses for this role; of registers, kinds that nobody had yet go first. */
  async function choose(route, who, role) {
    if (!route.path.includes(':kind')) return placesOf(route, who)
    const names = who.kinds.map((k) => k.name)
    const fresh = names.filter((k) => !kindsSeen.has(`${route.path} ${k}`))
    const chosen = []
    for (const kind of [...fresh, ...names]) {
      if (chosen.length && (role !== 'office' || !fresh.includes(kind))) break
      const paths = await placesOf(route, who, { kinds: [kind] })
      if (paths.length) kindsSeen.add(`${route.path} ${kind}`)
      chosen.push(...paths)
    }
    return chosen
  }
  const markOf = async (page) =>
    createHash('sha1').update((await page.evaluate(() => document.querySelector('main').outerHTML)).replace(/\d+/g, '0')).digest('hex')
  function isNew(theme, mark) {
    if (known.has(theme + mark)) return !(nAlike += 1)
    return !!known.add(theme + mark)
  }
  async function tour(role, themes) {
    const who = await prepare(people[role])
    const page = await newPage({ as: who, theme: 'auto' })
    const theme = async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // colours may move to their new values
      await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark &&
        document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Infinity), colorScheme === 'dark')
    }
    await page.emulateMedia({ colorScheme: themes[0], reducedMotion: 'reduce' })
    await page.goto(`${office.url}/forbidden`)
    await page.waitForSelector('main h1')
    const faults = []
    const examine = (what, check) => check().then((f) => f?.length && faults.push(`${what}: ${f.join('; ')}`), (e) => faults.push(`${what}: ${e.message}`))
    routes ??= await routesOf(page)
    let part
    for (const route of routes) {
      if (route.isBare || !maySee(who, route)) continue
      const paths = await choose(route, who, role)
      for (const path of paths) {
        await examine(path, () => go(page, path))
        await settled(page)
        const mark = await markOf(page)
        if (!part || isNew(themes[0], mark)) await examine(`${path} ${themes[0]}`, () => axe(page, wcag, part))
        await examine(`${path} layout`, () => layoutFaults(page))
        for (const other of path === paths[0] ? themes.slice(1) : []) {
          if (part && !isNew(other, mark)) continue
          await theme(other)
          await examine(`${path} ${other}`, () => axe(page, colours, part))
          await theme(themes[0])
        }
        part = 'main'
        n++
        seen.add(route.path)
      }
    }
    await shot(page, `axe-${role}`)
    await page.context().close()
    console.log(`# ${role}: ${Math.round((Date.now() - begun) / 1000)} s`)
    equal(faults, [], 'faults')
  }

  const others = roles.filter((r) => r !== 'office').map((role, i) => [role, [i % 2 ? 'dark' : 'light']])
  const claimOf = (role, themes) => claim(`${role}: axe finds nothing on any route, ${themes.join(' and ')}`, () => tour(role, themes))
  const lane = async () => {
    for (let next = others.shift(); next; next = others.shift())
      await claimOf(...next)
  }
  await Promise.all([claimOf('office', ['light', 'dark']).then(lane), lane()])
  await claim('nobody signed in: axe finds nothing on any route, light and dark', async () => {
    const links = { '/setup/:token': new URL(setupLink()).pathname, '/invite/:token': `/invite/${'x'.repeat(43)}` }
    const page = await newPage({ theme: 'auto' })
    for (const route of routes.filter((r) => r.isBare || r.isOpen)) {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.goto(`${office.url}${links[route.path] ?? (await placesOf(route, people.office))[0]}`)
        await page.waitForSelector('h1')
        await axe(page, wcag)
      }
      seen.add(route.path)
    }
  })
  await claim('every route of the interface was looked at', () => {
    equal(routes.filter((r) => !seen.has(r.path)).map((r) => r.path), [], 'not seen')
    console.log(`# ${n} pages (${nAlike} alike) of ${seen.size} routes, ${kindsSeen.size} of registers, in ${Math.round((Date.now() - begun) / 1000)} s`)
  })
}, { flags: site.flags })
await site.stop()
