/*
 * Questionnaires as people work with them: an answer taken over from the register, a
 * workbook filled in off line, a form changed by the office while it is being filled in,
 * and a kind of campaigns changed as text with its dates worked out.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { equal, withOffice, yes } from './lib/browser.mjs'
import { firstPerson, member } from './lib/people.mjs'
import { go, layoutFaults, textFaults } from './lib/tour.mjs'
import { freshTotp } from './lib/totp.mjs'

const lib = join(dirname(fileURLToPath(import.meta.url)), '../scenario/lib')
const areas = ['campaign', 'form', 'frame', 'register']
/* Changes cells of a workbook as a spreadsheet program would. */
const edited = (from, to, code) => execFileSync('python3', ['-c', `
import sys
sys.path.insert(0, ${JSON.stringify(lib)})
from workbook import Book
b = Book(open(${JSON.stringify(from)}, 'rb').read())
${code}
open(${JSON.stringify(to)}, 'wb').write(b.save())`])

await withOffice(async (o) => {
  const { newPage, shot, axe } = o
  const founder = await firstPerson(o)
  const office = await member(founder, 'office', ['office'], { name: '办公室人员' })
  const leader = await member(founder, 'leader', ['leader'], { name: '领导同志' })
  const unit = (await office.post('/units', { name: '示例区教育局', kind: 'organ', authority: 'government', lead_section: '信息中心' })).id
  await office.post('/sites', { name: '教育局门户网站', domain: 'www.example.gov.cn', unit_id: unit, state: 'running' })
  const staff = await member(founder, 'staff', ['unit_staff'], { unit, name: '教育局经办人' })
  const theirs = await newPage({ as: office })
  const mine = await newPage({ as: staff })
  const boss = await newPage({ as: leader })
  const whole = async (page, name, lang = 'zh') => {
    await axe(page)
    equal(await layoutFaults(page), [], 'layout')
    equal(await textFaults(page, lang, areas), [], 'texts')
    await shot(page, name)
  }
  const confirm = (page) => page.locator('.el-message-box__btns .el-button--primary').click()
  let isWhole = true
  const claim = (name, check) => o.claim(name, async () => {
    yes(isWhole, 'a step before it failed')
    isWhole = false
    try {
      await check()
      isWhole = true
    } finally {
      if (!isWhole) for (const [who, page] of Object.entries({ theirs, mine })) await shot(page, `failed-forms-${who}`)
    }
  })

  // a campaign of the shipped kind 004, approved through the page (a second factor is asked for)
  const path = `/campaigns/${(await office.post('/campaigns/plan', { kind: '004', months: 130, series: '示网安' })).id}`
  const act = async (who, verb) => who.request('POST', `${path}/${verb}`, {}, { 'If-Match': '*' })
  await office.request('PATCH', path, { scope: {} }, { 'If-Match': '*' })
  await act(office, 'submit')
  await boss.goto(`${o.url}${path}`)
  await boss.getByRole('button', { name: '批准并启动' }).click()
  await confirm(boss)
  const asks = boss.locator('input[name=step-up]'), running = boss.getByRole('tab', { name: '进展' })
  await asks.or(running).first().waitFor()
  if (await asks.isVisible()) {
    await asks.fill(await freshTotp(leader.secret))
    await asks.press('Enter')
  }
  await running.waitFor()
  const duties = (await staff.get('/duties?limit=200')).items
  const withForm = async (form) => {
    for (const d of duties) if ((await staff.get(`/duties/${d.id}`)).task.form === form) return d.id
    throw new Error(form)
  }
  const dir = mkdtempSync(join(tmpdir(), 'wangxun-forms-'))
  const table = await withForm('result_table_004'), checks = await withForm('management')

  await claim('a form shows what the register knows, to be checked', async () => {
    await mine.goto(`${o.url}/duties/${table}`)
    await mine.locator('.sheet fieldset').first().waitFor()
    await mine.getByText('台账内容，请核对').first().waitFor()
    equal(await mine.getByLabel('单位名称').inputValue(), '示例区教育局', 'taken over')
    await mine.getByText('个工作日').first().waitFor().catch(() => undefined) // the calendar may lack the year
    await whole(mine, 'form-known')
    await mine.getByRole('button', { name: '以单位名义报送' }).click()
    await mine.getByText('请先核对台账带入的内容').waitFor()
  })
  const file = join(dir, 'sheet.xlsx'), filled = join(dir, 'filled.xlsx'), broken = join(dir, 'broken.xlsx')
  const upload = (name) => mine.getByLabel('上传填好的表格').first().setInputFiles(name)
  await claim('its workbook is downloaded, filled in elsewhere, and taken back with problems by cell', async () => {
    const waits = mine.waitForEvent('download')
    await mine.getByRole('button', { name: '下载表格（离线填写）' }).click()
    await (await waits).saveAs(file)
    yes(readFileSync(file).subarray(0, 2).toString() === 'PK', 'a workbook')
    edited(file, filled, "b.set('填报', 'C%d' % b.find('填报', '联系人', 2), '丙')\nb.set('填报', 'C%d' % b.find('填报', '系统总数', 2), '三个')")
    await upload(filled)
    await mine.getByText('处要改').waitFor()
    yes(await mine.locator('.offline td.wx-mono', { hasText: /^C\d+$/ }).count() > 3, 'cells are named')
    equal(await mine.getByLabel('联系人').inputValue(), '丙', 'it is the draft now')
    await whole(mine, 'form-offline')
  })
  await claim('a workbook whose rows were moved is refused by its place; the draft stays', async () => {
    edited(file, broken, "b.shift('填报', b.find('填报', '系统总数', 2), 1)")
    await upload(broken)
    await confirm(mine) // the draft is newer than the file: replace it?
    await mine.getByText('增加、删除或移动了行、列').first().waitFor()
    equal(await mine.getByLabel('联系人').inputValue(), '丙', 'the draft')
    await whole(mine, 'form-refused')
  })
  await claim('the office draws a question into a form and keeps it as its own version', async () => {
    await theirs.goto(`${o.url}/forms`)
    await theirs.getByRole('link', { name: '信息安全管理检查表' }).waitFor()
    await whole(theirs, 'forms')
    await theirs.getByRole('link', { name: '信息安全管理检查表' }).click()
    await theirs.getByRole('navigation', { name: '目录' }).getByRole('button', { name: '责任与制度' }).click()
    await theirs.getByRole('button', { name: '添加问题' }).click()
    await theirs.getByLabel('名称', { exact: true }).fill('值班电话')
    await theirs.getByRole('button', { name: '添加条件' }).click()
    await whole(theirs, 'form-designer')
    await theirs.getByRole('tab', { name: '预览' }).click()
    await theirs.locator('#pane-preview fieldset', { hasText: '责任与制度' }).first().waitFor()
    await axe(theirs)
    await shot(theirs, 'form-preview')
    await theirs.getByRole('tab', { name: '文本（YAML）' }).click()
    yes((await theirs.getByRole('textbox', { name: '文本（YAML）' }).inputValue()).includes('值班电话'), 'in the text')
    await whole(theirs, 'form-text')
    await theirs.getByRole('button', { name: '存为新版本' }).click()
    await theirs.getByRole('dialog').getByLabel('改了什么、为什么').fill('增加值班电话')
    await axe(theirs)
    await theirs.getByRole('dialog').getByRole('button', { name: '存为新版本' }).click()
    await theirs.getByText('已存为第 2 版').waitFor()
    const kept = await office.get('/forms/management')
    equal([kept.version, kept.own], [2, true], 'kept')
    equal(kept.definition.blocks[0].fields.length, 16, 'questions')
    equal(kept.definition.blocks.flatMap((b) => b.fields).filter((f) => f.type === 'check').length, 44, 'nothing was lost by drawing')
  })
  await claim('a mistake in the text is told by its line; versions can be compared', async () => {
    await theirs.getByRole('tab', { name: '文本（YAML）' }).click()
    const box = theirs.getByRole('textbox', { name: '文本（YAML）' })
    const text = await box.inputValue()
    await box.fill(text.replace('type: check', 'type: chekc'))
    await theirs.getByRole('button', { name: /^第 \d+ 行/ }).waitFor()
    yes(await theirs.getByRole('button', { name: '存为新版本' }).isDisabled(), 'it cannot be kept')
    await box.fill(text)
    await theirs.getByText('没有发现错误').waitFor()
    await theirs.getByRole('tab', { name: '版本和使用' }).click()
    await theirs.getByRole('button', { name: '与最新版比较' }).click()
    await theirs.locator('li', { hasText: '值班电话' }).waitFor()
    await whole(theirs, 'form-versions')
  })
  await claim('a form changed while a unit fills it in: the unit sees what is new and carries its draft over', async () => {
    const tag = (await staff.request('GET', `/duties/${checks}/sheet`)).etag ?? '*'
    await staff.request('PUT', `/duties/${checks}/sheet`, { answers: { responsibility: { c112: { result: 'conform', note: '有制度' } } } }, { 'If-Match': tag || '*' })
    await theirs.goto(`${o.url}${path}`)
    await theirs.getByRole('tab', { name: '方案' }).click()
    await theirs.getByRole('button', { name: '换用最新版 信息安全管理检查表' }).click()
    await confirm(theirs)
    await theirs.getByText('已换用第 2 版').waitFor()
    await whole(theirs, 'campaign-forms')
    await go(mine, `/duties/${checks}`)
    await mine.getByText('表单已经更新到第 2 版').waitFor()
    await mine.locator('.newer').getByText('值班电话').waitFor()
    await whole(mine, 'form-newer')
    await mine.getByRole('button', { name: '转入新版' }).click()
    await mine.getByText('已转入第 2 版').waitFor()
    equal((await staff.get(`/duties/${checks}/sheet`)).answers.responsibility.c112.note, '有制度', 'kept')
  })
  await claim('a kind of the office\'s own begins as a copy, with its dates worked out', async () => {
    await theirs.goto(`${o.url}/kinds/000`)
    await theirs.getByRole('heading', { name: '日期推算' }).waitFor()
    await theirs.locator('.dates tbody tr').nth(8).waitFor() // more than eight
    await whole(theirs, 'kind')
    await theirs.getByRole('button', { name: '另存为新模板' }).click()
    await theirs.locator('.el-message-box input').fill('spring')
    await confirm(theirs)
    await theirs.getByRole('button', { name: '存为新版本' }).click()
    await theirs.getByRole('dialog').getByLabel('改了什么、为什么').fill('春季专项')
    await theirs.getByRole('dialog').getByRole('button', { name: '存为新版本' }).click()
    await theirs.getByText('已存为第 1 版').waitFor()
    yes((await office.get('/campaign-kinds')).items.some((k) => k.key === 'spring' && k.own), 'offered')
  })
  writeFileSync(join(dir, 'done'), '')
}, { name: 'forms' })
