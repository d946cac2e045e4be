/*
 * The addresses of a route: its parameters become records that are there. Routes come from
 * the running router (lib/tour.mjs), so a new one is not forgotten: whoever gives it a
 * parameter that is not known here fails the test that asks.
 */
const list = (v) => (typeof v === 'string' ? [v] : (v ?? []))
export const maySee = (person, route) => !route.right || list(route.right).some((r) => person.rights.has(r))

/* {rights, kinds}: what PERSON may, and the kinds of records. */
export async function prepare(person) {
  person.rights = new Set((await person.get('/session')).rights)
  person.kinds = (await person.get('/schema')).kinds
  return person
}
async function ids(person, path, n) {
  const a = await person.request('GET', `${path}?limit=${n}`)
  return a.status === 200 ? a.json.items.slice(0, n).map((row) => row.id) : []
}
const shipped = {
  '/help/:topic': ['/help/start'],
  '/forms/:key': ['/forms/management', '/forms/survey_001'],
  '/kinds/:key': ['/kinds/004', '/kinds/000'],
}
const put = (path, id) => path.replace(/:id(\([^)]*\))?/, id)

/* N: of each list of records at most so many. KINDS: names of the kinds of records to be
 * looked at; all that the person may read without it. */
export async function placesOf(route, person, { n = 1, kinds } = {}) {
  const { path } = route
  if (path.includes(':rest')) return ['/nothing/here']
  if (path in shipped) return shipped[path].slice(0, n)
  if (path.includes(':kind')) {
    const made = []
    for (const k of person.kinds) {
      if (!person.rights.has(k.read_right) || (kinds && !kinds.includes(k.name))) continue
      const at = path.replace(':kind', k.name)
      if (path.endsWith('/new')) made.push(...(person.rights.has(k.write_right) ? [at] : []))
      else if (path.includes(':id')) made.push(...(await ids(person, `/${k.plural}`, n)).map((id) => put(at, id)))
      else made.push(at)
    }
    return made
  }
  if (path.includes(':id')) return (await ids(person, path.split('/:')[0], n)).map((id) => put(path, id))
  if (path.includes(':')) throw new Error(`what stands for the parameter of ${path}?`)
  return [path]
}
