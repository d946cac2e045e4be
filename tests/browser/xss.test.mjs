/*
 * Scripts planted wherever an inspected site, a colleague or a stranger can put text run
 * nowhere. A real round inspects a hostile site; then every page that can show any of it is
 * visited by each role. That the test can fail is shown twice: the same text runs in a plain
 * page, and it was there to be read in ours.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equal, settled, withOffice, yes } from './lib/browser.mjs'
import { Plants, startCanary, startHostile } from './lib/hostile.mjs'
import { district } from './lib/people.mjs'
import { maySee, placesOf, prepare } from './lib/places.mjs'
import { inspected } from './lib/round.mjs'
import { go, routesOf } from './lib/tour.mjs'

const host = 'www.xingyuan.gov.cn'
const plants = new Plants()
const canary = await startCanary(plants)
plants.port = canary.port
const dir = mkdtempSync(join(tmpdir(), 'wangxun-hostile-'))
const hostile = await startHostile(dir, plants)
const flags = ['--allow-private', '--resolve', `${host}:80:127.0.0.1:${hostile.http}`, '--resolve', `${host}:443:127.0.0.1:${hostile.https}`]

/* Read nowhere, rightly: no finding rests on it, or it is left out of what is shown (values
 * of cookies, addresses that are scripts, words where a number belongs). Attachments are
 * asked for below, no page shows them. */
const hidden = new RegExp(`^(${[
  'footer', 'site code', 'ICP number', 'address of a form', 'title of an? (asked )?page$', 'JSON', 'attachment: (JSON|text|markup|name)', 'certificate: (address|mail)', 'value of a cookie', 'attribute of a cookie',
  'header (Strict-Transport|Content)-Security', 'own address: /(nothing|help)/$', 'own address: /findings/compare', 'import: name of a table',
  'import: address (of help|that is)', 'where a sign-in',
].join('|')})`)
const seen = new Map() // number of a plant → the pages where it was read
const heard = []
const hear = (where) => heard.push(...canary.heard().map((url) => `${where}: ${url}`))

/* What of a planted text became more than text, in any frame; [] is good. */
async function ran(page) {
  const found = []
  for (const frame of page.frames())
    found.push(...(await frame.evaluate((canary) => {
      const bad = '__pwned' in window ? [`window.__pwned is ${window.__pwned}`] : []
      for (const e of document.querySelectorAll('*'))
        for (const a of e.attributes) {
          if (/^on/i.test(a.name)) bad.push(`${e.tagName} has ${a.name}`)
          if (/^(src|href|action|formaction|data|srcdoc|poster)$/i.test(a.name) && (/^\s*(javascript|data:text|vbscript)/i.test(a.value) || a.value.includes(canary)))
            bad.push(`${e.tagName} has ${a.name}=${a.value}`)
        }
      for (const s of document.querySelectorAll('script'))
        if (!s.src || new URL(s.src).origin !== location.origin) bad.push(`a script: ${s.textContent.slice(0, 80)}`)
      return bad
    }, `:${canary.port}/`).catch((e) => [`${e.message}`])))
  return found
}
/* Everything readable: text, also of folded parts, and what stands in fields. */
const textOf = (page) => page.evaluate(() =>
  [document.title, document.body.textContent, ...[...document.querySelectorAll('input, textarea')].map((e) => e.value)].join('\n'))

/* Addresses are shown with "%3C" and names of certificates with "\\<" (RFC 4514): inert
 * twice, and the same text all the same. */
const decoded = (s) => {
  try {
    return decodeURIComponent(s)
  } catch {
    return s
  }
}
const plain = (text) => text.replace(/(%[0-9a-f]{2})+/gi, decoded).replaceAll('\\', '').toLowerCase()

async function look(page, where, faults) {
  const text = plain(await textOf(page))
  for (const plant of plants.all)
    if (text.includes(plain(plant.text))) seen.set(plant.n, [...(seen.get(plant.n) ?? []), where])
  faults.push(...(await ran(page)).map((f) => `${where}: ${f}`))
}

/* Text that people and programs may write, planted through the API. */
async function plantRecords(d, office) {
  const { people, units } = d
  const p = (place, shape = 'quoted') => plants.make(place, shape)
  const by = people.office
  await by.must('PATCH', `/units/${units[0]}`, { name: `教育局${p('register: unit')}` })
  const site = (await by.post('/sites', {
    name: p('register: site'), domain: host, unit_id: units[0], state: 'running', icp: '京ICP备05000999号-1', ip: '203.0.113.7', has_https: true,
    purpose: p('register: purpose of a site', 'template'), contact: p('register: contact', 'tiny'),
  })).id
  await by.post('/persons', { unit_id: units[0], name: p('register: person', 'tiny') })
  await by.post('/blocklist', { host: 'never.example', reason: p('blocklist: reason') })
  await by.post('/views', { page: 'findings', name: p('saved view', 'tiny'), query: 'q=state:open' })
  const review = (await people.unit_staff.post('/reviews', { unit_id: units[0], kind: 'opening', site_id: site, is_entitled: 'organ', name: p('review: name'), reason: p('review: reason', 'template') })).id
  await people.unit_staff.post(`/reviews/${review}/submit`)
  await by.must('POST', `/reviews/${review}/decide`, { approve: false, reason: p('review: decision') })
  return site
}
const inspect = (people, site) => inspected(people.office, [site], {
  permit: { name: plants.make('permit: name', 'quoted'), holder: plants.make('permit: holder', 'tiny'), contact: plants.make('permit: contact', 'tiny'), note: plants.make('permit: note', 'template') },
  round: { name: plants.make('round: name', 'quoted') },
})
async function plantUploads(d, findings) {
  const { people, units } = d
  const html = `<!DOCTYPE html><title>${plants.make('attachment: text')}</title>${plants.make('attachment: markup')}`
  const name = `${plants.make('attachment: name', 'tiny')}.html`
  const file = await people.office.request('POST', `/files?unit_id=${units[0]}&name=${encodeURIComponent(name)}`, html, { 'Content-Type': 'text/html' })
  yes(file.status === 201, `a file is kept: ${file.status} ${file.text.slice(0, 300)}`)
  await people.office.post(`/findings/${findings[0].id}/comment`, { note: plants.make('comment', 'quoted') })
  return { file: file.json.id }
}
/* Files that the pages themselves take in. */
const table = () => ({
  name: `${plants.make('import: name of a table', 'tiny')}.csv`, mimeType: 'text/csv',
  buffer: Buffer.from(`网站名称,域名,单位,${plants.make('import: heading of a column', 'tiny')}\n${plants.make('import: cell')},${plants.make('import: domain', 'tiny')},示例区卫生健康局,1\n`),
})
function sarif() {
  const p = (place, shape) => plants.make(place, shape)
  return {
    name: `${p('import: name of a file', 'tiny')}.sarif`, mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({
      version: '2.1.0', runs: [{
        tool: { driver: { name: p('import: name of a tool', 'tiny'), rules: [{ id: 'x1', shortDescription: { text: p('import: title of a rule') }, helpUri: p('import: address of help', 'link') }] } },
        results: [
          { ruleId: 'x1', level: 'error', message: { text: p('import: message', 'template') }, locations: [{ physicalLocation: { artifactLocation: { uri: `http://${host}/${encodeURIComponent(p('import: address', 'quoted'))}` } } }] },
          { ruleId: 'x1', level: 'error', message: { text: 'x' }, locations: [{ physicalLocation: { artifactLocation: { uri: p('import: address that is a script', 'link') } } }] },
        ],
      }],
    })),
  }
}

await withOffice(async (office) => {
  const { url, browser, newPage, claim, shot } = office
  office.agent = `Mozilla/5.0 ${plants.make('name of a browser')}` // of every session
  const d = await district(office)
  const { people } = d
  const site = await plantRecords(d, office)
  let made, findings

  await claim('a real round inspects the hostile site and finds much', async () => {
    made = await inspect(people, site)
    hear('the inspection')
    findings = (await people.office.get('/findings?limit=200')).items
    console.log(`# ${hostile.asked().length} requests, ${findings.length} findings: ${[...new Set(findings.map((f) => f.rule))].join(' ')}`)
    yes(findings.length >= 15, `findings: ${findings.length}`)
    const differs = (await people.office.get('/contradictions?limit=50')).items
    yes(differs.some((c) => c.field === 'icp'), `contradictions: ${JSON.stringify(differs.map((c) => [c.field, c.measured]))}`)
    const found = (await people.office.get('/hosts?limit=50')).items.map((h) => h.host)
    yes(found.includes('oa.xingyuan.gov.cn') && !found.some((h) => /[<>]/.test(h)), `found hosts: ${found}`)
    Object.assign(made, await plantUploads(d, findings))
    findings = (await people.office.get('/findings?limit=200')).items
  })

  /* A page beside the watched ones: of what is refused there a note is kept. */
  async function bystander(who) {
    const context = await browser.newContext()
    if (who) await context.addCookies(who.cookies())
    const page = await context.newPage()
    const noted = { dialogs: [], refused: [] }
    page.on('dialog', (x) => {
      noted.dialogs.push(x.message())
      void x.dismiss()
    })
    page.on('console', (m) => /Content Security Policy|sandboxed|Blocked script/.test(m.text()) && noted.refused.push(m.text()))
    return { page, noted }
  }

  await claim('evidence, attachments and exports are downloads in a sandbox, and run nothing when a browser opens them as pages', async () => {
    const { page, noted } = await bystander(people.office)
    const pieces = new Set()
    for (const f of findings) for (const e of (await people.office.get(`/findings/${f.id}/evidence`)).items) if (e.available) pieces.add(e.sha256)
    yes(pieces.size >= 8, `${pieces.size} pieces of evidence`)
    const paths = [
      ...[...pieces].map((sha) => `/evidence/${sha}`), `/files/${made.file}`, `/permits/${made.permit}/file`,
      ...['csv', 'xlsx', 'jsonl', 'sarif'].map((f) => `/findings/export?format=${f}`),
      ...['sites', 'units', 'contradictions', 'hosts', 'reviews'].map((k) => `/${k}/export?format=csv`),
    ]
    let isPage = false
    await page.route('**/api/v1/**', async (route) => {
      const { pathname, search } = new URL(route.request().url())
      const a = await people.office.request('GET', `${pathname}${search}`.replace('/api/v1', ''))
      const headers = { ...a.headers }
      delete headers['content-disposition']
      if (isPage) Object.assign(headers, { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': '' })
      await route.fulfill({ status: a.status, headers, body: a.bytes })
    })
    let nHostile = 0
    for (const path of paths) {
      const { status, headers: h, text } = await people.office.request('GET', path)
      equal([status, h['x-content-type-options']], [200, 'nosniff'], path)
      yes(/^attachment;/.test(h['content-disposition'] ?? ''), `${path}: Content-Disposition is ${h['content-disposition']}`)
      yes(/\bsandbox\b(?!.*allow-)/.test(h['content-security-policy']) && /default-src 'none'/.test(h['content-security-policy']), `${path}: ${h['content-security-policy']}`)
      equal([h['cross-origin-resource-policy'], h['x-frame-options'], h['referrer-policy']], ['same-origin', 'DENY', 'no-referrer'], path)
      yes(/^(text\/(plain|csv)|image\/(png|jpeg|gif|webp)|application\/(octet-stream|json|jsonl|sarif\+json|vnd\.openxmlformats-[\w.-]+))(;|$)/.test(h['content-type']), `${path}: ${h['content-type']}`)
      if (/onerror|onload|<script/.test(text)) nHostile++
      for (isPage of [false, true]) await page.goto(`${url}/api/v1${path}`).catch((e) => yes(/Download is starting|ERR_ABORTED/.test(e.message), e.message))
    }
    // the form to be printed is a page
    isPage = false
    await page.goto(`${url}/api/v1/sites/${site}/survey-form?format=html`)
    yes((await textOf(page)).includes('onerror=__pwned'), 'the form shows the name of the site')
    equal(await ran(page), [], 'in the form')
    equal(noted.dialogs, [], 'dialogs')
    equal(canary.heard(), [], 'what the canary heard')
    console.log(`# ${paths.length} files, ${nHostile} with planted text; ${noted.refused.length} refusals by their content policy when opened as pages`)
    yes(nHostile >= 10 && noted.refused.length >= 10, `${nHostile} hostile, ${noted.refused.length} refused`)
    await page.context().close()
  })

  const kindsLooked = ['unit', 'site', 'person', 'contradiction', 'host', 'review', 'blocklist', 'permit', 'round', 'finding']
  async function tour(role, { all = false } = {}) {
    const who = await prepare(people[role])
    const page = await newPage({ as: who })
    const faults = []
    const nHeard = heard.length // of whoever went before
    let n = 0
    const visit = async (path) => {
      await go(page, path)
      await unfold(page)
      await look(page, `${role} ${path}`, faults)
      n++
    }
    await page.goto(`${url}/help/start`)
    await page.waitForSelector('main h1')
    for (const route of await routesOf(page)) {
      if (route.isBare || route.path.endsWith('/new') || route.path.startsWith('/help') || !maySee(who, route)) continue
      const isOne = route.path.includes(':kind')
      for (const path of await placesOf(route, who, { n: !all ? 2 : isOne ? 5 : 200, kinds: isOne ? all ? kindsLooked : ['unit', 'site'] : undefined }))
        await visit(path)
    }
    for (const path of addresses[role] ?? []) await visit(path)
    hear(role)
    await uploads[role]?.(page, faults)
    hear(`${role}: uploads`)
    if (role === 'office') await shot(page, 'xss-office')
    console.log(`# ${role}: ${n} pages`)
    await page.context().close()
    equal(faults, [], 'what ran')
    equal(heard.slice(nHeard), [], 'what the canary heard')
    yes(n >= 5, `${n} pages`)
  }
  /* Evidence shown, what is folded opened. */
  async function unfold(page) {
    await page.evaluate(() => document.querySelectorAll('details').forEach((x) => (x.open = true)))
    for (const button of await page.getByRole('button', { name: '查看文本' }).all()) {
      await button.click()
      await settled(page)
    }
  }
  /* Addresses of our own that carry the script themselves. */
  const own = (path) => `${path}${encodeURIComponent(plants.make(`own address: ${path}`, 'quoted'))}`
  const addresses = {
    office: ['/findings?q=', '/register/site?q=', '/nothing/', '/help/', '/findings/compare?a=', '/help/api?q='].map(own),
    auditor: ['/audit?q=', '/forbidden?from='].map(own),
  }
  const uploads = {
    office: async (page, faults) => {
      await go(page, '/wizard')
      await page.setInputFiles('input[type=file]', table())
      await page.locator('[data-test=mend-row]').first().waitFor()
      await look(page, 'office /wizard, a table taken in', faults)
      await shot(page, 'xss-import')
      await go(page, '/findings/import')
      await page.setInputFiles('input[type=file]', sarif())
      await page.locator('main form button[type=submit], main .el-button--primary').first().click()
      await page.locator('main tbody tr').first().waitFor()
      await settled(page)
      await look(page, 'office /findings/import, a file taken in', faults)
      const taken = (await people.office.get('/findings?q=source:import')).items[0].id
      await go(page, `/findings/${taken}`)
      await look(page, 'office /findings, one from outside', faults)
      equal(await page.locator('a[href^="javascript:" i]').count(), 0, 'links that are scripts')
    },
  }

  await claim('office: nothing runs on any page, every finding and its evidence opened, files taken in', () => tour('office', { all: true }))
  const others = ['inspector', 'unit_staff', 'leader', 'agency', 'auditor', 'sysadmin', 'secadmin', 'police']
  const lane = async () => {
    for (let role = others.shift(); role; role = others.shift()) await claim(`${role}: nothing runs on any page`, () => tour(role))
  }
  await Promise.all([lane(), lane()])
  await claim('a sign-in leads nowhere but into the office', async () => {
    const page = await newPage({ as: people.leader })
    for (const to of [plants.make('where a sign-in leads', 'link'), `//127.0.0.1:${canary.port}/0`, `/\\127.0.0.1:${canary.port}/0`, `http://127.0.0.1:${canary.port}/0`]) {
      await page.goto(`${url}/sign-in?to=${encodeURIComponent(to)}`)
      await page.waitForTimeout(300)
      equal(new URL(page.url()).origin, url, to)
    }
    hear('sign-in')
    equal(heard, [], 'what the canary heard')
  })
  await claim('the planted text was there to be read', () => {
    const unread = plants.all.filter((x) => !seen.has(x.n) && !hidden.test(x.place)).map((x) => x.place)
    console.log(`# ${seen.size} of ${plants.all.length} planted texts were read on ${new Set([...seen.values()].flat()).size} pages`)
    equal(unread, [], 'not read anywhere')
  })
  await claim('each planted text runs in a plain page: the test can fail', async () => {
    const { page, noted } = await bystander()
    for (const plant of plants.all) {
      await page.goto(`http://127.0.0.1:${canary.port}/control?n=${plant.n}`)
      if (plant.shape === 'link') await page.click('a')
      for (let i = 0; i < 100 && !noted.dialogs.includes(String(plant.n)); i++) await page.waitForTimeout(10)
    }
    equal(noted.dialogs.map(Number).sort((a, b) => a - b), plants.all.map((x) => x.n), 'dialogs')
    const asked = new Set(canary.heard())
    equal(plants.all.filter((x) => /^(image|quoted|field|template)$/.test(x.shape) && !asked.has(`/${x.n}`)).map((x) => x.n), [], 'no request')
    const { n } = plants.all.find((x) => x.shape === 'image')
    await page.goto(`http://127.0.0.1:${canary.port}/control?n=${n}`)
    await page.waitForFunction((n) => window.__pwned === n, n)
    yes((await ran(page)).length >= 2, 'the look into the page sees it too')
    await page.context().close()
    canary.heard()
  })
}, { flags })
await hostile.stop()
await canary.stop()
rmSync(dir, { recursive: true, force: true })
