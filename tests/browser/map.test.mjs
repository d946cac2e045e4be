/* The office's own map on the overview: brought, seen instead of tiles, taken away. */
import { settled, withOffice, yes } from './lib/browser.mjs'
import { district } from './lib/people.mjs'

const square = (x, y) => [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]]
const area = (name, adcode, x) => ({
  type: 'Feature', properties: { name, adcode, remark: 'planted-remark' }, geometry: { type: 'Polygon', coordinates: square(x, 39.9) },
})
const map = (features) => ({ name: 'map.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })) })

await withOffice(async (office) => {
  const { url, newPage, claim, shot } = office
  const { people } = await district(office)
  const page = await newPage({ as: people.office })
  const bring = (file) => page.locator('input[type=file]').setInputFiles(file)
  const drawn = () => page.locator('.wx-card', { has: page.locator('input[type=file]') }).locator('canvas, svg').first()

  await claim('a map that is none is refused in words, and nothing changes', async () => {
    await page.goto(`${url}/overview`)
    await page.locator('ul.tiles').waitFor()
    await bring(map([{ type: 'Feature', properties: { name: '甲' }, geometry: { type: 'Point', coordinates: [116, 39] } }]))
    await page.locator('main .note[role=alert]').waitFor()
    yes(await page.locator('ul.tiles').isVisible(), 'tiles stay')
  })
  await claim('an official map is drawn instead of the tiles, with names and codes only', async () => {
    await bring(map([area('甲区', 110101, 116.3), area('乙区', 110102, 116.5)]))
    await drawn().waitFor()
    yes(!(await page.locator('ul.tiles').isVisible()), 'no tiles')
    const kept = (await people.office.request('GET', '/overview/map')).text
    yes(kept.includes('甲区') && kept.includes('110102') && !kept.includes('planted-remark'), kept.slice(0, 300))
    await settled(page)
    await shot(page, 'overview-map')
  })
  await claim('it is there at the next visit, first of all', async () => {
    await page.goto(`${url}/overview`)
    await drawn().waitFor()
  })
  await claim('and taken away the tiles are back', async () => {
    await page.getByRole('button', { name: '移除地图' }).click()
    await page.locator('ul.tiles').waitFor()
  })
})
