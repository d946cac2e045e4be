/*
 * Accounts of a running office, made through the API as an administrator's programs would:
 * cheap, so that a page can be looked at as each role sees it. Signing in through the page is
 * tested in roles.test.mjs.
 */
import http from 'node:http'
import { password } from './browser.mjs'
import { freshTotp } from './totp.mjs'

export class Person {
  constructor(office, login) {
    Object.assign(this, { office, login, password, secret: '', id: 0, cookie: '' })
  }

  request(method, path, body, headers = {}) {
    const sent = { 'Accept-Language': 'zh', ...headers }
    if (this.office.agent) sent['User-Agent'] = this.office.agent
    if (method !== 'GET' && !headers.Authorization) sent['Sec-Fetch-Site'] = 'same-origin'
    if (this.cookie && !headers.Authorization) sent.Cookie = `__Host-wangxun=${this.cookie}`
    if (method === 'POST') sent['Idempotency-Key'] = `${this.login}-${Math.random()}`
    if (method === 'PATCH' || method === 'POST') sent['If-Match'] = '*'
    // text and bytes go as they are: a file to be taken in
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
    const bytes = body === undefined || isRaw ? body : JSON.stringify(body)
    if (bytes) Object.assign(sent, { 'Content-Type': sent['Content-Type'] ?? 'application/json', 'Content-Length': Buffer.byteLength(bytes) })
    return new Promise((resolve, reject) => {
      const question = http.request(`${this.office.url}/api/v1${path}`, { method, headers: sent }, (a) => {
        const parts = []
        a.on('data', (part) => parts.push(part))
        a.on('end', () => {
          const bytes = Buffer.concat(parts)
          const text = bytes.toString('utf8')
          for (const c of a.headers['set-cookie'] ?? []) {
            const m = /^__Host-wangxun=([^;]*)/.exec(c)
            if (m) this.cookie = m[1]
          }
          let json = null
          try {
            json = JSON.parse(text)
          } catch {
            // not every answer is JSON
          }
          resolve({ status: a.statusCode, headers: a.headers, json, text, bytes })
        })
      })
      question.on('error', reject)
      question.end(bytes)
    })
  }

  /* The answer's JSON; another status than 2xx is thrown. */
  async must(method, path, body) {
    const a = await this.request(method, path, body)
    if (a.status >= 300) throw new Error(`${this.login}: ${method} ${path}: ${a.status} ${a.text.slice(0, 500)}`)
    return a.json
  }
  get = (path) => this.must('GET', path)
  post = (path, body = {}) => this.must('POST', path, body)

  async enrol() {
    this.secret = (await this.post('/account/totp')).secret
    await this.must('PUT', '/account/totp', { code: await freshTotp(this.secret) })
  }
  async signIn() {
    const body = { login: this.login, password: this.password }
    if (this.secret) body.code = await freshTotp(this.secret)
    if ((await this.post('/session', body)).enrol_totp) await this.enrol()
    return this
  }

  /* For newPage({as: person}). */
  cookies() {
    return [{
      name: '__Host-wangxun', value: this.cookie, domain: '127.0.0.1', path: '/', secure: true, httpOnly: true, sameSite: 'Strict',
    }]
  }
}

export async function firstPerson(office) {
  const founder = new Person(office, 'founder')
  const token = office.setupLink().split('/').at(-1)
  const made = await founder.post(`/setup/${token}`, {
    office_name: '示例区网络安全和信息化办公室', login: founder.login, name: '初始管理员', password,
  })
  if (!founder.cookie) await founder.signIn()
  else if (made?.enrol_totp) await founder.enrol()
  return founder
}

/* Invites and returns the link; accept() takes it. */
export async function invite(by, login, roles, o = {}) {
  const made = await by.post('/users', { login, name: o.name ?? login, roles, unit_id: o.unit ?? 0, agency_id: o.agency ?? 0 })
  return { id: made.id, link: made.link }
}
export async function accept(office, login, invitation, { signsIn = true } = {}) {
  const person = new Person(office, login)
  person.id = invitation.id
  const made = await person.post(`/invitations/${invitation.link.split('/').at(-1)}`, { password })
  if (!signsIn) return person
  if (!person.cookie) await person.signIn()
  else if (made?.enrol_totp) await person.enrol()
  return person
}
export async function member(by, login, roles, o) {
  return accept(by.office, login, await invite(by, login, roles, o), o)
}

const inSeconds = (s) => new Date(Date.now() + s * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/*
 * An agency with a tester and an engagement of UNIT from BEGINS_S to ENDS_S from now. The
 * tester is not signed in: outside the window he cannot be.
 */
export async function engage(founder, office1, office2, unit, { begins_s, ends_s }) {
  const agency = (await office1.post('/agencies', {
    name: '示例测评有限公司', qualified_until: '2040-01-01', agreement_no: '保-1', agreement_on: '2026-01-01', agreement_until: '2040-01-01',
  })).id
  const tester = await member(founder, 'agency', ['agency'], { agency, name: '某测评员', signsIn: false })
  await founder.post(`/agencies/${agency}/vet`, { passed: true, note: '查验合格' })
  await founder.post(`/users/${tester.id}/vet`, { until: inSeconds(30 * 86400), note: '查验合格' })
  const engagement = await office1.post('/engagements', {
    unit_id: unit, agency_id: agency, document: '委-1', begins: inSeconds(begins_s), ends: inSeconds(ends_s),
  })
  await office2.post(`/engagements/${engagement.id}/approve`)
  return { agency, tester, engagement: engagement.id, ends: Date.now() + ends_s * 1000 }
}

/* The names of the roles, in the order of policy/roles.policy. */
export const roles = [
  'leader', 'office', 'crypto', 'police', 'secrecy', 'inspector', 'tech', 'agency', 'unit_leader', 'unit_staff', 'superior',
  'auditor', 'secadmin', 'sysadmin',
]

/*
 * An account of every role, two units with sites, an engagement in force, assignments.
 * Returns {founder, people: {role: Person}, units, sites}. The administrators come last: with
 * them in post the founder rests.
 */
export async function district(office) {
  const founder = await firstPerson(office)
  const people = { founder }
  people.office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const second = await member(founder, 'office2', ['office'], { name: '办公室第二人' })
  const unit = async (name, more = {}) => (await people.office.post('/units', { name, ...more })).id
  const units = [await unit('示例区教育局'), await unit('示例区卫生健康局')]
  const sites = []
  for (const [i, unit_id] of units.entries())
    sites.push((await people.office.post('/sites', { name: `示例网站 ${i + 1}`, domain: `www${i + 1}.example.invalid`, unit_id })).id)
  for (const role of roles) {
    if (people[role]) continue
    if (role === 'agency') {
      people.agency = (await engage(founder, people.office, second, units[0], { begins_s: -60, ends_s: 86_400 })).tester
      await people.agency.signIn()
      continue
    }
    const isUnit = role.startsWith('unit_')
    people[role] = await member(founder, role.replace('_', '-'), [role], { unit: isUnit ? units[0] : 0 })
    if (role === 'inspector' || role === 'tech')
      await people.office.post(`/users/${people[role].id}/assignments`, {
        unit_id: units[0], from: inSeconds(-60), until: inSeconds(86_400),
      })
  }
  return { founder, people, second, units, sites }
}
